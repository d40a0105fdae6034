"""`python -m ct2xkeras`, the command without an installed script."""

from ct2xkeras.cli.main import main

main()
