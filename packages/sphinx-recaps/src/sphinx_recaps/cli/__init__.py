"""The command ``sphinx-recaps``."""

from __future__ import annotations

import sys

import click

from sphinx_recaps.cli.commands import sphinx_recaps

STOPPED = "Stopped. What is done is kept; run the same command again to go on from here."


def main(arguments: list[str] | None = None) -> None:
    """Run the command and exit: 0 fine, 1 mistakes or failures, 2 usage or unreadable input, 130 stopped by Ctrl-C."""
    try:
        status = sphinx_recaps.main(arguments, prog_name="sphinx-recaps", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(STOPPED, err=True)
        status = 130
    sys.exit(status or 0)
