"""What the commands share: a user's mistake ends in one line and exit status 2."""

import functools
import sys

import click

from ct2xkeras.quiet import quiet_tensorflow


def one_line_errors(command):
    """Turns the package's ValueErrors into one line on stderr and exit status 2."""

    @functools.wraps(command)
    def wrapped(*args, **kwargs):
        try:
            quiet_tensorflow()
            return command(*args, **kwargs)
        except (ValueError, OSError) as error:
            click.echo(f"error: {' '.join(str(error).split())}", err=True)
            sys.exit(2)

    return wrapped
