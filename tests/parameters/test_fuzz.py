"""Whatever a file holds, the answer is an experiment or a request error of single lines."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hegemon import config
from hegemon.errors import RequestError
from hegemon.parameters import all_parameters

KEYS = [f"model.{info.key}" for info in all_parameters()]
WORDS = [
    *KEYS,
    *(f'sweep."{info.key}"' for info in all_parameters()),
    "[experiment]",
    "[model.system]",
    "[model.war]",
    "[sweep]",
    "[[sweep.values]]",
    "replicas",
    "precision",
    "seed",
    "name",
    "design",
    '"list"',
    "states",
    "shares",
    "from",
    "to",
    "points",
    "scale",
    '"log"',
]
MARKS = [
    "=",
    " = ",
    "\n",
    ",",
    ".",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "#",
    " ",
    "inf",
    "-nan",
    "1e999",
    "-0.0",
    "0x1F",
    "true",
]
VALUES = [
    "3",
    "0.5",
    "6",
    "[1, 2]",
    "{ from = 0, to = 1, points = 3 }",
    "1979-05-27T07:32:00Z",
    "'x'",
    "[[0, 1], [1, 0]]",
    "{}",
]
TEXTS = st.lists(st.sampled_from(WORDS + MARKS + VALUES) | st.text(max_size=3), max_size=25).map("".join)
LINES = st.lists(
    st.tuples(
        st.sampled_from(WORDS),
        st.sampled_from(VALUES + MARKS) | st.floats().map(repr) | st.integers().map(str),
    ),
    max_size=8,
).map(lambda pairs: "\n".join(word if word.startswith("[") else f"{word} = {value}" for word, value in pairs))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "f.toml"


def outcome(path: Path, overrides: tuple[str, ...]) -> tuple[tuple[str, ...], config.ExperimentSpec | None]:
    try:
        return (), config.load(path, overrides)
    except RequestError as error:
        return error.lines, None


def check(path: Path, data: bytes, *overrides: str) -> None:
    path.write_bytes(data)
    lines, spec = outcome(path, overrides)
    for line in lines:
        assert line.startswith((f"{path}: ", "--set"))
        assert line.isprintable()
        assert len(line) < 1000
    if spec is not None:
        path.write_text(config.dump(spec), encoding="utf-8")
        assert config.load(path) == spec


fuzz = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@fuzz
@given(data=st.binary(max_size=200))
def test_bytes(path: Path, data: bytes) -> None:
    check(path, data)


@fuzz
@given(text=TEXTS)
def test_tokens(path: Path, text: str) -> None:
    check(path, text.encode("utf-8", "surrogatepass"))


@fuzz
@given(text=LINES)
def test_lines(path: Path, text: str) -> None:
    check(path, text.encode())


@fuzz
@given(overrides=st.lists(TEXTS | LINES | st.text(), max_size=3))
def test_overrides(path: Path, overrides: list[str]) -> None:
    check(path, b"[model.war]\nspoils = 0.1", *overrides)


@fuzz
@given(data=st.data())
def test_a_good_file_with_a_flaw(path: Path, data: st.DataObject) -> None:
    good = config.dump(
        config.parse({"sweep": {"balancing.efficiency": [0, 0.5, 1], "system.states": [4, 6]}})
    )
    start = data.draw(st.integers(0, len(good)))
    length = data.draw(st.integers(0, 10))
    flaw = data.draw(st.sampled_from(["", *MARKS, *VALUES]))
    with contextlib.suppress(UnicodeEncodeError):
        check(path, (good[:start] + flaw + good[start + length :]).encode())
