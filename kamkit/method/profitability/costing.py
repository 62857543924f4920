"""Time-driven activity-based costing: what a team's minute costs, and whom it went to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kamkit.errors import ParameterError, ValuesError, list_some, nearest
from kamkit.method.frames import UNASSIGNED, as_pandas, identifiers, numeric, unique
from kamkit.method.lines import TIME_KEYS, line_frame, line_sums
from kamkit.method.profitability.ledger import TEAM_RUNGS, ledger_rows, team_cost, team_minutes
from kamkit.method.rollup import LINE_KEYS

__all__ = ["capacity_rates", "capacity_use", "cost_to_serve"]


def capacity_rates(ledger: Any) -> pd.DataFrame:
    """Cost of one minute of each team.

    ``rate = cost of the capacity supplied / practical minutes``, one rate over the period given.

    Parameters
    ----------
    ledger : rung, amount, team; practical_minutes once for each team and month. Rows with an
        account are traced to it and are no part of the team's cost.

    Returns
    -------
    DataFrame
        team, cost (money), practical_minutes, rate (money per minute). A team that states no
        minutes has NaN.

    Raises
    ------
    ValuesError
        Minutes that stand twice for a team and month, are negative or zero; an amount that is NaN;
        an unknown rung.
    ColumnError, EmptyError
        A missing column, or no rows.

    Notes
    -----
    Source: Kaplan & Anderson (2004). Practical capacity is about 80–85 % of theoretical, or measured.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"month": ["2025-01-01"], "code": ["60"], "rung": ["service"],
    ...                        "amount": [560_000.0], "team": ["Service"], "practical_minutes": [700_000.0]})
    >>> capacity_rates(ledger)
          team      cost  practical_minutes  rate
    0  Service  560000.0           700000.0   0.8
    """
    rows = ledger_rows(ledger)
    cost = team_cost(rows).groupby("team")["cost"].sum()
    rates = pd.DataFrame({"cost": cost, "practical_minutes": team_minutes(rows).reindex(cost.index)})
    rates["rate"] = rates["cost"] / rates["practical_minutes"]
    return rates.rename_axis("team").reset_index().astype({"team": "str"})


def cost_to_serve(
    ledger: Any, activities: Any, activity_use: Any, by: Sequence[str] = ("account_id",)
) -> pd.DataFrame:
    """Minutes and cost of each activity, by customer.

    ``minutes = count · base_minutes + extra_units · extra_minutes; cost = minutes · rate of the team``

    Parameters
    ----------
    ledger : as for :func:`capacity_rates`.
    activities : activity_id, team, rung, base_minutes; extra_minutes.
    activity_use : account_id, activity_id, count; month, extra_units (the row's total), bu_id. Any
        frame Narwhals supports.
    by : of account_id, bu_id, month, year.

    Returns
    -------
    DataFrame
        The keys of ``by``, activity_id, minutes, cost (money). A unit that is not stated is "unassigned".

    Raises
    ------
    ValuesError
        An unknown activity; a team that is not in the ledger, has no minutes, or whose rung differs
        from the activity's; extra units of an activity without extra minutes; NaN.
    ParameterError
        A key that activity_use does not carry.
    ColumnError, EmptyError
        A missing column, or no rows.

    Notes
    -----
    Source: Kaplan & Anderson (2004), the time equation.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"month": ["2025-01-01"], "code": ["60"], "rung": ["service"],
    ...                        "amount": [560_000.0], "team": ["Service"], "practical_minutes": [700_000.0]})
    >>> activities = pd.DataFrame({"activity_id": ["order"], "team": ["Service"], "rung": ["service"],
    ...                            "base_minutes": [8.0]})
    >>> use = pd.DataFrame({"account_id": ["a"], "activity_id": ["order"], "count": [10]})
    >>> cost_to_serve(ledger, activities, use)
      account_id activity_id  minutes  cost
    0          a       order     80.0  64.0
    """
    keys = (by,) if isinstance(by, str) else tuple(by)
    foreign = [key for key in keys if key not in LINE_KEYS]
    if foreign or not keys:
        raise ParameterError(
            f"by = {list_some(foreign or list(keys))} is no key of activity_use",
            where="by",
            allowed=list_some(LINE_KEYS),
        )
    served = served_cells(ledger_rows(ledger), activities, activity_use, keys)
    return served.drop(columns=["team", "rung"])


def served_cells(rows: pd.DataFrame, activities: Any, activity_use: Any, keys: Sequence[str]) -> pd.DataFrame:
    """Minutes and cost by keys and activity, with the activity's team and rung."""
    catalogue = _catalogue(activities)
    use = _use(activity_use, keys)
    _refuse_unknown(use, catalogue)
    priced = _priced(rows, catalogue.loc[sorted(use["activity_id"].unique())])
    served = use.join(priced, on="activity_id")
    _refuse_extra(served)
    extra = served["extra_units"] * served["extra_minutes"].fillna(0.0)
    served["minutes"] = served["count"] * served["base_minutes"] + extra
    served["cost"] = served["minutes"] * served["rate"]
    return served[[*keys, "activity_id", "team", "rung", "minutes", "cost"]]


def _catalogue(activities: Any) -> pd.DataFrame:
    """Activities by activity_id: team, rung, base_minutes, extra_minutes."""
    table = as_pandas(activities, "activities", ["activity_id", "team", "rung", "base_minutes"])
    ids = unique(identifiers(table, "activity_id", "activities"), "activities")
    rung = identifiers(table, "rung", "activities")
    unknown = sorted(set(rung) - set(TEAM_RUNGS))
    if unknown:
        raise ValuesError(
            f"{list_some(unknown)} is no rung for an activity",
            where="activities.rung",
            allowed=list_some(TEAM_RUNGS),
        )
    known = "extra_minutes" in table.columns
    extra = numeric(table, "extra_minutes", "activities", missing=True) if known else float("nan")
    columns = {
        "team": identifiers(table, "team", "activities"),
        "rung": rung,
        "base_minutes": numeric(table, "base_minutes", "activities"),
        "extra_minutes": extra,
    }
    return pd.DataFrame(columns, index=table.index).set_index(pd.Index(ids, name="activity_id"))


def _use(activity_use: Any, keys: Sequence[str]) -> pd.DataFrame:
    """Counts and extra units by keys and activity; a key the table does not carry is "unassigned"."""
    moment = ["month"] if set(keys) & set(TIME_KEYS) else []
    lines = line_frame(activity_use, "activity_use", ["account_id", "activity_id", "count", *moment])
    carried = lines.collect_schema().names()
    stated = [key for key in keys if key in TIME_KEYS or key in carried]
    summed = list(dict.fromkeys(["account_id", "activity_id", *stated]))
    extra = ["extra_units"] if "extra_units" in carried else []
    use = line_sums(lines, "activity_use", summed, ["count"], blank_is_none=extra, moment="month")
    use = use.assign(**dict.fromkeys(set(keys) - set(stated), UNASSIGNED))
    if not extra:
        use["extra_units"] = 0.0
    return use.groupby([*keys, "activity_id"], as_index=False)[["count", "extra_units"]].sum()


def _refuse_unknown(use: pd.DataFrame, catalogue: pd.DataFrame) -> None:
    unknown = sorted(set(use["activity_id"].unique()) - set(catalogue.index))
    if unknown:
        near = nearest(unknown[0], catalogue.index)
        raise ValuesError(
            f"{list_some(unknown)} is no activity",
            where="activity_use.activity_id",
            allowed=list_some(list(catalogue.index), 20),
            remedy=f"did you mean {near[0]!r}?" if near else "add it to activities",
        )


def _priced(rows: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """The used activities with the rate of their team."""
    cost, minutes = team_cost(rows), team_minutes(rows)
    unknown = sorted(set(used["team"]) - set(cost["team"]))
    if unknown:
        raise ValuesError(
            f"{list_some(unknown)} is a team without cost in the ledger",
            where="activities.team",
            allowed=list_some(sorted(set(cost["team"])), 20),
            remedy="write the team as the ledger does",
        )
    _refuse_other_rung(cost, used)
    silent = sorted(set(used["team"]) - set(minutes.index))
    if silent:
        raise ValuesError(
            f"{list_some(silent)} states no practical minutes, so its minute has no price",
            where="ledger.practical_minutes",
            remedy="state the minutes the team can really work, once for each month",
        )
    return used.assign(rate=used["team"].map(cost.groupby("team")["cost"].sum() / minutes))


def _refuse_other_rung(cost: pd.DataFrame, used: pd.DataFrame) -> None:
    pairs = (
        used[["team", "rung"]]
        .drop_duplicates()
        .merge(cost[["team", "rung"]], on="team", suffixes=("", " booked"))
    )
    other = pairs[pairs["rung"] != pairs["rung booked"]]
    if len(other):
        first = other.iloc[0]
        raise ValuesError(
            f"team {first['team']!r} works for rung {first['rung']!r}, its cost is {first['rung booked']!r}",
            where=f"activities.rung, ledger.rung: {list_some(sorted(set(other['team'])))}",
            remedy="give both the same rung, or split the team",
        )


def _refuse_extra(served: pd.DataFrame) -> None:
    wrong = served.loc[(served["extra_units"] != 0) & served["extra_minutes"].isna(), "activity_id"]
    if len(wrong):
        raise ValuesError(
            f"extra units are counted for {list_some(sorted(set(wrong)))}, which takes no extra minutes",
            where="activity_use.extra_units, activities.extra_minutes",
            remedy="state extra_minutes, or leave extra_units empty",
        )


def capacity_use(ledger: Any, activities: Any, activity_use: Any) -> pd.DataFrame:
    """How much of each team's capacity the customers used, and what the rest costs.

    ``unused = supplied − used; utilisation = used / supplied; unused cost = unused · rate``

    Parameters
    ----------
    ledger, activities, activity_use : as for :func:`cost_to_serve`.

    Returns
    -------
    DataFrame
        team, supplied_minutes, used_minutes, unused_minutes, utilisation (fraction, not clipped),
        unused_cost (money). A team that states no minutes has NaN. Over-use shows as utilisation
        above 1 and negative unused minutes: the standard times, or the minutes supplied, are wrong.

    Raises
    ------
    ValuesError, ColumnError, EmptyError
        As :func:`cost_to_serve`.

    Notes
    -----
    Source: Kaplan & Anderson (2004). Unused capacity is nobody's cost: it is shown, not spread.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"month": ["2025-01-01"], "code": ["60"], "rung": ["service"],
    ...                        "amount": [560_000.0], "team": ["Service"], "practical_minutes": [700_000.0]})
    >>> activities = pd.DataFrame({"activity_id": ["order"], "team": ["Service"], "rung": ["service"],
    ...                            "base_minutes": [8.0]})
    >>> use = pd.DataFrame({"account_id": ["a"], "activity_id": ["order"], "count": [49_000]})
    >>> capacity_use(ledger, activities, use)[["team", "used_minutes", "utilisation", "unused_cost"]]
          team  used_minutes  utilisation  unused_cost
    0  Service      392000.0         0.56     246400.0
    """
    rates = capacity_rates(ledger)
    served = served_cells(ledger_rows(ledger), activities, activity_use, ("account_id",))
    used = served.groupby("team")["minutes"].sum().reindex(rates["team"], fill_value=0.0).to_numpy()
    supplied = rates["practical_minutes"]
    used_minutes = pd.Series(used, index=rates.index).where(supplied.notna())
    return pd.DataFrame(
        {
            "team": rates["team"],
            "supplied_minutes": supplied,
            "used_minutes": used_minutes,
            "unused_minutes": supplied - used_minutes,
            "utilisation": used_minutes / supplied,
            "unused_cost": (supplied - used_minutes) * rates["rate"],
        }
    )
