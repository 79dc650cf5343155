"""The command line. One command per module; whatever is slow to import is imported inside the commands."""

from __future__ import annotations

import click

from hegemon._version import __version__
from hegemon.cli import logs
from hegemon.cli.compare import compare
from hegemon.cli.completion import completion
from hegemon.cli.contrast import contrast
from hegemon.cli.export import export
from hegemon.cli.init import init
from hegemon.cli.merge import merge
from hegemon.cli.plot import plot
from hegemon.cli.preset import preset
from hegemon.cli.rare import rare
from hegemon.cli.replay import replay
from hegemon.cli.report import report
from hegemon.cli.run import run
from hegemon.cli.schema import schema
from hegemon.cli.selftest import selftest
from hegemon.cli.sensitivity import sensitivity
from hegemon.cli.solve import solve
from hegemon.cli.submit import submit
from hegemon.cli.summary import summary
from hegemon.cli.survival import survival
from hegemon.cli.validate import validate
from hegemon.cli.verify import verify

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hegemon", message="%(prog)s %(version)s")
def main() -> None:
    """How often does one state become a hegemon, as the others balance more efficiently?

    A Monte Carlo engine for international relations: describe an experiment in a TOML file, run it, and
    read P(hegemon) at each design point with its interval.

    \b
    Example:
      hegemon validate configs/waltz_mearsheimer.toml
      hegemon run configs/waltz_mearsheimer.toml --replicas 2000
      hegemon summary runs/waltz-mearsheimer

    \b
    Exit status:
      0  done                          2  the request was wrong (one line per mistake)
      1  the work failed              75  stopped in good order: run again; finished work is kept
                                     130  interrupted; finished work is kept
    """


_STATUS = """

\b
Exit status:
  0  done                          2  the request was wrong (one line per mistake)
  1  the work failed             130  interrupted"""

main.params.append(logs.option())
for command in (
    run,
    merge,
    validate,
    summary,
    survival,
    contrast,
    sensitivity,
    plot,
    report,
    compare,
    solve,
    rare,
    export,
    submit,
    verify,
    replay,
    selftest,
    schema,
    init,
    preset,
    completion,
):
    command.params.append(logs.option())
    if "Exit status" not in (command.epilog or ""):
        command.epilog = f"{command.epilog}{_STATUS}"
    main.add_command(command)
