"""Does it add up: the client's sales against the client's ledger, and our own arithmetic."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kamkit.errors import AllocationError, EmptyError, NotDefinedError, ValuesError
from kamkit.method.frames import fraction, hair, number, require_columns
from kamkit.method.lines import line_frame, line_totals
from kamkit.method.profitability.costing import served_cells
from kamkit.method.profitability.ladder import (
    ABSORBED_RUNGS,
    LADDER,
    SALES_COLUMNS,
    fill_ladder,
    require_rungs,
)
from kamkit.method.profitability.ledger import LEDGER_COLUMNS, RUNGS, ledger_rows, rung_totals, traced

__all__ = ["allocation_check", "reconcile", "require_allocated", "unassigned_cost"]

_CONTROLS = {"revenue": "invoiced_revenue", "product_cost": "product_cost"}
_ASSIGNABLE = {**_CONTROLS, **LEDGER_COLUMNS}
_NEVER_SHOWN = ("transfer", "excluded")
_EXACT = 1e-9
_HALF_CENT = 0.005


def reconcile(
    pnl: pd.DataFrame, ledger: Any, tolerance: float = 0.001, absolute: float | None = None
) -> pd.DataFrame:
    """The customers' figures against the client's own ledger, rung by rung.

    | revenue, product_cost: ``difference = ledger − assigned``, unassigned 0
    | other rungs: ``unassigned = ledger − assigned``, difference 0

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it.
    ledger : rung, amount.
    tolerance : fraction of the ledger's figure.
    absolute : money; where given, both must hold.

    Returns
    -------
    DataFrame
        rung, ledger, assigned, unassigned, difference (money), ok. A control total the ledger does
        not state, or a figure the customers' side does not know, is NaN and not ok. Another rung is
        not ok if more was assigned than the ledger holds, except capital that it does not book
        (imputed). Rungs transfer and excluded have no row.

    Raises
    ------
    UnitError, ValuesError
        A tolerance in percent or negative; NaN in the ledger; an unknown rung.
    ColumnError, EmptyError
        A missing column, or no rows.

    Notes
    -----
    Source: own rule; the page that opens every report.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamkit.method.profitability import customer_pnl
    >>> sales = pd.DataFrame({"account_id": ["a"], "net_amount": [100.0]})
    >>> ledger = pd.DataFrame({"rung": ["revenue", "service"], "amount": [100.0, 30.0]})
    >>> reconcile(customer_pnl(sales, ledger), ledger)
          rung  ledger  assigned  unassigned  difference    ok
    0  revenue   100.0     100.0         0.0         0.0  True
    1  service    30.0       0.0        30.0         0.0  True
    """
    _check_pnl(pnl)
    relative = fraction(tolerance, "tolerance")
    limit = math.inf if absolute is None else number(absolute, "absolute")
    if limit < 0:
        raise ValuesError(f"absolute = {limit:g} is negative", where="absolute", allowed="0 or more")
    totals = rung_totals(ledger_rows(ledger))
    assigned = {rung: _total(pnl[column]) for rung, column in _ASSIGNABLE.items()}
    shown = [rung for rung in RUNGS if _is_shown(rung, totals, assigned)]
    lines = [_line(rung, totals.get(rung), assigned.get(rung, 0.0), relative, limit) for rung in shown]
    return pd.DataFrame(lines, columns=["rung", "ledger", "assigned", "unassigned", "difference", "ok"])


def unassigned_cost(reconciliation: pd.DataFrame) -> pd.DataFrame:
    """Cost beyond product cost that reaches no customer, so that no customer's profit carries it.

    ``share = unassigned / ledger``

    Parameters
    ----------
    reconciliation : as :func:`reconcile` returns it.

    Returns
    -------
    DataFrame
        Indexed by rung, those of cost that the ledger books, and ``total`` as the last: ledger,
        unassigned (money), share (fraction; NaN where the ledger's figure is not positive).

    Raises
    ------
    NotDefinedError
        The ledger books no such cost.
    ColumnError
        A missing column.

    Notes
    -----
    Source: own rule; a rung of nothing in the ladder may be a cost that nobody has traced.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"rung": ["revenue", "selling", "service"], "ledger": [900.0, 60.0, 40.0],
    ...                       "unassigned": [0.0, 60.0, 10.0]})
    >>> unassigned_cost(table)["share"].round(2).to_dict()
    {'selling': 1.0, 'service': 0.25, 'total': 0.7}
    """
    require_columns(reconciliation.columns, ["rung", "ledger", "unassigned"], "reconciliation")
    cost = reconciliation[~reconciliation["rung"].isin([*_CONTROLS, "deduction", "capital"])]
    if cost.empty:
        raise NotDefinedError("the ledger books no cost beyond product cost", where="reconciliation.rung")
    table = cost.set_index("rung")[["ledger", "unassigned"]]
    table.loc["total"] = [math.fsum(table["ledger"]), math.fsum(table["unassigned"])]
    return table.assign(share=table["unassigned"] / table["ledger"].where(table["ledger"] > 0))


def _check_pnl(pnl: pd.DataFrame) -> None:
    require_rungs(pnl, LADDER)
    if pnl.empty:
        raise EmptyError("the P&L has no customers", where="pnl")


def _total(values: pd.Series) -> float:
    """The exact sum, whatever the order; NaN where one is not known."""
    return math.fsum(values)


def _is_shown(rung: str, totals: pd.Series, assigned: dict[str, float]) -> bool:
    if rung in _NEVER_SHOWN:
        return False
    given = assigned.get(rung, 0.0)
    known = not math.isnan(given) and (rung in _CONTROLS or given != 0)
    return rung in totals.index or known


def _line(rung: str, booked: float | None, given: float, relative: float, limit: float) -> dict[str, Any]:
    control = rung in _CONTROLS
    held = (math.nan if control else 0.0) if booked is None else float(booked)
    rest = held - given
    slack = min(relative * abs(held), limit) + hair([held, given])
    if control:
        ok = abs(rest) <= slack
    else:
        beyond = (-rest if held >= 0 else rest) if held else abs(rest)
        ok = beyond <= slack or (rung == "capital" and booked is None)
    unassigned, difference = (0.0, rest) if control else (rest, 0.0)
    return {
        "rung": rung,
        "ledger": held,
        "assigned": given,
        "unassigned": unassigned,
        "difference": difference,
        "ok": ok,
    }


def allocation_check(
    pnl: pd.DataFrame, sales: Any, ledger: Any, activities: Any = None, activity_use: Any = None
) -> pd.DataFrame:
    """Our own arithmetic: every rung of the P&L against the totals of the tables it came from.

    ``ok: |allocated − source| ≤ 1e-9 of the pool and under half a cent, and the ladder holds in every row``

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it, by any keys.
    sales, ledger, activities, activity_use : the tables it was made from.

    Returns
    -------
    DataFrame
        rung, source, allocated, difference (money; allocated − source), ok. Rungs that neither side
        knows have no row. Capital that the ledger does not book is taken as imputed.

    Raises
    ------
    ValuesError, ColumnError, EmptyError
        As :func:`customer_pnl`.

    Notes
    -----
    Source: own rule. A lost line, a phantom line and one cent of drift each show, which the
    tolerance of :func:`reconcile` would let pass.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamkit.method.profitability import customer_pnl
    >>> sales = pd.DataFrame({"account_id": ["a", "b"], "net_amount": [100.0, 50.0]})
    >>> ledger = pd.DataFrame({"rung": ["service"], "amount": [30.0], "account_id": ["a"]})
    >>> pnl = customer_pnl(sales, ledger)
    >>> allocation_check(pnl, sales, ledger)["ok"].all()
    np.True_
    >>> phantom = pd.concat([sales, sales.tail(1)])
    >>> allocation_check(pnl, phantom, ledger).set_index("rung").loc["invoiced_revenue", "difference"]
    np.float64(-50.0)
    """
    _check_pnl(pnl)
    source = _sources(pnl, sales, ledger, activities, activity_use)
    rungs = [rung for rung in pnl.columns if rung in source.index]
    table = pd.DataFrame({"rung": rungs, "source": source[rungs].to_numpy()})
    table["allocated"] = [_total(pnl[rung]) for rung in rungs]
    table["difference"] = table["allocated"] - table["source"]
    pool = pnl[rungs].abs().sum().to_numpy() + table["source"].abs()
    table["ok"] = table["difference"].abs() <= (_EXACT * pool).clip(upper=_HALF_CENT)
    table["ok"] &= ~table["rung"].isin(_broken_rungs(pnl))
    return table[table["source"].notna() | table["allocated"].notna()].reset_index(drop=True)


def _sources(pnl: pd.DataFrame, sales: Any, ledger: Any, activities: Any, activity_use: Any) -> pd.Series:
    """Every rung's total, straight from the base tables."""
    totals = line_totals(
        line_frame(sales, "sales", ["account_id", "net_amount"]), "sales", list(SALES_COLUMNS)
    )
    source = {column: float(totals[amount]) for amount, column in SALES_COLUMNS.items()}
    rows = None if ledger is None else ledger_rows(ledger)
    spent = _assigned(rows, activities, activity_use)
    source.update({column: spent.get(rung, math.nan) for rung, column in LEDGER_COLUMNS.items()})
    if not source["capital"]:
        source["capital"] = _total(pnl["capital"])
    if "absorbed" in pnl and rows is not None:
        booked = rung_totals(rows)
        source["absorbed"] = sum(booked.get(rung, 0.0) - spent.get(rung, 0.0) for rung in ABSORBED_RUNGS)
    return fill_ladder(pd.DataFrame([source])).iloc[0]


def _assigned(rows: pd.DataFrame | None, activities: Any, activity_use: Any) -> dict[str, float]:
    """What reaches customers by rung: traced rows, and the minutes of all of them at their team's rate."""
    if rows is None:
        return {}
    booked = rung_totals(traced(rows))
    spent = {rung: float(booked.get(rung, 0.0)) for rung in LEDGER_COLUMNS}
    if activities is not None and activity_use is not None:
        for rung, cost in (
            served_cells(rows, activities, activity_use, ()).groupby("rung")["cost"].sum().items()
        ):
            spent[str(rung)] += cost
    return spent


def _broken_rungs(pnl: pd.DataFrame) -> list[str]:
    """Rungs that, in some row, do not follow from the rungs above them."""
    again = fill_ladder(pnl)[list(pnl.columns)]
    size = pnl.abs().max(axis=1).fillna(0.0)
    same = ((again - pnl).abs().le(_EXACT * size, axis=0)) | (again.isna() & pnl.isna())
    return [str(rung) for rung in same.columns[~same.all()]]


def require_allocated(allocation: pd.DataFrame) -> None:
    """Refuse to go on where what was handed out is not what there was.

    Parameters
    ----------
    allocation : as :func:`allocation_check` returns it.

    Raises
    ------
    AllocationError
        A rung does not add up: names it and the difference.

    Notes
    -----
    Source: own rule; a wrong figure that looks right is worse than none.

    Examples
    --------
    >>> require_allocated(pd.DataFrame({"rung": ["service"], "difference": [0.01], "ok": [False]}))
    Traceback (most recent call last):
    ...
    kamkit.errors.AllocationError: what was assigned to customers is not what there was
      where: service: 0.01
      remedy: a fault of the library, or a table has changed since; nothing that follows is sure
    """
    wrong = allocation[~allocation["ok"]]
    if len(wrong):
        rungs = ", ".join(f"{r}: {d:.6g}" for r, d in zip(wrong["rung"], wrong["difference"], strict=True))
        raise AllocationError(
            "what was assigned to customers is not what there was",
            where=rungs,
            remedy="a fault of the library, or a table has changed since; nothing that follows is sure",
        )
