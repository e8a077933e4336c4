"""`make crash`: the matrix of kills and CIs, and kills at every await, as many as one likes, on one database or both.

Exit status 1 if a kill broke a guarantee or was not made.
"""

import argparse
import asyncio
import random
import sys

from tests.crash.campaign import Orders, campaign
from tests.crash.matrix import KINDS as KINDS_OF_CI
from tests.crash.matrix import Matrix, run_matrix
from tests.databases import KINDS


def main() -> int:
    """Read what is wanted, do it, and say what came of it."""
    wanted = _read()
    seed = wanted.seed or random.randrange(1_000_000)
    broken = False
    if not wanted.only:
        broken = _matrix("matrix", Matrix(dict.fromkeys(KINDS_OF_CI, int(wanted.matrix_runs)), seed=seed))
        pairs = Matrix({"github": wanted.matrix_runs}, seed=seed, pair=True)
        broken |= _matrix("matrix with two bots on PostgreSQL", pairs)
    if wanted.matrix:
        return int(broken)
    for database in KINDS if wanted.database == "both" else (wanted.database,):
        orders = Orders(
            database, wanted.runs, wanted.runs, wanted.minutes * 60, wanted.workers, wanted.only, seed
        )
        result = asyncio.run(campaign(orders))
        print(f"{database}, seed {seed}: {result}")
        for line in result.lacking:
            print(f"  {line}")
        broken |= bool(result.failures or result.lacking)
    return int(broken)


def _matrix(name: str, matrix: Matrix) -> bool:
    """Tell a matrix, each cell as often for every kind of CI; says whether something is broken."""
    seen = asyncio.run(run_matrix(matrix))
    print(f"{name}, seed {matrix.seed}: {seen}")
    for line in (*seen.failures, *seen.lacking):
        print(f"  {line}")
    return bool(seen.failures or seen.lacking)


def _read() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="kills per point")
    parser.add_argument("--database", choices=(*KINDS, "both"), default="both")
    parser.add_argument(
        "--minutes", type=float, default=120.0, help="after which no telling is begun any more"
    )
    parser.add_argument(
        "--workers", type=int, default=0, help="programs at the same time; one per core by default"
    )
    parser.add_argument("--only", default="", help="only points that say this, such as bot/engine.py:72")
    parser.add_argument("--matrix", action="store_true", help="only the matrix")
    parser.add_argument("--matrix-runs", type=int, default=20, help="kills per cell of the matrix")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
