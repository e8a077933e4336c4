"""`shiproom` and `python -m bot`: hands over to the command line."""

import sys

from bot.cli import run_command


def main() -> None:
    """Run what the command line says and exit with its status."""
    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
