"""Transfers between business units, brought to the accounts that they are made for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.errors import ValuesError, list_some
from kamkit.method.frames import UNASSIGNED, hair, identifiers
from kamkit.method.profitability.ledger import ledger_rows

__all__ = ["transfers_by_account"]

_CENT = 0.005
_KEYS = ["account_id", "bu_id"]


def transfers_by_account(ledger: Any, revenue: pd.Series) -> pd.Series:
    """What each unit buys from others for each account (positive), and sells them (negative).

    Traced rows stay with their account. Others follow the revenue of the units that buy, code by code
    where each code nets to zero: the seller's part goes to the accounts that the buyer bought for.

    Parameters
    ----------
    ledger : rung, amount, bu_id; code, account_id. None if there is none.
    revenue : by account_id and bu_id.

    Returns
    -------
    Series
        By account_id and bu_id, money; its sum over the units of an account is 0.

    Raises
    ------
    ValuesError
        A transfer without business unit, or transfers that do not net to zero: the exact difference.
    """
    empty = pd.Series(dtype="float64", index=pd.MultiIndex.from_arrays([[], []], names=_KEYS))
    if ledger is None:
        return empty
    rows = ledger_rows(ledger)
    rows = rows[rows["rung"] == "transfer"]
    if rows.empty:
        return empty
    rows = rows.assign(bu_id=_units(rows), stream=_streams(rows))
    _require_net(rows)
    traced = rows["account_id"].notna()
    parts = [rows[traced].groupby(_KEYS)["amount"].sum()]
    parts += [_spread(part, revenue) for _, part in rows[~traced].groupby("stream")]
    return pd.concat(parts).groupby(level=_KEYS).sum()


def _units(rows: pd.DataFrame) -> pd.Series:
    stated = identifiers(rows, "bu_id", "ledger", missing=True) if "bu_id" in rows else None
    if stated is None or stated.isna().any():
        raise ValuesError(
            "a transfer states no business unit",
            where="ledger.bu_id, rung transfer",
            remedy="say who buys and who sells",
        )
    return stated


def _streams(rows: pd.DataFrame) -> pd.Series:
    """The code where the untraced transfers of each code net to zero, else one stream for all."""
    if "code" not in rows:
        return pd.Series("", index=rows.index)
    codes = rows["code"].astype("str")
    open_rows = rows[rows["account_id"].isna()]
    sums = open_rows.groupby(codes)["amount"].sum().abs()
    return codes if (sums <= _CENT + hair(rows["amount"])).all() else pd.Series("", index=rows.index)


def _require_net(rows: pd.DataFrame) -> None:
    allowed = _CENT + hair(rows["amount"])
    total = float(rows["amount"].sum())
    if abs(total) > allowed:
        raise ValuesError(
            f"transfers between business units add up to {total:,.2f}, not to zero",
            where="ledger, rung transfer",
            remedy="book what one unit buys as what another sells",
        )
    by_account = rows.groupby("account_id")["amount"].sum().abs()
    wrong = list(by_account.index[by_account > allowed])
    if wrong:
        raise ValuesError(
            f"the transfers for {len(wrong)} account(s) do not net to zero",
            where=f"ledger, rung transfer: {list_some(wrong)}",
            remedy="trace both sides of a transfer to the account, or neither",
        )


def _spread(stream: pd.DataFrame, revenue: pd.Series) -> pd.Series:
    """Buyers' amounts by their revenue with each account; sellers' amounts to the same accounts."""
    amounts = stream.groupby("bu_id")["amount"].sum()
    bought = amounts[amounts > 0]
    base = revenue.clip(lower=0.0)
    base = base[base.index.get_level_values("bu_id").isin(bought.index) & (base > 0)]
    unit = base.index.get_level_values("bu_id")
    share = base / base.groupby(unit).transform("sum")
    parts = [share * bought.reindex(unit).to_numpy()]
    silent = bought[~bought.index.isin(unit)]
    if len(silent):
        index = pd.MultiIndex.from_product([[UNASSIGNED], silent.index], names=_KEYS)
        parts.append(pd.Series(silent.to_numpy(), index=index))
    buying = pd.concat(parts)
    made_for = buying.groupby(level="account_id").sum() / bought.sum()
    sold = pd.concat({s: made_for * amount for s, amount in amounts[amounts < 0].items()}, names=["bu_id"])
    return pd.concat([buying, sold.reorder_levels(_KEYS)]) if len(sold) else buying
