"""python -m tfrecords_tools.build RECIPE --out DIR: the same as `ct2xkeras prepare`."""

import sys

from ct2xkeras.cli.main import main as ct2xkeras


def main(arguments=None):
    """Run `ct2xkeras prepare` with these arguments, by default the command line's."""
    ct2xkeras(["prepare", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    main()
