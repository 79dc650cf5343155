"""Fills the template: everything escaped, every script and style in the page, nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from hegemon.report.parts import Figure, Page, Section, Source, Table

_STYLES = ("uPlot.min.css", "page.css")
_SCRIPTS = ("uPlot.iife.min.js", "charts.js")
_LICENCE = "uPlot.LICENSE.txt"
_LONG = 28  # letters of a cell that stays on one line


def render(page: Page) -> str:
    """The page as HTML."""
    interactive = any(figure.charts for section in page.sections for figure in _figures(section))
    styles, scripts = _joined(_STYLES), _scripts() if interactive else ""
    text = (
        _environment()
        .get_template("page.html.j2")
        .render(
            page=page,
            style=Markup(styles),  # our own files: nothing of a run is in them
            script=Markup(scripts),
            policy=_policy(styles, scripts),
            kind_of=kind_of,
            long=long,
        )
    )
    return f"{text.rstrip()}\n"


def _figures(section: Section) -> list[Figure]:
    return [block for block in section.blocks if isinstance(block, Figure)]


def kind_of(block: Any) -> str:
    """What a block is, as the template asks."""
    kinds = {str: "text", Table: "table", Figure: "figure", Source: "source"}
    return kinds[type(block)]


def long(cell: str) -> Markup:
    """The class of a cell that may be broken into lines."""
    return Markup(' class="long"' if len(cell) > _LONG else "")


def joined(text: str) -> str:
    """Text in which a line never ends between a number and its per cent."""
    return text.replace(" %", "\u00a0%")


def _scripts() -> str:
    """The scripts, with the licence of the library, which wants to be in every copy."""
    return f"/*! uPlot\n{_joined((_LICENCE,))}\n*/\n{_joined(_SCRIPTS)}"


def _joined(names: tuple[str, ...]) -> str:
    folder = resources.files("hegemon.report") / "static"
    return "\n".join((folder / name).read_text(encoding="utf-8").strip() for name in names)


def _policy(style: str, script: str) -> str:
    """What the browser may do: run these scripts and styles, show images of the page itself; no network."""
    scripts = _hash(script) if script else "'none'"
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {scripts}; base-uri 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def address(text: str) -> str:
    """Text as an address that a browser saves as a file."""
    return f"data:text/plain;charset=utf-8;base64,{base64.b64encode(text.encode()).decode()}"


def data(values: Any) -> Markup:
    """Values as JSON that may stand in a script element: no text in it can end the element."""
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("hegemon.report"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,  # names, titles and commands come from whoever made the run
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"address": address, "data": data, "joined": joined}
    return made
