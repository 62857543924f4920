"""Whether the data can tell the programme from what else sets key accounts apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, joined
from kamkit.method.frames import as_pandas, identifiers, unique
from kamkit.method.programme.matching import match_accounts
from kamkit.method.programme.panel import EVERY, key_accounts, logs, period_of, sales_panel
from kamkit.method.programme.staggered import placebo_start, pre_trend

__all__ = ["LEAST_CONTROLS", "LEAST_KEY_ACCOUNTS", "ProgrammeDesign", "programme_design"]

LEAST_KEY_ACCOUNTS, LEAST_CONTROLS = 3, 5
MONTHS_BEFORE, MONTHS_AFTER = 12, 3
_MATCHES = 5
_LEVEL = 0.05

_REASONS = {
    "key_accounts_known": Sentence("the table of accounts names no key account"),
    "starts_known": Sentence("it is not known when the key accounts joined the programme"),
    "key_accounts_long": Sentence("too few key accounts have sales long enough before and after they joined"),
    "comparison_accounts": Sentence("there are too few accounts outside the programme to compare with"),
    "trend_before": Sentence("key accounts moved differently from the others before they joined"),
    "placebo": Sentence("a start that never was shows a difference as well"),
}


@dataclass(frozen=True)
class ProgrammeDesign:
    """Who is compared with whom, over which periods, and what forbids a conclusion.

    ``checks``: condition, condition_found, condition_needed, ok; in order, those that can't
    be made are missing. ``starts`` by key account that can be judged; ``controls`` whom they are compared
    with (``candidates``, ``matched``, none); ``panel`` log sales of both; ``left_out``: account_id, role
    (key_accounts, candidates), reason.
    """

    panel: pd.DataFrame
    starts: pd.Series
    every: str
    controls: str
    considered: pd.Series
    industry: pd.Series | None
    checks: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def identified(self) -> bool:
        """Whether every check that must hold was made and holds."""
        return set(self.checks["condition"]) == set(_REASONS) and bool(self.checks["ok"].all())

    @property
    def reason(self) -> str:
        """Why not, in one sentence; empty where nothing speaks against it."""
        return joined(self._reasons) if self._reasons else ""

    @property
    def first_reason(self) -> str:
        """The first of the reasons; empty where there is none."""
        return self._reasons[0] if self._reasons else ""

    @property
    def _reasons(self) -> list[Sentence]:
        return [_REASONS[check] for check in self.checks.loc[~self.checks["ok"], "condition"]]

    @property
    def base(self) -> int:
        """Periods in a year before the start."""
        return 12 // EVERY[self.every]


def programme_design(sales: Any, accounts: Any, until: Any = None) -> ProgrammeDesign:
    """Choose the comparison, and check what must hold before a difference may be called an effect.

    Key accounts need a start, twelve months of sales before it and three after it. They are compared
    with candidates that were not chosen, where there are five; otherwise with the accounts nearest in
    size, growth and industry. Both must have moved in parallel before (see :func:`pre_trend`), and a
    start half a year early must show nothing (see :func:`placebo_start`).

    Parameters
    ----------
    sales : date, account_id, net_amount, all years there are.
    accounts : account_id; kam_start, kam_tier, considered, industry.
    until : last day to count.

    Returns
    -------
    ProgrammeDesign
        Works on months where every key account and candidate sold in each, else on quarters if these
        leave out fewer. An account with a period without sales has no logarithm: it is left out and
        named, so that what is found speaks of accounts that went on buying.

    Raises
    ------
    NotDefinedError, EmptyError, ValuesError, ColumnError
        As :func:`sales_panel`; NaN or doubles among the account numbers.

    Notes
    -----
    Both tests refuse at p < 0.05, so that about one sound design in ten is refused by chance: a page that
    describes too often does less harm than one that claims too much.

    Examples
    --------
    >>> day = pd.Timestamp("2025-01-10")
    >>> sales = pd.DataFrame({"date": [day], "account_id": ["a"], "net_amount": [1.0]})
    >>> design = programme_design(sales, pd.DataFrame({"account_id": ["a"]}))
    >>> design.identified, design.reason
    (False, 'the table of accounts names no key account')
    """
    table = as_pandas(accounts, "accounts", ["account_id"])
    table = table.assign(account_id=unique(identifiers(table, "account_id", "accounts"), "accounts"))
    status = key_accounts(table)
    industry = table.set_index("account_id")["industry"] if "industry" in table else None
    panel, every = _panel(sales, status, until)
    positive, with_gaps = logs(panel)
    starts, left_out = _starts(status, panel, set(with_gaps), every)
    left_out = pd.concat([left_out, _candidates_left_out(status, positive, with_gaps)], ignore_index=True)
    values, controls = _comparison(positive, starts, status, industry, 12 // EVERY[every])
    checks = _checks(status, starts, values, every)
    return ProgrammeDesign(
        values, starts, every, controls, status["considered"] & ~status["is_key"], industry, checks, left_out
    )


def _panel(sales: Any, status: pd.DataFrame, until: Any) -> tuple[pd.DataFrame, str]:
    """Money by month, or by quarter where that keeps more key accounts and candidates."""
    asked = status.index[status["is_key"] | status["considered"]]
    monthly = sales_panel(sales, until, "month")
    if monthly.shape[1] < 12 or not _gaps(monthly, asked):
        return monthly, "month"
    quarterly = sales_panel(sales, until, "quarter")
    return (quarterly, "quarter") if _gaps(quarterly, asked) < _gaps(monthly, asked) else (monthly, "month")


def _gaps(panel: pd.DataFrame, asked: pd.Index) -> int:
    return int((panel.loc[panel.index.intersection(asked)] <= 0).any(axis=1).sum())


def _starts(
    status: pd.DataFrame, panel: pd.DataFrame, with_gaps: set[str], every: str
) -> tuple[pd.Series, pd.DataFrame]:
    """First programme period of the key accounts that can be judged, and why the others can't."""
    keys = status[status["is_key"]]
    periods = pd.DatetimeIndex(panel.columns)
    reasons = {
        str(a): _left_out(str(a), day, periods, panel, with_gaps, every) for a, day in keys["start"].items()
    }
    kept = [account for account, reason in reasons.items() if not reason]
    starts = keys.loc[kept, "start"].map(lambda day: period_of(day, every))
    out = [(account, reason) for account, reason in reasons.items() if reason]
    table = pd.DataFrame(out, columns=["account_id", "reason"])
    return starts, table.assign(role="key_accounts")[["account_id", "role", "reason"]]


def _candidates_left_out(status: pd.DataFrame, positive: pd.DataFrame, with_gaps: list[str]) -> pd.DataFrame:
    """Candidates whose sales have no logarithm, or that have none."""
    candidates = status.index[status["considered"] & ~status["is_key"]].difference(positive.index)
    reasons = ["gap_in_sales" if a in set(with_gaps) else "no_sales" for a in candidates]
    return pd.DataFrame({"account_id": candidates, "role": "candidates", "reason": reasons})


def _left_out(
    account: str, day: Any, periods: pd.DatetimeIndex, panel: pd.DataFrame, with_gaps: set[str], every: str
) -> str:
    if pd.isna(day):
        return "no_start"
    before = int((periods < period_of(day, every)).sum())
    after = len(periods) - before
    if account not in panel.index:
        return "no_sales"
    if before < MONTHS_BEFORE // EVERY[every]:
        return "short_before"
    if after < max(1, MONTHS_AFTER // EVERY[every]):
        return "short_after"
    return "gap_in_sales" if account in with_gaps else ""


def _comparison(
    positive: pd.DataFrame, starts: pd.Series, status: pd.DataFrame, industry: pd.Series | None, base: int
) -> tuple[pd.DataFrame, str]:
    """Log sales of key accounts and of those they are compared with, and who these are."""
    outside = positive.index.difference(status.index[status["is_key"]])
    candidates = outside.intersection(status.index[status["considered"]])
    keys = positive.loc[starts.index]
    if len(candidates) >= LEAST_CONTROLS:
        return pd.concat([keys, positive.loc[candidates]]), "candidates"
    if len(outside) < LEAST_CONTROLS or starts.empty:
        return pd.concat([keys, positive.loc[outside]]), "none"
    panel = pd.concat([keys, positive.loc[outside]])
    pairs = match_accounts(panel, starts, industry, matches=min(_MATCHES, len(outside)), base=base)
    return pd.concat([keys, positive.loc[sorted(pairs["control_id"].unique())]]), "matched"


def _checks(status: pd.DataFrame, starts: pd.Series, values: pd.DataFrame, every: str) -> pd.DataFrame:
    """Each check with what was found and what is needed, as far as it can be made."""
    known = int(status["is_key"].sum())
    rows: list[tuple[str, float, float]] = [("key_accounts_known", known, 1)]
    if known:
        dated = int(status.loc[status["is_key"], "start"].notna().sum())
        rows.append(("starts_known", dated, 1))
        if dated:
            rows.append(("key_accounts_long", len(starts), LEAST_KEY_ACCOUNTS))
        rows.append(("comparison_accounts", len(values) - len(starts), LEAST_CONTROLS))
    checks = pd.DataFrame(rows, columns=["condition", "condition_found", "condition_needed"])
    if len(checks) == 4 and (checks["condition_found"] >= checks["condition_needed"]).all():
        parallel = pd.DataFrame(_parallel(values, starts, every), columns=checks.columns)
        checks = pd.concat([checks, parallel], ignore_index=True)
    checks = checks.astype({"condition_found": "float64", "condition_needed": "float64"})
    return checks.assign(ok=checks["condition_found"] >= checks["condition_needed"])


def _parallel(values: pd.DataFrame, starts: pd.Series, every: str) -> list[tuple[str, float, float]]:
    """The p of a trend before the start, and of a start half a year early."""
    year = 12 // EVERY[every]
    rows = []
    for check, test in (
        ("trend_before", lambda: pre_trend(values, starts, least=year).p_value),
        ("placebo", lambda: placebo_start(values, starts, early=year // 2).p_value),
    ):
        try:
            rows.append((check, test(), _LEVEL))
        except NotDefinedError:
            rows.append((check, np.nan, _LEVEL))
    return rows
