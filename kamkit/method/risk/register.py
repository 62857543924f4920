"""The risk register: what hangs on each account, how likely it leaves, how long to replace it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError
from kamkit.method.risk.accounts import known_names
from kamkit.method.risk.loss import aligned, expected_loss, require_frame
from kamkit.method.risk.reputation import reputation
from kamkit.method.risk.simulation import LossHistory
from kamkit.method.risk.stress import months_to_replace, new_business

__all__ = ["loss_register"]


def loss_register(
    losses: pd.DataFrame,
    pnl: pd.DataFrame,
    today: Any,
    accounts: Any = None,
    responses: Any = None,
    criteria: Any = None,
    history: LossHistory | None = None,
    probability: Any = None,
    stated: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """All that is known of the risk in each account, beside what its loss would do to EBIT.

    ``expected_loss = probability · ebit_change``

    Parameters
    ----------
    losses : as :func:`account_losses` returns it.
    pnl : as ``customer_pnl`` returns it, by account.
    today : last day of the period.
    accounts : account_id, name; since, for the months to replace.
    responses, criteria, stated : as for :func:`reputation`.
    history : as :func:`loss_history` returns it; its rate is every account's probability.
    probability : of losing the account within a year, by account, where somebody stated it; goes before
        the rate of the past.

    Returns
    -------
    DataFrame
        ``losses`` with name, months_to_replace, probability, expected_loss (money, negative),
        reputation, reputation_reason; NaN where it is not known.

    Raises
    ------
    UnitError
        A probability in percent.
    ParameterError
        A probability of an account that is not there, a grade nobody knows.
    ColumnError, ValuesError
        As the functions it gathers.

    Notes
    -----
    Source: as of the functions it gathers. One rate for all accounts is a base rate, no forecast:
    see :func:`early_warnings` for who stands out.

    Examples
    --------
    >>> index = pd.Index(["a"], name="account_id")
    >>> losses = pd.DataFrame({"contribution": [40.0], "ebit_change": [-25.0]}, index=index)
    >>> pnl = pd.DataFrame(index=index)
    >>> loss_register(losses, pnl, "2025-12-31", probability={"a": 0.1}).loc["a", "expected_loss"]
    np.float64(-2.5)
    """
    table = require_frame(losses, ["contribution", "ebit_change"], "losses", "account_losses")
    chance = _probability(table.index, history, probability)
    amounts = table["ebit_change"]
    known = amounts.notna() & chance.notna()
    loss = pd.Series(np.nan, index=table.index)
    if known.any():
        loss[known] = expected_loss(chance[known], amounts[known])
    grades = reputation(responses, criteria, among=table.index, stated=stated)
    rows = table.assign(months_to_replace=_months(table["contribution"], pnl, accounts, today))
    rows = rows.assign(probability=chance, expected_loss=loss).join(grades)
    if accounts is None:
        return rows
    rows.insert(0, "name", known_names(accounts).reindex(rows.index))
    return rows


def _probability(index: pd.Index, history: LossHistory | None, stated: Any) -> pd.Series:
    base = pd.Series(np.nan if history is None else history.rate, index=index, dtype="float64")
    if not stated:
        return base
    told = pd.Series(dict(stated), dtype="float64")
    strange = list(told.index.difference(index))
    if strange:
        raise ParameterError(f"{strange[0]!r} is no customer of this P&L", where="probability")
    base[told.index] = aligned(told, told.index, "probability")
    return base


def _months(contribution: pd.Series, pnl: pd.DataFrame, accounts: Any, today: Any) -> pd.Series:
    """Months to replace, or NaN where nothing is known of new customers."""
    unknown = pd.Series(np.nan, index=contribution.index)
    if accounts is None or contribution.isna().any():
        return unknown
    try:
        return months_to_replace(contribution, new_business(pnl, accounts, today))
    except NotDefinedError:
        return unknown
