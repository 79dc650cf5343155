"""Help is quick and complete."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

from hegemon import __version__
from hegemon.cli import main

COMMANDS = sorted(main.commands)
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
    assert "Exit status:\n    0  " in text
    assert "-v, --verbose" in text


def examples() -> list[str]:
    """The example commands of all help texts."""
    texts = [main.help or "", *(command.epilog or "" for command in main.commands.values())]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if re.match(r'(eval "\$\()?hegemon ', line)]


@pytest.mark.parametrize("line", examples())
def test_every_example_is_a_command_that_is_understood(line: str) -> None:
    words = shlex.split(re.split(r" [|>#] ", line.removeprefix('eval "$(').removesuffix(')"'))[0])
    command = main.commands[words[1]]
    with command.make_context(words[1], words[2:]) as context:
        assert not context.args


def test_every_command_has_an_example_that_is_tried() -> None:
    assert {line.split()[1] for line in examples()} >= set(COMMANDS)


def test_the_list_of_commands_is_whole(hegemon) -> None:
    text = hegemon("--help").stdout
    listed = [line.split()[0] for line in text.split("Commands:\n")[1].splitlines()]
    assert listed == COMMANDS
    assert "..." not in text.split("Commands:\n")[1]


def test_version(hegemon) -> None:
    assert hegemon("--version").stdout == f"hegemon {__version__}\n"


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"plot", "schema", "completion"}))
def test_what_a_script_might_read_can_be_had_as_json(command: str) -> None:
    assert "--json" in [flag for option in main.commands[command].params for flag in option.opts]
