from __future__ import annotations

from pathlib import Path

import pytest


def test_the_figure_goes_beside_the_results(done: Path, hegemon) -> None:
    drawn = (done / "figure.png").read_bytes()
    (done / "figure.png").unlink()
    result = hegemon("plot", str(done))
    assert (result.exit_code, result.stdout) == (0, f"{done / 'figure.png'}\n")
    assert (done / "figure.png").read_bytes() == drawn


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.PDF", b"%PDF")])
def test_other_files_and_formats(done: Path, hegemon, name: str, start: bytes) -> None:
    assert hegemon("plot", str(done), "-o", name).exit_code == 0
    assert Path(name).read_bytes().startswith(start)


def test_a_list_of_points_is_drawn_by_key(here: Path, hegemon) -> None:
    Path("list.toml").write_text(
        "[experiment]\nreplicas = 50\n[model.system]\nyears = 20\n[sweep]\ndesign = 'list'\nvalues = [\n"
        "{'balancing.speed' = 0.3, 'balancing.internal' = 0.3},\n"
        "{'balancing.speed' = 0.9, 'balancing.internal' = 0.3},\n"
        "{'balancing.speed' = 0.3, 'balancing.internal' = 0.9}]\n"
    )
    assert hegemon("run", "list.toml", "-q").exit_code == 0
    assert hegemon("plot", "runs/list", "-o", "list.svg").exit_code == 0
    assert "base speed 0.3, internal 0.3" in Path("list.svg").read_text()
