"""What the programme has brought: the effect where the data can show it, a description where not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence
from kamkit.method.frames import as_pandas
from kamkit.method.programme.design import ProgrammeDesign, programme_design
from kamkit.method.programme.matching import matched_effect
from kamkit.method.programme.panel import EVERY, key_accounts, sales_panel
from kamkit.method.programme.permutation import permutation_p
from kamkit.method.programme.staggered import GroupTimeEffects, group_time_effects, placebo_start

__all__ = [
    "ProgrammeEvaluation",
    "evaluate_programme",
    "event_study",
    "programme_effects",
    "programme_paths",
    "require_identified",
]

_EFFECT = Sentence("Effect of the programme on sales to key accounts")
_DESCRIPTIVE = Sentence("Descriptive: what speaks against a conclusion, and what to collect")
_TOLD = [
    *("design", "joined_from", "accounts", "controls", "uplift", "uplift_low", "uplift_high"),
    "permutation_p",
]
_COLLECT = {
    "key_accounts_known": "collect_starts",
    "starts_known": "collect_starts",
    "key_accounts_long": "collect_longer_sales",
    "comparison_accounts": "collect_considered",
    "trend_before": "collect_reasons",
    "placebo": "collect_reasons",
}


@dataclass(frozen=True)
class ProgrammeEvaluation:
    """The design, and what it found: ``effects`` is None where the data can't show an effect.

    ``heading`` says which of the two it is; ``table`` is what stands below it: the effect by design, or
    what speaks against one and what to collect. ``designs`` has all figures of each design.
    """

    design: ProgrammeDesign
    effects: GroupTimeEffects | None
    heading: str
    table: pd.DataFrame
    designs: pd.DataFrame | None = None

    @property
    def identified(self) -> bool:
        """Whether what was found may be called an effect."""
        return self.effects is not None

    @property
    def message(self) -> str:
        """The first reason why this page only describes; empty where it does more."""
        return (
            ""
            if self.identified
            else Sentence("Descriptive only: {reason}.", reason=self.design.first_reason)
        )


def evaluate_programme(
    sales: Any, accounts: Any, until: Any = None, draws: int = 9_999, seed: int = 0
) -> ProgrammeEvaluation:
    """What the programme did to the sales of key accounts, if the data can tell.

    | by group and time against accounts outside the programme (see :func:`group_time_effects`), in
      logarithms: ``uplift = exp(effect) − 1``
    | beside it: each start by itself, the nearest three accounts, and a start that never was

    Parameters
    ----------
    sales : date, account_id, net_amount; all years there are, not only the period under analysis.
    accounts : account_id; kam_start, kam_tier, considered, industry.
    until : last day to count.
    draws, seed : of the randomisation and the band.

    Returns
    -------
    ProgrammeEvaluation
        designs: design, joined_from, accounts, controls, log_effect, uplift, uplift_low, uplift_high
        (fractions, 95 %), p_value, permutation_p. table: of them those that a reader needs; where no
        effect can be told condition,
        condition_found, condition_needed, collect.

    Raises
    ------
    NotDefinedError, EmptyError, ValuesError, ColumnError
        As :func:`programme_design`.

    Notes
    -----
    Growth of key accounts is no effect: they were chosen because they grew. Uplifts are of the
    geometric mean, in which every account counts alike, not of the sum, in which the largest decides.

    Examples
    --------
    >>> day = pd.Timestamp("2025-01-10")
    >>> sales = pd.DataFrame({"date": [day], "account_id": ["a"], "net_amount": [1.0]})
    >>> found = evaluate_programme(sales, pd.DataFrame({"account_id": ["a"]}))
    >>> found.identified, found.heading
    (False, 'Descriptive: what speaks against a conclusion, and what to collect')
    """
    design = programme_design(sales, accounts, until)
    if not design.identified:
        failed = design.checks[~design.checks["ok"]].drop(columns="ok")
        table = failed.assign(collect=failed["condition"].map(_COLLECT)).reset_index(drop=True)
        return ProgrammeEvaluation(design, None, _DESCRIPTIVE, table)
    bins = 3 // EVERY[design.every]
    effects = group_time_effects(design.panel, design.starts, design.base, bins=max(1, bins), seed=seed)
    designs = _designs(design, effects, draws, seed)
    return ProgrammeEvaluation(design, effects, _EFFECT, designs[_TOLD], designs)


def _designs(design: ProgrammeDesign, effects: GroupTimeEffects, draws: int, seed: int) -> pd.DataFrame:
    """The effect by each design, as a fraction of what sales would have been."""
    chance = permutation_p(design.panel, design.starts, base=design.base, draws=draws, seed=seed)
    considered = design.considered.reindex(design.panel.index, fill_value=False)
    near = matched_effect(design.panel, design.starts, design.industry, considered, base=design.base)
    early = placebo_start(design.panel, design.starts, early=design.base // 2)
    rows = [
        _row("all_key_accounts", effects, permutation_p=chance.p_value),
        *(_row("joined_together", group, joined_from=group.start) for group in effects.groups.itertuples()),
        _row("nearest_accounts", near),
        _row("placebo_start", early),
    ]
    return pd.DataFrame([*rows, *_left_out(design)])


def _left_out(design: ProgrammeDesign) -> list[dict[str, Any]]:
    """A line each for key accounts and candidates that could not be compared."""
    counts = design.left_out["role"].value_counts()
    names = {"key_accounts": "key_accounts_left_out", "candidates": "candidates_left_out"}
    return [{"design": name, "accounts": int(counts[role])} for role, name in names.items() if role in counts]


def _row(name: str, found: Any, joined_from: Any = pd.NaT, permutation_p: float = np.nan) -> dict[str, Any]:
    uplift = {
        column: np.exp(value) - 1
        for column, value in (
            ("uplift", found.effect),
            ("uplift_low", found.low),
            ("uplift_high", found.high),
        )
    }
    return {"design": name, "joined_from": joined_from, "accounts": found.accounts,
            "controls": found.controls, "log_effect": found.effect, **uplift, "p_value": found.p_value,
            "permutation_p": permutation_p}  # fmt: skip


def require_identified(evaluation: ProgrammeEvaluation) -> GroupTimeEffects:
    """The effects, or :class:`NotDefinedError` that says why the data can't show any."""
    if evaluation.effects is None:
        raise NotDefinedError(
            Sentence("what the programme did can't be told: {reason}", reason=evaluation.design.reason)
        )
    return evaluation.effects


def programme_effects(evaluation: ProgrammeEvaluation) -> pd.DataFrame:
    """The effect by design, as :func:`evaluate_programme` found it.

    Raises
    ------
    NotDefinedError
        The data can't show an effect; the message says why.

    Examples
    --------
    >>> day = pd.Timestamp("2025-01-10")
    >>> sales = pd.DataFrame({"date": [day], "account_id": ["a"], "net_amount": [1.0]})
    >>> programme_effects(evaluate_programme(sales, pd.DataFrame({"account_id": ["a"]})))
    Traceback (most recent call last):
    kamkit.errors.NotDefinedError: what the programme did can't be told: the table...
    """
    require_identified(evaluation)
    assert evaluation.designs is not None
    return evaluation.designs


def event_study(evaluation: ProgrammeEvaluation) -> pd.DataFrame:
    """The difference to the comparison accounts by time since the start, as a fraction.

    ``uplift = exp(effect) − 1``

    Returns
    -------
    DataFrame
        months_since (the start, of the first month of the row), months_in_row, in_programme
        (whether from the start on), accounts, controls, uplift, uplift_low, uplift_high (95 %, each row
        by itself), band_low, band_high (95 %, all rows together), overall, overall_low,
        overall_high, placebo_p (the same in each row).

    Raises
    ------
    NotDefinedError
        The data can't show an effect; the message says why.

    Notes
    -----
    Source: as of :func:`group_time_effects`. Rows far from the start rest on fewer accounts.

    Examples
    --------
    >>> day = pd.Timestamp("2025-01-10")
    >>> sales = pd.DataFrame({"date": [day], "account_id": ["a"], "net_amount": [1.0]})
    >>> event_study(evaluate_programme(sales, pd.DataFrame({"account_id": ["a"]})))
    Traceback (most recent call last):
    kamkit.errors.NotDefinedError: what the programme did can't be told: the table...
    """
    effects = require_identified(evaluation)
    events, length = effects.events, EVERY[evaluation.design.every]
    names = {
        "effect": "uplift",
        "low": "uplift_low",
        "high": "uplift_high",
        "band_low": "band_low",
        "band_high": "band_high",
    }
    checks = evaluation.design.checks.set_index("condition")["condition_found"]
    table = pd.DataFrame(
        {
            "months_since": events["event_time"] * length,
            "months_in_row": length * max(1, 3 // length),
            "in_programme": events["after"],
            "accounts": events["accounts"],
            "controls": events["controls"],
            **{new: np.exp(events[old]) - 1 for old, new in names.items()},
        }
    )
    overall = {"overall": effects.effect, "overall_low": effects.low, "overall_high": effects.high}
    return table.assign(
        **{name: np.exp(value) - 1 for name, value in overall.items()}, placebo_p=checks["placebo"]
    )


def programme_paths(
    sales: Any, accounts: Any, evaluation: ProgrammeEvaluation, until: Any = None
) -> pd.DataFrame:
    """Sales to key accounts and to those they are compared with, quarter by quarter.

    ``of_first_year = sales of the quarter / mean quarter of the first year``, sums over the accounts

    Parameters
    ----------
    sales, accounts, until : as for :func:`evaluate_programme`.
    evaluation : says who is compared; where it can't tell an effect, all key accounts stand beside the
        candidates, or beside all others where there are none.

    Returns
    -------
    DataFrame
        quarter, group (key_accounts; candidates, matched or others), accounts, sales (money), of_first_year,
        first_year, last_year (money, the four quarters at the ends), grown (their ratio less 1), joined
        (key accounts that joined in the quarter).

    Raises
    ------
    NotDefinedError
        No key accounts, or less than two years of whole quarters.
    EmptyError, ValuesError, ColumnError
        As :func:`sales_panel`.

    Examples
    --------
    >>> days = pd.date_range("2023-01-01", periods=24, freq="MS")
    >>> sales = pd.concat([pd.DataFrame({"date": days, "account_id": a, "net_amount": 10.0}) for a in "ab"])
    >>> accounts = pd.DataFrame({"account_id": ["a", "b"], "kam_tier": ["A", None]})
    >>> paths = programme_paths(sales, accounts, evaluate_programme(sales, accounts))
    >>> paths["group"].unique().tolist(), paths["of_first_year"].unique().tolist()
    (['key_accounts', 'others'], [1.0])
    """
    status = key_accounts(as_pandas(accounts, "accounts", ["account_id"]))
    groups = _groups(status, evaluation)
    panel = sales_panel(sales, until, "quarter")
    if panel.shape[1] < 8:
        raise NotDefinedError(
            Sentence("the sales cover {shape} whole quarters, and two years are needed", shape=panel.shape[1])
        )
    parts = [_path(panel, name, members) for name, members in groups.items()]
    joined = status.loc[status.index.isin(groups["key_accounts"]), "start"].dropna()
    quarters = pd.Series([pd.Timestamp(d).to_period("Q").start_time for d in joined]).value_counts()
    table = pd.concat(parts, ignore_index=True)
    counts = table["quarter"].map(quarters).fillna(0).astype("int64")
    return table.assign(joined=counts.where(table["group"] == "key_accounts", 0))


def _groups(status: pd.DataFrame, evaluation: ProgrammeEvaluation) -> dict[str, pd.Index]:
    keys, rest = status.index[status["is_key"]], status.index[~status["is_key"]]
    if not len(keys):
        raise NotDefinedError(
            Sentence("what the programme did can't be told: {reason}", reason=evaluation.design.reason)
        )
    if evaluation.identified:
        compared = evaluation.design.panel.index.difference(evaluation.design.starts.index)
        return {"key_accounts": evaluation.design.starts.index, evaluation.design.controls: compared}
    candidates = status.index[status["considered"] & ~status["is_key"]]
    if len(candidates):
        return {"key_accounts": keys, "candidates": candidates}
    return {"key_accounts": keys, **({"others": rest} if len(rest) else {})}


def _path(panel: pd.DataFrame, name: str, members: pd.Index) -> pd.DataFrame:
    """One group's sales by quarter, with what its first and last year add up to."""
    known = panel.index.intersection(members)
    sums = panel.loc[known].sum()
    first, last = float(sums.iloc[:4].sum()), float(sums.iloc[-4:].sum())
    if first <= 0:
        raise NotDefinedError(
            Sentence(
                "the first year's sales of {name} are {first:,.2f}: no growth from there",
                name=name,
                first=first,
            )
        )
    return pd.DataFrame(
        {
            "quarter": sums.index,
            "group": name,
            "accounts": len(known),
            "sales": sums.to_numpy(),
            "of_first_year": sums.to_numpy() / (first / 4),
            "first_year": first,
            "last_year": last,
            "grown": last / first - 1,
        }
    )
