"""`hegemon completion`: what makes a shell complete commands, options and file names."""

from __future__ import annotations

import click

from hegemon.cli.exits import told

_VARIABLE = "_HEGEMON_COMPLETE"
_INSTALL = {
    "bash": """\
# Completion of hegemon for bash 4.4 and newer. To have it in every new shell:
#   mkdir -p ~/.local/share/bash-completion/completions
#   hegemon completion bash > ~/.local/share/bash-completion/completions/hegemon
# (with the package bash-completion; without it: hegemon completion bash >> ~/.bashrc)
# In this shell only: eval "$(hegemon completion bash)"
""",
    "zsh": """\
#compdef hegemon
# Completion of hegemon for zsh. To have it in every new shell:
#   mkdir -p ~/.zfunc
#   hegemon completion zsh > ~/.zfunc/_hegemon
# and in ~/.zshrc, before any compinit: fpath+=~/.zfunc; autoload -Uz compinit; compinit
# In this shell only: eval "$(hegemon completion zsh)"
""",
    "fish": """\
# Completion of hegemon for fish. To have it in every new shell:
#   mkdir -p ~/.config/fish/completions
#   hegemon completion fish > ~/.config/fish/completions/hegemon.fish
# In this shell only: hegemon completion fish | source
""",
}


@click.command(
    short_help="Print what makes a shell complete hegemon's words.",
    epilog="""\b
Example:
  hegemon completion bash > ~/.local/share/bash-completion/completions/hegemon
  hegemon completion zsh > ~/.zfunc/_hegemon
  hegemon completion fish > ~/.config/fish/completions/hegemon.fish
  eval "$(hegemon completion bash)\"""",
)
@click.argument("shell", type=click.Choice(list(_INSTALL)))
@told
def completion(shell: str) -> None:
    """Print the completion script for SHELL: bash, zsh or fish.

    Its first lines say where to put it. Then the tabulator key completes commands, options, their values and
    the names of files.
    """
    from click.shell_completion import get_completion_class

    from hegemon.cli import main

    kind = get_completion_class(shell)
    assert kind is not None
    # Not kind.source(): that of bash asks the bash found here for its version, which nothing depends on.
    made = kind(main, {}, "hegemon", _VARIABLE)
    script = (made.source_template % made.source_vars()).removeprefix("#compdef hegemon\n")
    click.echo(f"{_INSTALL[shell]}{script.strip()}")
