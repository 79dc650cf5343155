"""The session of measurements runs, small, and its page is what its record gives; no times are asserted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import run as session_command
import whole_runs
from session import contestants, curves, derive, page, tables, whole
from session.record import Record
from session.sizes import QUICK, STANDARD

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
COMPARED = ["hegemon float64", contestants.TWIN + " float64"]


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A quick session of the engine and its twin; runs of the engine stay in this process."""
    folder = tmp_path_factory.mktemp("session")
    latest, written = folder / "latest.json", folder / "docs" / "benchmarks.md"
    written.parent.mkdir()
    written.write_text(PAGE.read_text())
    with pytest.MonkeyPatch.context() as patch:
        for module in (whole, curves):
            patch.setattr(module, "apart", whole_runs.measured_run)
        arguments = ["--mode", "quick", "--out", str(latest), "--page", str(written)]
        assert session_command.main([*arguments, "--contestants", *COMPARED]) == 0
    return json.loads(latest.read_text()), written


def test_every_part_is_there_and_says_when(quick):
    record, _ = quick
    assert set(record["parts"]) == {part for part, _ in tables.BLOCKS.values()}
    for part in record["parts"].values():
        assert part["begun"] <= part["ended"]
        assert len(part["load_average"]) == 2
        assert re.fullmatch("[0-9a-f]{64}", part["kernel_digest"])
    assert record["sizes"]["rounds"] == QUICK.rounds
    assert record["machine"]["versions"]["hegemon"]


def test_contestants_take_turns_on_the_same_systems(quick):
    record, _ = quick
    part = record["parts"]["contest"]
    assert list(part["contestants"]) == COMPARED
    assert part["left_out"] == {}
    assert len(part["rounds"]) == QUICK.rounds
    for each in part["rounds"]:
        assert list(each) == COMPARED
        for name, found in each.items():
            assert found["replicas"] == part["replicas"][name]
            assert 0 < found["state_years"] <= found["replicas"] * 8 * QUICK.years
            assert 0 <= found["emerged"] <= found["replicas"]
    first, second = derive.rows(record)
    assert first.state_years.median >= second.state_years.median
    ratio = derive.times(record, first.name, second.name)
    assert ratio.low <= ratio.median <= ratio.high


def test_the_page_holds_what_was_measured(quick):
    record, written = quick
    text = written.read_text()
    for row in derive.rows(record):
        assert f"| {row.precision} | {tables.number(row.state_years.median / 1e6)} |" in text
    assert "Not measured in this session: left out: counting" in text
    assert "A quick session" in text
    assert (written.parent / "figures" / "benchmarks.png").stat().st_size > 10_000
    assert (written.parent / "figures" / "scaling.png").stat().st_size > 10_000
    assert page.render(text, record) == text


def test_a_part_can_be_taken_again(quick, tmp_path, capsys):
    record, written = quick
    latest = tmp_path / "latest.json"
    latest.write_text(json.dumps(record))
    arguments = ["--mode", "quick", "--out", str(latest), "--page", str(written)]
    session_command.main([*arguments, "--only", "crises"])
    again = json.loads(latest.read_text())["parts"]
    assert again["crises"]["begun"] >= record["parts"]["crises"]["ended"]
    assert again["contest"] == record["parts"]["contest"]
    with pytest.raises(SystemExit, match="2"):
        session_command.main([*arguments, "--only", "crisis"])
    assert "no such part: crisis" in capsys.readouterr().err


def test_an_interrupted_session_goes_on(tmp_path):
    path, taken = tmp_path / "latest.json", []

    def counting(own, keep):
        own.setdefault("rounds", [])
        while len(own["rounds"]) < 3:
            own["rounds"].append(len(own["rounds"]))
            taken.append(own["rounds"][-1])
            keep()
            if len(taken) == 2:
                raise KeyboardInterrupt

    first = Record(path, "quick", QUICK)
    first.take("one", lambda own, keep: own.update(found=1))
    with pytest.raises(KeyboardInterrupt):
        first.take("two", counting)
    assert not path.exists()
    second = Record(path, "quick", QUICK)
    second.take("one", lambda own, keep: pytest.fail("it was done"))
    second.take("two", counting)
    second.close()
    assert taken == [0, 1, 2]
    assert json.loads(path.read_text())["parts"]["two"]["rounds"] == [0, 1, 2]
    assert list(tmp_path.iterdir()) == [path]


def test_a_session_of_another_kind_does_not_go_on(tmp_path):
    path = tmp_path / "latest.json"
    Record(path, "quick", QUICK).take("one", lambda own, keep: None)
    assert Record(path, "standard", STANDARD).data["parts"] == {}
    assert Record(path, "quick", QUICK, fresh=True).data["parts"] == {}
    assert set(Record(path, "quick", QUICK).data["parts"]) == {"one"}


def test_a_contestant_that_cannot_run_is_named(monkeypatch):
    from session import contest

    class Broken:
        def __init__(self, name, environment=None):
            raise RuntimeError(f"the worker of {name} ended with status 1")

    monkeypatch.setattr(contest, "Worker", Broken)
    one = contestants.engine()[0]
    own: dict = {}
    contest.contest(QUICK, [one], lambda text: None)(own, lambda: None)
    assert own["left_out"] == {one.name: "the worker of hegemon float64 ended with status 1"}


def test_peers_are_contestants():
    names = [one.name for one in contestants.all_contestants()]
    assert len(set(names)) == len(names)
    for one in contestants.peers():
        assert one.system != contestants.ENGINE
        assert isinstance(contestants.load(one.name), contestants.OfPeer)
    with pytest.raises(SystemExit, match="no such contestant"):
        contestants.all_contestants(["hegemon float16"])


def test_the_lines_of_a_user_run_as_they_stand(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    small = contestants.USER.replace("1_000_000", "64").replace("300", "20")
    exec(compile(small, "user.py", "exec"), {})
    assert "p_emerged" in capsys.readouterr().out


def test_a_run_apart_says_what_it_took():
    model = {"system": {"states": 2, "years": 5}}
    found = whole_runs.apart(replicas=100, workers=1, detail="tallies", sweep={}, model=model)
    assert 0 < found["simulate"] < found["cpu"]
    assert found["pieces"] >= 1
    assert found["peak_mb"] > 1


def test_an_earlier_revision_is_what_python_imports(tmp_path, monkeypatch):
    repository, sources = tmp_path / "repository", tmp_path / "sources"
    (repository / "src" / "hegemon").mkdir(parents=True)
    (repository / "src" / "hegemon" / "__init__.py").write_text("AGE = 'old'\n")
    (repository / "kernels").mkdir()
    (repository / "kernels" / "hegemon_kernels.py").write_text("")
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "old"]):
        subprocess.run(["git", *words], cwd=repository, check=True)
    monkeypatch.setattr(whole, "ROOT", repository)
    sources.mkdir()
    environment = os.environ | whole._sources("HEAD", sources)
    command = [sys.executable, "-c", "import hegemon; print(hegemon.AGE)"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "old\n"
    with pytest.raises(SystemExit, match="--before no-such-revision: fatal"):
        whole._sources("no-such-revision", sources)


def test_more_workers_by_the_model():
    c = derive.Coefficients(kernels=90.0, threads=8.0, main=1.0, start=1.0)
    assert c.seconds(1, locked=False) == c.seconds(1, locked=True) == 100.0
    assert c.seconds(2, locked=False) == 51.0
    assert c.seconds(64, locked=True) == 10.0
    assert c.seconds(64, locked=False) < 4.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "·"),
        (0, "0"),
        (0.01234, "0.0123"),
        (1.0, "1"),
        (12.34, "12.3"),
        (123.4, "123"),
        (1234567.8, "1,234,568"),
    ],
)
def test_numbers(value, text):
    assert tables.number(value) == text


def test_a_page_without_a_place_is_refused(quick):
    record, written = quick
    with pytest.raises(ValueError, match="the generated parts are"):
        page.render(written.read_text().replace("<!-- end bound -->", ""), record)


def test_the_published_page_is_what_the_published_record_gives():
    record = json.loads((ROOT / "bench" / "results" / "latest.json").read_text())
    assert page.render(PAGE.read_text(), record) == PAGE.read_text()
