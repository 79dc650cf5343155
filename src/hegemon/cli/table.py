"""Tables on standard output: a rich one on a terminal, plain aligned columns in a pipe or a file."""

from __future__ import annotations

import sys

import click

from hegemon.tables.table import Table

_WIDEST = 10_000  # columns of a terminal: no limit


def show(table: Table) -> None:
    """Print a table. No number is ever cut: on a narrow terminal lines go on in the next one."""
    if sys.stdout is not None and sys.stdout.isatty():  # there is none where it was closed
        _show_rich(table)
        return
    for line in table.lines():
        click.echo(line)


def _show_rich(table: Table) -> None:
    from rich import box
    from rich import table as rich_table
    from rich.console import Console
    from rich.markup import escape

    drawn = rich_table.Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in table.header:
        drawn.add_column(escape(name), justify="left" if table.left else "right", no_wrap=True)
    for row in table.rows:
        drawn.add_row(*map(escape, row))
    console = Console()
    free = console.options.update(max_width=_WIDEST)
    console.width = max(console.width, console.measure(drawn, options=free).maximum)
    console.print(drawn, soft_wrap=True)
