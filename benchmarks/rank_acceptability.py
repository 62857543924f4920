"""Rank acceptability: kamkit against a plain loop over the draws, in one run.

    python benchmarks/rank_acceptability.py [--accounts 10000] [--draws 10000] [--rounds 3]

The loop ranks all accounts anew for each draw of weights; it is timed on a tenth of the draws and
scaled up. The ratio of the medians is what counts; goal: 10,000 draws over 10,000 accounts within 10 s.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from kamkit.method.scoring import rank_acceptability

GOAL_SECONDS = 10.0


def sheet(accounts: int, criteria: int = 6) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores from 1 to 5 of many accounts, and criteria of equal weight."""
    items = [f"c{i}" for i in range(criteria)]
    scores = np.random.default_rng(0).uniform(1, 5, (accounts, criteria))
    scale = {"weight": 1 / criteria, "direction": "max", "scale_min": 1.0, "scale_max": 5.0}
    index = [f"A{i}" for i in range(accounts)]
    return pd.DataFrame(scores, index=index, columns=items), pd.DataFrame({"item_id": items, **scale})


def plain_loop(values: pd.DataFrame, draws: int) -> np.ndarray:
    """Count the ranks of each draw, one draw after the other."""
    scores, n = values.to_numpy(), len(values)
    weights = np.random.default_rng(0).dirichlet(np.ones(scores.shape[1]), draws)
    counts, subjects = np.zeros((n, n), dtype=np.int32), np.arange(n)
    for weight in weights:
        order = np.argsort(-(scores @ weight), kind="stable")
        counts[order, subjects] += 1
    return counts / draws


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    values, criteria = sheet(given.accounts)
    ours, loop = [], []
    for _ in range(given.rounds):
        ours.append(seconds(lambda: rank_acceptability(values, criteria, draws=given.draws)))
        loop.append(10 * seconds(lambda: plain_loop(values, max(given.draws // 10, 1))))
    mine, theirs = statistics.median(ours), statistics.median(loop)
    print(f"{given.draws:,} draws over {given.accounts:,} accounts, median of {given.rounds}")
    print(
        f"kamkit {mine:.2f} s (goal {GOAL_SECONDS:g} s), plain loop {theirs:.2f} s, ratio {mine / theirs:.2f}"
    )


if __name__ == "__main__":
    main()
