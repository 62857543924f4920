"""The offers of the account plans: what each is worth to the customer, and what of it is agreed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, UnitError, list_some
from kamkit.method.frames import as_pandas, identifiers, numeric
from kamkit.method.offers.value import EconomicValue, economic_value

__all__ = ["STANDINGS", "offer_to_show", "offer_value", "stated_value", "value_drivers"]

STANDINGS = ("confirmed", "to_confirm", "too_dear", "incomplete")
"""How an offer stands, in the order of the sheet."""


def value_drivers(plan_items: Any) -> pd.DataFrame:
    """The value drivers that the account plans state, one row each.

    ``value = |target − baseline| · amount``

    Parameters
    ----------
    plan_items : item_id, subject_type, subject_id, kind, text, amount (worth of one unit of the metric;
        negative where ours is worse), baseline, target; metric, month, probability, customer_agreed,
        status, owner. Rows of kind value_driver of accounts count. A driver with a month comes once, in
        that month; one without comes every year.

    Returns
    -------
    DataFrame
        account_id, item_id, driver, metric, baseline, target, change, unit_value, value (money; NaN
        where the plan lacks a figure), once, probability (NaN where not stated), evidence (status),
        confirmed (by the customer), owner, repeated (the same driver or metric stands twice in the
        plan: it may be counted twice).

    Raises
    ------
    NotDefinedError
        No plan states a value driver.
    UnitError, ValuesError, ColumnError, EmptyError
        A probability outside 0–1, text in a figure, missing columns, no rows.

    Notes
    -----
    Source: Anderson & Narus (1998). Evidence is theirs, not ours: only what they confirm is agreed.

    Examples
    --------
    >>> plan = pd.DataFrame({"item_id": ["V"], "subject_type": "account", "subject_id": "a", "text": "Stops",
    ...     "kind": "value_driver", "amount": [820.0], "baseline": [100.0], "target": [60.0]})
    >>> value_drivers(plan)[["account_id", "driver", "change", "value"]]
      account_id driver  change    value
    0          a  Stops   -40.0  32800.0
    """
    rows = _of_kind(plan_items, "value_driver")
    if rows.empty:
        raise NotDefinedError(
            "no account plan states what an offer is worth to the customer",
            where="plan_items.kind",
            remedy="add a row of kind value_driver with amount, baseline and target for each effect",
        )
    table = pd.DataFrame({"account_id": rows["subject_id"], "item_id": rows["item_id"].astype("str")})
    table["driver"], table["metric"] = _text(rows, "text"), _text(rows, "metric")
    for column in ("baseline", "target"):
        table[column] = numeric(rows, column, "plan_items", missing=True)
    table["change"] = table["target"] - table["baseline"]
    table["unit_value"] = numeric(rows, "amount", "plan_items", missing=True)
    table["value"] = table["change"].abs() * table["unit_value"]
    table["once"] = rows["month"].notna() if "month" in rows else False
    table["probability"] = _probability(rows)
    table["evidence"], table["owner"] = _text(rows, "status"), _text(rows, "owner")
    table["confirmed"] = _agreed(rows)
    table["repeated"] = _repeated(table)
    columns = ["account_id", "item_id", "driver", "metric", "baseline", "target", "change", "unit_value",
               "value", "once", "probability", "evidence", "confirmed", "owner", "repeated"]  # fmt: skip
    ordered = table[columns].sort_values(["account_id", "value"], ascending=[True, False], kind="stable")
    return ordered.reset_index(drop=True)


def _of_kind(plan_items: Any, kind: str) -> pd.DataFrame:
    """Rows of a kind that plan something for an account, with its number as text."""
    required = ["item_id", "subject_type", "subject_id", "kind", "text", "amount", "baseline", "target"]
    items = as_pandas(plan_items, "plan_items", required)
    rows = items[(items["kind"] == kind) & (items["subject_type"] == "account")]
    return rows.assign(subject_id=identifiers(rows, "subject_id", "plan_items"))


def _text(rows: pd.DataFrame, column: str) -> pd.Series:
    text = rows[column] if column in rows else pd.Series(None, index=rows.index, dtype="object")
    return text.astype("object").where(text.notna(), None)


def _probability(rows: pd.DataFrame) -> pd.Series:
    if "probability" not in rows:
        return pd.Series(np.nan, index=rows.index)
    stated = numeric(rows, "probability", "plan_items", missing=True)
    wrong = stated[(stated < 0) | (stated > 1)]
    if len(wrong):
        raise UnitError(
            f"{len(wrong)} probabilities are no fractions",
            where=f"plan_items.probability, row {wrong.index[0]}: {wrong.iloc[0]:g}",
            allowed="0 to 1",
        )
    return stated


def _agreed(rows: pd.DataFrame) -> pd.Series:
    """Whether the customer has agreed; what is not stated is not agreed."""
    if "customer_agreed" not in rows:
        return pd.Series(False, index=rows.index)
    return rows["customer_agreed"].astype("object").map(lambda v: v is True or str(v).lower() == "true")


def _repeated(table: pd.DataFrame) -> pd.Series:
    """The same words, or the same metric of the same size, twice in one plan."""
    words = table.assign(text=table["driver"].astype("str").str.casefold().str.strip())
    same_words = words.duplicated(["account_id", "text"], keep=False) & table["driver"].notna()
    figures = ["account_id", "metric", "baseline"]
    same_figures = table.duplicated(figures, keep=False) & table[figures].notna().all(axis=1)
    return (same_words | same_figures) & ~table["once"]


def stated_value(plan_items: Any, pnl: pd.DataFrame | None = None) -> pd.DataFrame:
    """What the offers of each account plan are worth to the customer, and what of that is agreed.

    | ``economic_value = reference_price + driver_value``; ``customer_surplus = economic_value − price``
    | ``premium_asked = price − reference_price``
    | ``confirmed_surplus = confirmed_value − premium_asked``

    Parameters
    ----------
    plan_items : as for :func:`value_drivers`; of an offer amount is our yearly price, baseline that of
        the next best alternative. Drivers belong to all offers of their account together.
    pnl : by account_id: pocket_revenue, cm1. Where it is given, an offer is taken to cost the share of
        its price that the account's product cost is of its pocket revenue.

    Returns
    -------
    DataFrame
        Indexed by account_id: offer (its words; the number where there are several), offers, drivers
        (counts), reference_price, price, premium_asked, driver_value (a year), confirmed_value (what of it
        the customer has confirmed), captured_share (premium_asked over driver_value; NaN where that is not
        positive), expected_value (drivers times their probability; one without counts
        in full), economic_value, customer_surplus, confirmed_surplus, our_cost (an estimate),
        customer_share (of economic value less our cost), one_off (money, once, in no other figure),
        missing (what an incomplete offer lacks: offer, reference, price, drivers), standing: confirmed
        (what is confirmed covers the premium), to_confirm (only with what is not confirmed),
        too_dear (the premium exceeds the value), incomplete. Figures of an incomplete one are NaN, its
        drivers' value excepted.

    Raises
    ------
    NotDefinedError
        No plan states an offer or a value driver.
    UnitError, ValuesError, ColumnError, EmptyError
        As :func:`value_drivers`.

    Notes
    -----
    Source: Forbis & Mehta (1981), Anderson & Narus (1998).

    Examples
    --------
    >>> plan = pd.DataFrame({"item_id": ["O", "V"], "subject_type": "account", "subject_id": "a",
    ...     "kind": ["offer", "value_driver"], "text": ["Uptime agreement", "Stops"],
    ...     "amount": [110.0, 0.5], "baseline": [100.0, 100.0], "target": [None, 60.0]})
    >>> stated_value(plan)[["premium_asked", "driver_value", "customer_surplus", "standing"]]
                premium_asked  driver_value  customer_surplus    standing
    account_id
    a                    10.0          20.0              10.0  to_confirm
    """
    sheet = _offers(plan_items).join(_driver_sums(plan_items), how="outer")
    if sheet.empty:
        raise NotDefinedError(
            "no account plan states an offer",
            where="plan_items.kind",
            remedy="add a row of kind offer with amount (our price) and baseline (the next best alternative)",
        )
    counts = ["offers", "drivers"]
    sheet[counts] = sheet[counts].fillna(0).astype("int64")
    sheet["missing"] = _missing(sheet)
    whole = sheet["missing"].isna()
    sheet["premium_asked"] = sheet["price"] - sheet["reference_price"]
    sheet["economic_value"] = (sheet["reference_price"] + sheet["driver_value"]).where(whole)
    sheet["customer_surplus"] = sheet["economic_value"] - sheet["price"]
    sheet["confirmed_surplus"] = (sheet["confirmed_value"] - sheet["premium_asked"]).where(whole)
    sheet["our_cost"] = sheet["price"] * _cost_rate(pnl, sheet.index)
    created = sheet["economic_value"] - sheet["our_cost"]
    sheet["customer_share"] = sheet["customer_surplus"] / created.where(created > 0)
    sheet["captured_share"] = sheet["premium_asked"] / sheet["driver_value"].where(sheet["driver_value"] > 0)
    sheet["standing"] = _standing(sheet)
    columns = ["offer", "offers", "drivers", "reference_price", "price", "premium_asked", "driver_value",
               "confirmed_value", "expected_value", "economic_value", "customer_surplus", "confirmed_surplus",
               "captured_share", "our_cost", "customer_share", "one_off", "missing", "standing"]  # fmt: skip
    order = pd.DataFrame({"at": sheet["standing"].map(STANDINGS.index), "size": -sheet["driver_value"]})
    return sheet.loc[order.sort_values(["at", "size"], kind="stable").index, columns]


def _offers(plan_items: Any) -> pd.DataFrame:
    """By account: offer, offers, price, reference_price; NaN where one of the offers lacks it."""
    rows = _of_kind(plan_items, "offer")
    prices = {"price": "amount", "reference_price": "baseline"}
    figures = {name: numeric(rows, column, "plan_items", missing=True) for name, column in prices.items()}
    table = pd.DataFrame({"account_id": rows["subject_id"], "offer": _text(rows, "text"), **figures})
    groups = table.groupby("account_id")
    sums = groups[list(prices)].sum().where(groups[list(prices)].count().eq(groups.size(), axis=0))
    words = groups["offer"].agg(lambda texts: texts.iloc[0] if len(texts) == 1 else f"{len(texts)} ×")
    return sums.assign(offer=words, offers=groups.size())


def _driver_sums(plan_items: Any) -> pd.DataFrame:
    """By account: drivers, driver_value, confirmed_value, expected_value, one_off."""
    try:
        drivers = value_drivers(plan_items)
    except NotDefinedError:
        columns = ["drivers", "driver_value", "confirmed_value", "expected_value", "one_off"]
        return pd.DataFrame(
            columns=columns, index=pd.Index([], name="account_id", dtype="str"), dtype="float64"
        )
    yearly = drivers["value"].where(~drivers["once"], 0.0)
    parts = pd.DataFrame(
        {
            "driver_value": yearly,
            "confirmed_value": yearly.where(drivers["confirmed"], 0.0),
            "expected_value": yearly * drivers["probability"].fillna(1.0),
            "one_off": drivers["value"].where(drivers["once"], 0.0),
        }
    )
    groups = parts.groupby(drivers["account_id"])
    known = groups.count().eq(groups.size(), axis=0)
    return groups.sum().where(known).assign(drivers=groups.size())


def _missing(sheet: pd.DataFrame) -> pd.Series:
    lacks = [
        (sheet["offers"] == 0, "offer"),
        (sheet["reference_price"].isna(), "reference"),
        (sheet["price"].isna(), "price"),
        ((sheet["drivers"] == 0) | sheet["driver_value"].isna(), "drivers"),
    ]
    found = np.select([mask for mask, _name in lacks], [name for _mask, name in lacks], "")
    return pd.Series(found, index=sheet.index, dtype="object").replace("", None)


def _standing(sheet: pd.DataFrame) -> np.ndarray:
    rules = [
        sheet["missing"].notna(),
        sheet["customer_surplus"] < 0,
        sheet["confirmed_surplus"] >= 0,
    ]
    return np.select(rules, ["incomplete", "too_dear", "confirmed"], "to_confirm")


def _cost_rate(pnl: pd.DataFrame | None, accounts: pd.Index) -> pd.Series:
    """Product cost over pocket revenue of each account; NaN where it is not known."""
    if pnl is None:
        return pd.Series(np.nan, index=accounts)
    known = as_pandas(pnl, "pnl", ["pocket_revenue", "cm1"])
    rate = 1 - known["cm1"] / known["pocket_revenue"].where(known["pocket_revenue"] > 0)
    return rate.where(rate >= 0).reindex(accounts)


def offer_to_show(offers: pd.DataFrame, account_id: Any = None) -> str:
    """The account whose offer is shown driver by driver.

    Parameters
    ----------
    offers : as :func:`stated_value` returns it.
    account_id : the account asked for; where none is, the one whose complete offer adds most value.

    Returns
    -------
    str
        An account_id.

    Raises
    ------
    NotDefinedError
        No offer is complete, or that of the account asked for is not.
    ParameterError
        An account without offer or drivers.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> offers = pd.DataFrame({"driver_value": [20.0, 90.0], "missing": [None, "price"]}, index=["a", "b"])
    >>> offer_to_show(offers)
    'a'
    """
    sheet = as_pandas(offers, "offers", ["driver_value", "missing"])
    whole = sheet[sheet["missing"].isna()]
    if account_id is None:
        if whole.empty:
            raise NotDefinedError(
                "no offer states our price, that of the next best alternative, and its value drivers",
                where="plan_items",
                remedy="complete at least one offer",
            )
        return str(whole["driver_value"].idxmax())
    if str(account_id) not in sheet.index:
        raise ParameterError(
            f"account {account_id} has neither offer nor value driver",
            where="account_id",
            allowed=list_some(list(sheet.index)),
        )
    lacks = sheet["missing"].get(str(account_id))
    if isinstance(lacks, str):
        raise NotDefinedError(
            Sentence(
                "the offer to {account_id} has no economic value: it lacks {lacks}",
                account_id=account_id,
                lacks=lacks,
            ),
            where=f"plan_items of account {account_id}",
            remedy="state our price, that of the next best alternative, and the value drivers",
        )
    return str(account_id)


def offer_value(plan_items: Any, account_id: Any = None) -> EconomicValue:
    """The economic value of one account's offer, driver by driver.

    ``value = reference_price + sum of the yearly drivers``

    Parameters
    ----------
    plan_items : as for :func:`stated_value`.
    account_id : whose offer; the complete one with the largest value of drivers where none is named.

    Returns
    -------
    EconomicValue

    Raises
    ------
    NotDefinedError
        The plan has no offer with price, reference and drivers.
    ParameterError
        An account without offer or drivers.
    UnitError, ValuesError, ColumnError, EmptyError
        As :func:`value_drivers`.

    Notes
    -----
    Source: Forbis & Mehta (1981).

    Examples
    --------
    >>> plan = pd.DataFrame({"item_id": ["O", "V"], "subject_type": "account", "subject_id": "a",
    ...     "kind": ["offer", "value_driver"], "text": ["Uptime agreement", "Stops"],
    ...     "amount": [110.0, 0.5], "baseline": [100.0, 100.0], "target": [None, 60.0]})
    >>> offer_value(plan).customer_surplus
    10.0
    """
    sheet = stated_value(plan_items)
    account = offer_to_show(sheet, account_id)
    drivers = value_drivers(plan_items).query("account_id == @account").copy()
    drivers["confirmed_by"] = drivers["confirmed"].map({True: "customer", False: None})
    figures = sheet[["reference_price", "price"]].astype(float).loc[account].to_dict()
    return economic_value(figures["reference_price"], drivers, price=figures["price"])
