"""`python -m hegemon`: the command line."""

from __future__ import annotations

from hegemon.cli import main

main(prog_name="hegemon")
