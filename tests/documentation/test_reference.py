"""The reference leaves nothing out, and every page can be reached."""

from __future__ import annotations

import re
from pathlib import Path

from documentation.pages import PAGES, ROOT
from hegemon.parameters.registry import sections


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_section_of_the_model_has_its_keys() -> None:
    """Sphinx writes the tables from the declarations; here it is seen that it is asked for each."""
    assert tuple(re.findall(r"^```\{model-keys\} (\w+)$", page("keys.md"), flags=re.M)) == sections()
    assert page("keys.md").count("```{experiment-keys}") == 1


def test_all_commands_are_asked_for() -> None:
    assert ".. click:: hegemon.cli:main" in page("commands.md")
    assert ":nested: full" in page("commands.md")


def test_every_page_is_in_the_contents_and_told_of() -> None:
    text = page("index.md")
    contents = set(
        re.findall(r"^[\w/-]+$", "\n".join(re.findall(r"```\{toctree\}(.*?)```", text, re.S)), re.M)
    )
    names = {p.relative_to("docs").with_suffix("").as_posix() for p in PAGES if p.is_relative_to("docs")}
    own = {name for name in names if "/" not in name} - {"index"}
    assert own <= contents
    told = {Path(link).with_suffix("").as_posix() for link in re.findall(r"\]\(([\w/-]+\.md)", text)}
    assert own <= told


def test_numbers_of_the_answers_are_those_of_the_tutorial() -> None:
    tutorial = re.sub(r" +", " ", page("tutorial.md"))
    assert "0.4 2,000 447 0.2235 0.2058 0.2423" in tutorial
    assert "`0.2235, 0.2058 to 0.2423`: 447 of 2,000 replicas" in page("faq.md")
    assert "1 2,000 94 0.0470" in tutorial
    assert "94 of 2,000 systems" in page("faq.md")
