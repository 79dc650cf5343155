"""What a user reads when a file is wrong: exactly one clear line per mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from hegemon import config
from hegemon.errors import RequestError


def complaints(folder: Path, text: str, *overrides: str) -> list[str]:
    """Return the lines that refuse a file, its name written FILE."""
    path = folder / "f.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError, match=r".") as caught:
        config.load(path, overrides)
    return [line.replace(str(path), "FILE") for line in caught.value.lines]


CASES = {
    # names
    "title = 1": ['FILE: title = 1: no such key (did you mean "experiment.title"?)'],
    "replicas = 10": ['FILE: replicas = 10: no such key (did you mean "experiment.replicas"?)'],
    "[balancing]\nefficiency = 1": [
        'FILE: balancing = { efficiency = 1 }: no such table (did you mean "model.balancing"?)'
    ],
    "[experimnet]": ['FILE: experimnet = {}: no such table (did you mean "experiment"?)'],
    "[qqq]": ["FILE: qqq = {}: no such table; there are experiment, sweep, model"],
    "[model.wars]": ['FILE: model.wars = {}: no such section (did you mean "model.war"?)'],
    "[model.qqqq]": [
        "FILE: model.qqqq = {}: no such section; there are system, geography, growth, "
        "threat, arms, balancing, "
        "bandwagoning, war, secession, hegemony"
    ],
    "[model.balancing]\neficiency = 0.5": [
        'FILE: model.balancing.eficiency = 0.5: no such key (did you mean "model.balancing.efficiency"?)'
    ],
    "[model.war]\nvolatility = 0.5": [
        'FILE: model.war.volatility = 0.5: no such key (did you mean "model.growth.volatility"?)'
    ],
    "[model.secession]\nqqqq = 0.5": [
        "FILE: model.secession.qqqq = 0.5: no such key; there are hazard, share"
    ],
    "[experiment]\nreplica = 5": [
        'FILE: experiment.replica = 5: no such key (did you mean "experiment.replicas"?)'
    ],
    "[experiment]\nefficiency = 5": [
        'FILE: experiment.efficiency = 5: no such key (did you mean "model.balancing.efficiency"?)'
    ],
    "[experiment]\nmodel = 5": ['FILE: experiment.model = 5: no such key (did you mean "model"?)'],
    "[model.war]\n'a b\"c' = 1": [
        'FILE: model.war."a b\\"c" = 1: no such key; there are opportunities, initiative, '
        "revisionists, types, decisiveness, "
        "defense_advantage, spoils, indemnity, attrition, cost, optimism, misjudgment, caution, annexation"
    ],
    # kinds of tables
    "experiment = 3": ["FILE: experiment = 3: must be a table of settings"],
    "model = 3": ["FILE: model = 3: must be a table of sections"],
    "sweep = 3": ["FILE: sweep = 3: must be a table of swept keys"],
    "[model]\nwar = 3": ["FILE: model.war = 3: must be a table, as in [model.war]"],
    "[[model.war]]": ["FILE: model.war = [{}]: must be a table, as in [model.war]"],
    # values
    '[model.system]\nstates = "6"': ['FILE: model.system.states = "6": must be a whole number from 2 to 64'],
    "[model.system]\nstates = 3.5": ["FILE: model.system.states = 3.5: must be a whole number from 2 to 64"],
    "[model.system]\nstates = 1": ["FILE: model.system.states = 1: must be a whole number from 2 to 64"],
    "[model.system]\nstates = true": [
        "FILE: model.system.states = true: must be a whole number from 2 to 64"
    ],
    "[model.hegemony]\nhold = 0": ["FILE: model.hegemony.hold = 0: must be a whole number, at least 1"],
    "[model.war]\nspoils = 1.5": ["FILE: model.war.spoils = 1.5: must be a number from 0 to 1"],
    "[model.war]\nspoils = nan": ["FILE: model.war.spoils = nan: must be a number from 0 to 1"],
    "[model.war]\nspoils = 2020-01-01": ["FILE: model.war.spoils = 2020-01-01: must be a number from 0 to 1"],
    "[model.war]\nspoils = 10:00:00": ["FILE: model.war.spoils = 10:00:00: must be a number from 0 to 1"],
    "[model.war]\nspoils.a = 1": ["FILE: model.war.spoils = { a = 1 }: must be a number from 0 to 1"],
    "[model.war]\ndecisiveness = 0": [
        "FILE: model.war.decisiveness = 0: must be a number above 0 and at most 50"
    ],
    "[model.war]\ncost = 1": ["FILE: model.war.cost = 1: must be a number from 0 to below 1"],
    "[model.war]\ndefense_advantage = inf": [
        "FILE: model.war.defense_advantage = inf: must be a finite number above 0"
    ],
    "[model.threat]\nthreshold = -1": [
        "FILE: model.threat.threshold = -1: must be a finite number, at least 0"
    ],
    "[model.secession]\nshare = 1.0": [
        "FILE: model.secession.share = 1.0: must be a number above 0 and below 1"
    ],
    "[model.geography]\nreach = 0": ["FILE: model.geography.reach = 0: must be a number above 0, or inf"],
    "[model.geography]\nreach = nan": ["FILE: model.geography.reach = nan: must be a number above 0, or inf"],
    "[model.balancing]\nsufficiency = -inf": [
        "FILE: model.balancing.sufficiency = -inf: must be a number, at least 0, or inf"
    ],
    "[model.hegemony]\nabsorbing = 1": ["FILE: model.hegemony.absorbing = 1: must be true or false"],
    '[model.war]\ninitiative = "power"': [
        'FILE: model.war.initiative = "power": must be "uniform" or "capability"'
    ],
    '[model.geography]\nlayout = "sphere"': [
        'FILE: model.geography.layout = "sphere": must be "none" or "ring" or "plane" or "matrix"'
    ],
    "[model.system]\nshares = [1, 2, -3]": [
        "FILE: model.system.shares = [1, 2, -3]: number 3 must be a finite number above 0"
    ],
    "[model.war]\nspoils = 0x" + "f" * 100: ["FILE: model.war.spoils = ...: must be a number from 0 to 1"],
    '[model.war]\nspoils = "' + "long " * 50 + '"': [
        'FILE: model.war.spoils = "' + ("long " * 50)[:76] + "...: must be a number from 0 to 1"
    ],
    '[model.war]\nspoils = "two\\nlines\\u001b"': [
        'FILE: model.war.spoils = "two\\nlines\\u001b": must be a number from 0 to 1'
    ],
    "[model.war]\nspoils = [[[[[[1]]]]]]": [
        "FILE: model.war.spoils = [[[[...]]]]: must be a number from 0 to 1"
    ],
    "[model.war]\nspoils = [1,2,3,4,5,6,7,8,9,10]": [
        "FILE: model.war.spoils = [1, 2, 3, 4, 5, 6, 7, 8, ...]: must be a number from 0 to 1"
    ],
    # settings
    '[experiment]\nname = "a/b"': [
        "FILE: experiment.name = \"a/b\": must be 1 to 60 letters, digits, '.', '_' or '-', the "
        "first a letter or digit"
    ],
    "[experiment]\nname = 3": [
        "FILE: experiment.name = 3: must be 1 to 60 letters, digits, '.', '_' or '-', the "
        "first a letter or digit"
    ],
    '[experiment]\ntitle = "a\\u0000"': [
        'FILE: experiment.title = "a\\u0000": must be text in quotes, without control characters '
        "but line breaks and tabs"
    ],
    "[experiment]\nreplicas = 0": [
        "FILE: experiment.replicas = 0: must be a whole number from 1 to 1000000000000"
    ],
    "[experiment]\nreplicas = 1e4": [
        "FILE: experiment.replicas = 10000.0: must be a whole number from 1 to 1000000000000"
    ],
    "[experiment]\nseed = -1": [
        "FILE: experiment.seed = -1: must be a whole number from 0 to 9223372036854775807"
    ],
    "[experiment]\nconfidence = 95": [
        "FILE: experiment.confidence = 95: must be a number above 0 and below 1"
    ],
    '[experiment]\ndetail = "rows"': ['FILE: experiment.detail = "rows": must be "outcomes" or "tallies"'],
    '[experiment]\ndtype = "float16"': ['FILE: experiment.dtype = "float16": must be "float64" or "float32"'],
    "[experiment]\ncommon_random_numbers = 1": [
        "FILE: experiment.common_random_numbers = 1: must be true or false"
    ],
    "[experiment]\nreplicas = 5\ntrajectories = 6": [
        "FILE: experiment.trajectories = 6: must be at most experiment.replicas, which is 5"
    ],
    "[experiment]\nprecision = 0.5": [
        "FILE: experiment.precision = 0.5: must be a number above 0 and below 0.5"
    ],
    "[experiment]\nrelative_precision = 0": [
        "FILE: experiment.relative_precision = 0: must be a number above 0 and below 1"
    ],
    "[experiment]\nprecision = nan": [
        "FILE: experiment.precision = nan: must be a number above 0 and below 0.5"
    ],
    "[experiment]\nprecision = 0.01\nmax_replicas = 0": [
        "FILE: experiment.max_replicas = 0: must be a whole number from 1 to 1000000000000"
    ],
    "[experiment]\nrelativ_precision = 0.1": [
        "FILE: experiment.relativ_precision = 0.1: no such key "
        '(did you mean "experiment.relative_precision"?)'
    ],
    "[experiment]\nprecision = 0.01\ntrajectories = 2000": [
        "FILE: experiment.trajectories = 2000: must be at most 1024, the replicas that every point has where "
        "a precision is asked for"
    ],
    "[experiment]\nprecision = 0.01\nmax_replicas = 5\ntrajectories = 6": [
        "FILE: experiment.trajectories = 6: must be at most experiment.max_replicas, which is 5"
    ],
    "[experiment]\nrelative_precision = 0.1\nreplicas = 5": [
        "FILE: experiment.relative_precision = 0.1: cannot be given together with experiment.replicas; "
        "take one of the two away"
    ],
    "[experiment]\nprecision = 0.002\nreplicas = 5": [
        "FILE: experiment.precision = 0.002: cannot be given together with experiment.replicas; "
        "take one of the two away"
    ],
    "[experiment]\nmax_replicas = 5": [
        "FILE: experiment.max_replicas = 5: is only for experiment.precision or experiment.relative_precision"
    ],
    # combinations
    "[model.system]\nyears = 3": [
        "FILE: model.hegemony.hold = 5 (the default): must be at most system.years, which is 3"
    ],
    "[model.hegemony]\nhold = 301": [
        "FILE: model.hegemony.hold = 301: must be at most system.years, which is 300"
    ],
    "[model.system]\nstates = 3\noffshore = [0, 1]": [
        "FILE: model.system.offshore = [0, 1]: must leave at least two states that are not "
        "offshore: system.states is 3"
    ],
    '[model.geography]\nlayout = "matrix"': [
        'FILE: model.geography.layout = "matrix": needs geography.distances, which are not given'
    ],
}


@pytest.mark.parametrize(("text", "expected"), CASES.items(), ids=lambda value: str(value)[:50])
def test_the_line(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert complaints(tmp_path, text) == expected


def test_all_mistakes_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """
    [experiment]
    sed = 1
    detail = "rows"
    trajectories = -1
    [model.war]
    spoils = 3
    decisivness = 2
    [model.system]
    years = 3
    shares = [1, 2]
    [model.geography]
    reach = "far"
    layout = "matrix"
    [sweep]
    "balancing.eficiency" = [0, 1]
    "war.cost" = [0.5, 2]
    """
    assert complaints(tmp_path, text) == [
        'FILE: experiment.sed = 1: no such key (did you mean "experiment.seed"?)',
        'FILE: experiment.detail = "rows": must be "outcomes" or "tallies"',
        "FILE: experiment.trajectories = -1: must be a whole number, at least 0",
        "FILE: model.war.spoils = 3: must be a number from 0 to 1",
        'FILE: model.war.decisivness = 2: no such key (did you mean "model.war.decisiveness"?)',
        'FILE: model.geography.reach = "far": must be a number above 0, or inf',
        'FILE: sweep."balancing.eficiency" = [0, 1]: no such key of the model (did you mean '
        '"balancing.efficiency"?)',
        'FILE: sweep."war.cost" = 2: must be a number from 0 to below 1',
        "FILE: model.system.shares = [1, 2]: must hold one element per state: 2 given, system.states is 6",
        'FILE: model.geography.layout = "matrix": needs geography.distances, which are not given',
        "FILE: model.hegemony.hold = 5 (the default): must be at most system.years, which is 3",
    ]


def test_a_combination_with_a_key_that_is_wrong_itself_is_not_judged(tmp_path: Path) -> None:
    text = "[model.system]\nstates = 100\nshares = [1, 2]\n[model.hegemony]\nhold = 400"
    assert complaints(tmp_path, text) == [
        "FILE: model.system.states = 100: must be a whole number from 2 to 64",
        "FILE: model.hegemony.hold = 400: must be at most system.years, which is 300",
    ]


def test_pydantic_is_never_quoted(tmp_path: Path) -> None:
    for text in CASES:
        for line in complaints(tmp_path, text):
            assert "pydantic" not in line
            assert "Input should" not in line
            assert "\n" not in line
            assert line.isprintable()


class TestReading:
    def test_no_file(self, tmp_path: Path) -> None:
        path = tmp_path / "none.toml"
        with pytest.raises(RequestError, match=r"^.*none\.toml: cannot be read: no such file or directory$"):
            config.load(path)

    def test_a_directory(self, tmp_path: Path) -> None:
        with pytest.raises(RequestError, match=r": cannot be read: is a directory$"):
            config.load(tmp_path)

    def test_a_nul_in_the_path(self) -> None:
        with pytest.raises(RequestError, match=r"^a\\x00b: cannot be read: embedded null byte$"):
            config.load("a\0b")

    def test_not_utf_8(self, tmp_path: Path) -> None:
        path = tmp_path / "f.toml"
        path.write_bytes(b"a = '\xe9'")
        with pytest.raises(RequestError, match=r"f\.toml: is not UTF-8 text: byte 5 is 0xe9$"):
            config.load(path)

    def test_a_byte_order_mark_is_no_mistake(self, tmp_path: Path) -> None:
        path = tmp_path / "f.toml"
        path.write_bytes(b"\xef\xbb\xbf[experiment]\r\nseed = 3\r\n")
        assert config.load(path).seed == 3

    def test_not_toml(self, tmp_path: Path) -> None:
        lines = complaints(tmp_path, "[experiment\n")
        assert lines == [
            "FILE: is not TOML: Expected ']' at the end of a table declaration (at line 1, column 12)"
        ]

    @pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "{a=" * 20_000])
    def test_too_deep(self, tmp_path: Path, text: str) -> None:
        assert complaints(tmp_path, text) == ["FILE: is nested too deeply"]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("\na" + ".a" * 1_000_000 + " = 1", "line 2 holds a key of more than 16 parts"),
            ("[a" + ' . "b"' * 16 + "]", "line 1 holds a key of more than 16 parts"),
            ("a = " + "9" * 4_000_000, "line 1 holds a number of thousands of digits"),
            ("a = 0x" + "f" * 5000, "line 1 holds a number of thousands of digits"),
            ("a = 0." + "1_1" * 5000, "line 1 holds a number of thousands of digits"),
            ("[a]\n" * 100_101, "holds more than 100100 tables"),
            ("a.b = 1\n" * 500_001, "holds too many keys with dots; put them in quotes"),
        ],
    )
    def test_excess_is_refused_before_it_is_parsed(self, tmp_path: Path, text: str, told: str) -> None:
        assert complaints(tmp_path, text) == [f"FILE: {told}"]

    def test_long_words_and_texts_are_no_excess(self, tmp_path: Path) -> None:
        words = "word. Next 3.14 " * 5000 + "x" * 10**6
        path = tmp_path / "f.toml"
        path.write_text(f'[experiment]\nname = "{"a.b-" * 15}"\ndescription = "{words}"\n')
        assert config.load(path).description == words

    def test_of_a_million_mistakes_a_hundred_are_told(self, tmp_path: Path) -> None:
        lines = complaints(tmp_path, "\n".join(f"k{i} = 1" for i in range(10_000)))
        assert len(lines) == 101
        assert lines[-1] == "FILE: holds more mistakes; these are the first 100"

    def test_too_large(self, tmp_path: Path) -> None:
        assert complaints(tmp_path, "#" * (16 * 2**20 + 1)) == ["FILE: is larger than 16 MiB"]

    def test_the_file_names_the_experiment(self, tmp_path: Path) -> None:
        for file, name in (("my run (2).toml", "my-run-2-"), ("été.toml", "été"), ("-.toml", "experiment")):
            (tmp_path / file).write_text("")
            assert config.load(tmp_path / file).name == name


class TestParse:
    def test_nothing_is_the_default(self) -> None:
        assert config.parse({}) == config.parse({"experiment": {}, "sweep": {}, "model": {}})

    def test_a_model_fixes_what_it_was_made_with(self) -> None:
        from hegemon.parameters import Model

        spec = config.parse({"model": Model(system={"states": 4}), "sweep": {"war.spoils": [0, 1]}})
        assert spec.model.system.states == 4
        with pytest.raises(
            RequestError, match=r"^Experiment: model\.war\.spoils = 0\.4: is fixed here and swept"
        ):
            config.parse(
                {"model": Model(war={"spoils": 0.4}), "sweep": {"war.spoils": [0, 1]}}, source="Experiment"
            )

    def test_keys_that_are_no_text(self) -> None:
        with pytest.raises(
            RequestError, match=r"^experiment: 1 = 2: no such key; there are experiment, sweep, model$"
        ):
            config.parse({1: 2})

    def test_too_deep(self) -> None:
        deep: list[object] = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(RequestError, match=r"^experiment: is nested too deeply$"):
            config.parse({"model": {"war": {"spoils": deep}}})
        while deep:  # taken apart by hand: the interpreter would recurse
            deep = deep.pop()  # type: ignore[assignment]
