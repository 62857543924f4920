"""What-if panels: recalculation for many accounts, and the picture against the naive redraw.

    python benchmarks/panels.py [--accounts 10000] [--moves 40] [--panels weights matrix …]

Each panel is moved through its first slider (or ticks accounts); what is printed is the time from the
state to its figures, and from the figures to the SVG, as the panels write it and, naively, by a new
figure of matplotlib's for every move. Both are interleaved, so that a busy machine slows both. Wall time
and processor time stand side by side: the goal is 50 ms of recalculation on a machine that does nothing
else. The last line chooses among as many candidates as there are accounts, under hours that bind.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from kamkit.locale.numbers import Numbers
from kamkit.method.portfolio import choose_accounts
from kamkit.method.profitability.ladder import fill_ladder
from kamkit.workshop.panels.material import Material
from kamkit.workshop.panels.screen import PANELS, load
from kamkit.workshop.panels.stage import Stage
from kamkit.workshop.panels.view import PICTURE

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.redraw import Redrawn

GOAL = 50.0
_TEAMS = {"Desk": "selling", "Logistics": "service", "Field": "service", "Key": "key_account"}


def made_up(accounts: int, seed: int = 0) -> Material:
    """A firm of so many accounts, all of them judged; nothing is read from a disk but its decisions."""
    random, ids = (
        np.random.default_rng(seed),
        pd.Index([f"C{i:06d}" for i in range(accounts)], name="account_id"),
    )
    tables = _tables(ids, random)
    controls = SimpleNamespace(capital_rate=0.1, required_return=None)
    engagement = SimpleNamespace(
        path=Path(tempfile.mkdtemp()),
        numbers=Numbers("EUR"),
        shown=tables.get,
        fingerprint=dict,
        period=(pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-31")),
        config=SimpleNamespace(controls=controls),
    )
    material: Any = Material(engagement)  # type: ignore[arg-type]
    items = [f"k{i}" for i in range(7)]
    values = pd.DataFrame(random.uniform(1, 5, (accounts, 7)), ids, items)
    given = {"run": None, "counting": "horizon", "values": values, "later": (values + 0.2).clip(upper=5)}
    given |= {"strength": pd.Series(random.normal(0, 1, accounts), ids), "pnl": _pnl(ids, random)}
    material.__dict__.update(given, names=pd.Series([f"Customer {i}" for i in range(accounts)], ids))
    return material


def _pnl(ids: pd.Index, random: np.random.Generator) -> pd.DataFrame:
    revenue = random.lognormal(10, 1.2, len(ids))
    rungs = {"marketing": 0.01, "selling": 0.06, "service": 0.12, "key_account": 0.01}
    costs = {rung: revenue * share * random.lognormal(0, 0.5, len(ids)) for rung, share in rungs.items()}
    return fill_ladder(
        pd.DataFrame(
            {
                "list_revenue": revenue * 1.15,
                "invoiced_revenue": revenue,
                "deductions": revenue * 0.02,
                "product_cost": revenue * random.uniform(0.5, 0.85, len(ids)),
                **costs,
                "capital": revenue * 0.01,
            },
            ids,
        )
    )


def _tables(ids: pd.Index, random: np.random.Generator) -> dict[str, pd.DataFrame]:
    n, teams = len(ids), list(_TEAMS)
    money = pd.DataFrame({"rung": ["revenue", "product_cost"], "amount": [n * 45_000.0, n * 30_000.0]})
    work = pd.DataFrame(
        {"team": teams, "rung": list(_TEAMS.values()), "amount": n * 900.0, "practical_minutes": n * 1_000.0}
    )
    use = [
        pd.DataFrame({"account_id": ids, "activity_id": f"a{i}", "count": random.poisson(9, n)})
        for i in range(4)
    ]
    units = [f"u{i}" for i in range(4)]
    results = pd.DataFrame(
        {
            "account_id": np.repeat(ids, 4),
            "bu_id": np.tile(units, n),
            "revenue": random.lognormal(8, 1, 4 * n),
            "contribution": random.normal(500, 2_000, 4 * n),
            "transfers": random.normal(0, 300, 4 * n),
        }
    )
    results["transfers"] -= results.groupby("account_id")["transfers"].transform("mean")
    results["result"] = results["contribution"] - results["transfers"]
    plan = [("investment", "2026-01-01", 9e4), ("benefit", "2027-01-01", 8e4), ("benefit", "2028-01-01", 9e4)]
    items = [f"k{i}" for i in range(7)]
    scale = {
        "weight": [0.22, 0.13, 0.1, 0.18, 0.17, 0.1, 0.1],
        "direction": "max",
        "scale_min": 1.0,
        "scale_max": 5.0,
    }
    stated = pd.DataFrame({"item_id": items, "text": items, **scale})
    return {
        "accounts": pd.DataFrame({"account_id": ids, "name": ids, "since": pd.Timestamp("2024-05-01")}),
        "ledger": pd.concat([money, work], ignore_index=True).assign(
            month="2025-01-01", code="1", account_id=None
        ),
        "activities": pd.DataFrame(
            {
                "activity_id": [f"a{i}" for i in range(4)],
                "team": teams,
                "rung": list(_TEAMS.values()),
                "unit": ["order", "delivery", "visit", "meeting"],
                "base_minutes": [8.0, 20.0, 40.0, 60.0],
            }
        ),
        "activity_use": pd.concat(use, ignore_index=True),
        "assignments": pd.DataFrame({"account_id": ids, "hours_year": random.uniform(50, 400, n)}),
        "criteria": pd.concat([stated.assign(instrument=i) for i in ("attractiveness", "horizon")]),
        "plan_items": pd.DataFrame(
            [(f"P{i}", "account", ids[0], k, pd.Timestamp(m), a) for i, (k, m, a) in enumerate(plan)],
            columns=["item_id", "subject_type", "subject_id", "kind", "month", "amount"],
        ),
        "group_results": results,
        "sales": pd.DataFrame(
            {
                "account_id": np.repeat(ids, 10),
                "order_id": np.arange(10 * n).astype(str),
                "net_amount": random.lognormal(6, 1, 10 * n),
                "date": pd.Timestamp("2025-06-01"),
            }
        ),
    }


def states(panel: Any, moves: int) -> list[dict[str, Any]]:
    """One state after another, as somebody at the keyboard makes them."""
    control = next((c for c in panel.controls if c.kind != "choice"), panel.controls[0])
    state, found = dict(panel.start()), []
    for i in range(moves):
        if control.kind == "accounts":
            picked = tuple(value for _text, value in control.options[: 1 + i % 10])
            state = panel.moved(state, control.name, picked)
        else:
            part = (0.02 + 0.1 * i / moves) if panel.name == "choice" else (0.3 + 0.4 * i / moves)
            at = control.low + (control.high - control.low) * part
            state = panel.moved(state, control.name, control.step * round(at / control.step))
        found.append(state)
    return found


def timed(do: Callable[[], Any]) -> tuple[float, float, Any]:
    """Milliseconds of wall and of processor, and what came of it."""
    wall, processor = time.perf_counter(), time.process_time()
    result = do()
    return 1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - processor), result


def measure(name: str, material: Material, moves: int) -> None:
    """Print one line."""
    panel, draw = load(PANELS[name].model)(material), load(PANELS[name].draw)
    if name == "transfer":
        panel.__dict__["results"] = material.table("group_results")
    times: dict[str, list[tuple[float, float]]] = {"figures": [], "picture": [], "naive": []}
    for state in states(panel, moves + 3):
        wall, processor, found = timed(lambda s=state: panel.figures(s))
        times["figures"].append((wall, processor))

        def drawn(kind: type[Stage], figures: Any = found) -> str:
            stage = kind(name, *PICTURE)
            draw(stage, figures.picture, material.numbers)
            return stage.svg()

        times["picture"].append(timed(lambda d=drawn: d(Stage))[:2])
        times["naive"].append(timed(lambda d=drawn: d(Redrawn))[:2])
    cells = [_said([pair[i] for pair in times[what][3:]]) for what in times for i in (0, 1)]
    naive, ours = (statistics.median(p for _w, p in times[what][3:]) for what in ("naive", "picture"))
    print(f"{name:<12}" + "".join(f"{cell:>14}" for cell in cells) + f"{naive / ours:>15.0f}", flush=True)


def measure_choice(accounts: int, moves: int) -> None:
    """Print how long it takes to choose among so many candidates, each time with other hours."""
    random = np.random.default_rng(0)
    ids = pd.Index([f"C{i:06d}" for i in range(accounts)])
    value, hours = (
        pd.Series(of, ids) for of in (random.lognormal(8, 1.2, accounts), random.uniform(50, 400, accounts))
    )
    times, gaps = [], []
    for i in range(moves + 3):
        there_is = hours.sum() * (0.1 + 0.3 * i / moves)
        *took, found = timed(lambda h=there_is: choose_accounts(value, hours, h, points=16, tolerance=1e-4))
        times.append(took)
        gaps.append(found.gap)
    cells = [_said([pair[i] for pair in times[3:]]) for i in (0, 1)]
    print(f"{'candidates':<12}" + "".join(f"{cell:>14}" for cell in cells) + f"   largest gap {max(gaps):g}")


def _said(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.0f} / {ordered[int(0.95 * (len(ordered) - 1))]:.0f}"


def main() -> None:
    """Measure all panels."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--panels", nargs="*", default=list(PANELS))
    given = parser.parse_args()
    material = made_up(given.accounts)
    print(f"{given.accounts} accounts, {given.moves} moves; milliseconds, median / 95th percentile")
    heads = [f"{what} {clock}" for what in ("figures", "picture", "naive") for clock in ("wall", "cpu")]
    print(f"{'panel':<12}" + "".join(f"{head:>14}" for head in heads) + f"{'naive/picture':>15}")
    for name in given.panels:
        measure(name, material, given.moves)
    measure_choice(given.accounts, given.moves)
    print(f"Goal: figures at most {GOAL:.0f} ms on a machine that does nothing else.")


if __name__ == "__main__":
    main()
