"""Help is quick and complete."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hegemon import __version__

COMMANDS = ["run", "merge", "validate", "summary", "plot", "export", "submit", "verify", "replay", "selftest", "schema"]
HEAVY = ("numba", "numpy", "xarray", "dask", "distributed", "h5py", "matplotlib", "pydantic", "rich", "scipy")
PROBE = """
import sys
from hegemon.cli import main
main(sys.argv[1:], standalone_mode=False)
print("loaded:", *sorted(set(sys.modules) & set({heavy!r})), file=sys.stderr)
"""


@pytest.mark.parametrize("words", [["--help"], ["--version"], *([c, "--help"] for c in COMMANDS)])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    command = [sys.executable, "-c", PROBE.format(heavy=HEAVY), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "loaded:"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(hegemon, command: str) -> None:
    text = hegemon(command, "--help").stdout
    assert f"Example:\n    hegemon {command}" in text
    assert "..." not in text.split("Options:")[0].partition("\n")[2]  # the usage line may have [RUN]...


def test_the_list_of_commands_is_whole(hegemon) -> None:
    text = hegemon("--help").stdout
    listed = [line.split()[0] for line in text.split("Commands:\n")[1].splitlines()]
    assert listed == sorted(COMMANDS)
    assert "..." not in text.split("Commands:\n")[1]


def test_version(hegemon) -> None:
    assert hegemon("--version").stdout == f"hegemon {__version__}\n"
