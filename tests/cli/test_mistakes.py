"""Whatever is typed wrong, in any command: a status that is documented, plain lines, never a traceback."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from hegemon.cli import main

STATUSES = {0, 1, 2, 75, 130}
SMALL = """\
[experiment]
name = "small"
replicas = 20
seed = 7
[sweep]
"balancing.efficiency" = [0.0, 1.0]
[model.system]
states = 3
years = 10
"""
ODD = [
    "", " ", "-", "--", "-1", "0", "nan", "inf", "1e999", "9" * 30, "x", "a\nb", "\x1b[31m", "é", "\udcff",
    "a=b", "..", "/", "none/none", "file.bin", "torn.toml", "folder", "1/0", "0/1", "x/y", "5..1", "=", "[",
    "%s", "2h", "-3m", "99:99:99:99", "tcp://nowhere", "a,b,c", "year,state,value", "efficiency=2", "no=1",
    "war.spoils=", "'",
]  # fmt: skip
# What would begin to work if all else were right: these are only called with a request that is wrong.
LONG = {"selftest", "solve", "rare", "sensitivity", "submit"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with a finished run, and files and folders that are none, as the working directory."""
    here = tmp_path_factory.mktemp("mistakes")
    (here / "small.toml").write_text(SMALL)
    (here / "file.bin").write_bytes(bytes(range(256)) * 20)
    (here / "torn.toml").write_text("[experiment\nname = ")
    (here / "folder").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        assert call(["run", "small.toml", "--quiet"]).exit_code == 0
        yield here


def call(words: list[str]) -> Result:
    return CliRunner().invoke(main, words, prog_name="hegemon")


def right(command: click.Command) -> list[str]:
    """Arguments with which a command would do its work."""
    known = {
        "config": "small.toml",
        "folder": "runs/small",
        "out": "runs/small",
        "table": "table.csv",
        "shell": "zsh",
    }
    words = [
        known.get(str(one.name), "x")
        for one in command.params
        if isinstance(one, click.Argument) and one.required
    ]
    for option in command.params:
        if isinstance(option, click.Option) and option.required:
            words += [option.opts[0], "1"]
    return words


def options(command: click.Command) -> Iterator[click.Option]:
    return (
        one for one in command.params if isinstance(one, click.Option) and one.name not in ("help", "verbose")
    )


def check(words: list[str], result: Result) -> None:
    """No traceback, a status that is known, and where it failed a reason in lines that hide nothing."""
    told = f"{words}: {result.exit_code}\n{result.output}"
    assert result.exception is None or isinstance(result.exception, SystemExit), (
        f"{told}\n{result.exception!r}"
    )
    assert result.exit_code in STATUSES, told
    assert "Traceback" not in result.output, told
    if result.exit_code:
        assert result.stderr.strip(), told
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", result.stderr), told


@pytest.mark.parametrize("name", sorted(main.commands))
def test_each_option_given_what_it_cannot_take(place: Path, name: str) -> None:
    command, pick = main.commands[name], random.Random(name)
    for option in options(command):
        flag = max(option.opts, key=len)
        for value in pick.sample(ODD, 4) if not option.is_flag else [None]:
            given = [flag] if value is None else [f"{flag}={value}"]
            words = [name, *(["none.toml"] if name in LONG else right(command)), *given]
            check(words, call(words))


@pytest.mark.parametrize("name", sorted(main.commands))
def test_each_argument_given_what_it_cannot_be(place: Path, name: str) -> None:
    command, pick = main.commands[name], random.Random(name)
    required = right(command)
    for value in pick.sample(ODD, 6):
        words = [name, value, *required[1:]]
        if name == "selftest":
            words = [name, "--dir", "none/none", value]
        check(words, call(words))


@pytest.mark.parametrize("name", sorted(main.commands))
def test_too_few_and_too_many_words(place: Path, name: str) -> None:
    if name != "selftest" and right(main.commands[name]):
        result = call([name])
        check([name], result)
        assert result.exit_code == 2
    if name != "merge":  # which takes as many as one likes
        words = [name, *right(main.commands[name]), "one", "too", "many"]
        result = call(words)
        check(words, result)
        assert result.exit_code == 2


def test_a_typo_in_any_command_or_option_is_answered(place: Path) -> None:
    for name, command in main.commands.items():
        wrong = f"{name[:-1]}{'q' if name[-1] != 'q' else 'z'}"
        assert "Did you mean" in call([wrong]).stderr, wrong
        for option in options(command):
            flag = max(option.opts, key=len)
            if len(flag) > 5:
                words = [name, flag[:-1] + "q"]
                assert "Did you mean" in call(words).stderr, words


def test_random_words(place: Path) -> None:
    """A few hundred command lines of odd words, by a fixed seed."""
    pick = random.Random(5)
    names = sorted(set(main.commands) - LONG - {"run"})
    for _ in range(100):
        name = pick.choice(names)
        flags = [max(option.opts, key=len) for option in options(main.commands[name])]
        words = [name, *pick.choices([*ODD, *flags, "small.toml", "runs/small"], k=pick.randint(1, 4))]
        check(words, call(words))


def test_what_would_fail_the_test_is_seen() -> None:
    """The control: a command that raises is not let through."""

    @click.command()
    def broken() -> None:
        raise ValueError("a bug")

    with pytest.raises(AssertionError, match="a bug"):
        check(["broken"], CliRunner().invoke(broken, []))
