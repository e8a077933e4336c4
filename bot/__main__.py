"""Entry point of `shiproom` and `python -m bot`: calls the command line."""

# ruff: noqa: PLC0415 - only the child needs what is imported late, and what is imported before a split stays in memory for both

import sys

LASTING = frozenset({"run", "demo"})
"""The commands that start processes and live on; only they have to wait for what those leave behind."""


def main() -> None:
    """Run the command line and exit with its status."""
    words = sys.argv[1:]
    if not LASTING.isdisjoint(words[:1]) and (status := _in_a_child()) is not None:
        sys.exit(status)
    from bot import cli

    sys.exit(cli.main(words))


def _in_a_child() -> int | None:
    from bot.reaper import adopts_orphans, work_in_a_child

    return work_in_a_child() if adopts_orphans() else None


if __name__ == "__main__":
    main()
