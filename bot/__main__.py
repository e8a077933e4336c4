"""Entry point of `shiproom` and `python -m bot`: calls the command line."""

import sys

from bot.reaper import adopts_orphans, work_in_a_child


def main() -> None:
    """Run the command line and exit with its status."""
    if adopts_orphans() and (status := work_in_a_child()) is not None:
        sys.exit(status)
    # Only the child needs it, and what is imported before the split stays in memory for both.
    from bot.cli import run_command  # noqa: PLC0415 - the reason stands above

    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
