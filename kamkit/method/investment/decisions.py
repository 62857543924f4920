"""What to decide on each account: verdict, certainty and treatment taken together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamkit.method.frames import as_pandas

__all__ = ["DECISIONS", "investment_decisions"]

DECISIONS = (
    "invest",
    "invest_in_steps",
    "settle_treatment",
    "plan_first",
    "required_return_first",
    "do_not_invest",
)
"""Proposals, in the order of the sheet."""

_CERTAINTY = ["npv", "probability_of_loss", "verdict", "close_call"]


def investment_decisions(
    certainty: pd.DataFrame,
    treatment: pd.DataFrame | None = None,
    chosen: pd.DataFrame | None = None,
    accounts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The proposal for each account with a plan, and for each that was chosen without one.

    The first rule that fits:

    | no plan, or one that lacks benefit, cost or months: ``plan_first``
    | no required return: ``required_return_first``
    | the plan earns less than required, or loses money: ``do_not_invest`` as planned
    | it earns, but the account is not one to invest in: ``settle_treatment``
    | it earns, and the verdict is a close call: ``invest_in_steps``
    | it earns: ``invest``

    Parameters
    ----------
    certainty : by account_id: npv, probability_of_loss, verdict, close_call, as
        :func:`simulate_cases` returns it.
    treatment : by account_id, the column treatment; None where nothing has been decided.
    chosen : by account_id; a column chosen, where it is there, says which of them.
    accounts : account_id, name; the names are joined where it is given.

    Returns
    -------
    DataFrame
        Indexed by account_id, by decision and then by value: (name,) decision, treatment, npv
        (money), probability_of_loss (fraction), verdict, close_call.

    Raises
    ------
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: Carrus' practice: an investment in an account needs the account and the case. A proposal
    to the management, not its decision.

    Examples
    --------
    >>> certainty = pd.DataFrame({"npv": [50.0, 9.0], "probability_of_loss": [0.1, 0.4], "close_call":
    ...     [False, True], "verdict": "earns_required_return"}, index=pd.Index(["a", "b"], name="account_id"))
    >>> investment_decisions(certainty)["decision"].to_dict()
    {'a': 'invest', 'b': 'invest_in_steps'}
    """
    known = as_pandas(certainty, "certainty", _CERTAINTY)[_CERTAINTY].rename(index=str)
    sheet = known.reindex(known.index.union(_asked(chosen), sort=False)).rename_axis("account_id")
    sheet["treatment"] = _treatments(treatment, sheet.index)
    sheet["decision"] = _decisions(sheet)
    sheet["close_call"] = sheet["close_call"].fillna(False).astype(bool)
    order = sheet["decision"].map({name: i for i, name in enumerate(DECISIONS)})
    keys = pd.DataFrame({"order": order, "npv": -sheet["npv"], "account": sheet.index}, index=sheet.index)
    sheet = sheet.loc[
        keys.sort_values(["order", "npv", "account"]).index, ["decision", "treatment", *_CERTAINTY]
    ]
    if accounts is not None:
        named = as_pandas(accounts, "accounts", ["account_id", "name"]).set_index("account_id")["name"]
        sheet.insert(0, "name", named.reindex(sheet.index))
    return sheet


def _asked(chosen: pd.DataFrame | None) -> pd.Index:
    """Accounts that were chosen."""
    if chosen is None:
        return pd.Index([], dtype="str")
    picked = chosen.set_index("account_id") if "account_id" in chosen else chosen
    picked = picked[picked["chosen"].astype(bool)] if "chosen" in picked else picked
    return picked.index.astype(str)


def _treatments(treatment: pd.DataFrame | None, accounts: pd.Index) -> pd.Series:
    if treatment is None:
        return pd.Series(None, index=accounts, dtype="str")
    return as_pandas(treatment, "treatment", ["treatment"])["treatment"].reindex(accounts).astype("str")


def _decisions(sheet: pd.DataFrame) -> np.ndarray:
    verdict, treatment = sheet["verdict"], sheet["treatment"]
    return np.select(
        [
            verdict.isna() | (verdict == "incomplete"),
            verdict == "not_judged",
            verdict != "earns_required_return",
            treatment.notna() & (treatment != "invest"),
            sheet["close_call"].fillna(False).astype(bool),
        ],
        ["plan_first", "required_return_first", "do_not_invest", "settle_treatment", "invest_in_steps"],
        "invest",
    )
