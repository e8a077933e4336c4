"""Entry point of an installed `shiproom` and of `python -m shiproom`: puts its own folder first on the path, and runs `bot`."""

# ruff: noqa: PLC0415 - `bot` is found only once the path is set

import os
import sys

HOME = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - importing pathlib here would be a part of each start
"""Where `bot`, `handlers` and `storage` lie in an install. In a clone they are found through the editable install instead."""


def main() -> None:
    """Run the command line with the packages of this install, whatever lies in the working directory."""
    sys.path.insert(0, HOME)
    from bot.__main__ import main as run

    run()


if __name__ == "__main__":
    main()
