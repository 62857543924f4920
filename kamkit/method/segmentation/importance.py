"""What customers say matters, beside what moves their satisfaction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.frames import number
from kamkit.method.segmentation.needs import answers_of, item_texts, number_table

__all__ = ["QUADRANTS", "derived_importance", "importance_map"]

QUADRANTS = ("said_and_moves", "moves_unsaid", "said_not_moving", "neither")
"""Stated and derived importance, each over or under its mean."""

_FEWEST_PER_ATTRIBUTE = 5
_TINY = 1e-10


def derived_importance(ratings: Any, outcome: Any) -> pd.Series:
    """How much of the satisfaction each attribute accounts for: Johnson's relative weights.

    | ``R_xx = Q L Q'; Λ = Q L^(1/2) Q'; β* = Λ⁻¹ r_xy``
    | ``weight = Λ^[2] β*^[2]`` (elementwise squares), which add up to R²

    Parameters
    ----------
    ratings : respondents × attributes, satisfaction with each.
    outcome : by respondent, overall satisfaction; a Series is matched by index.

    Returns
    -------
    Series
        Weight by attribute, each 0 or more; the sum is R² of the regression on all of them.

    Raises
    ------
    NotDefinedError
        Fewer than five respondents per attribute, or an attribute or the outcome that never varies.
    ValuesError, ParameterError, EmptyError
        NaN, respondents that do not match, fewer than two attributes, no rows.

    Notes
    -----
    Source: Johnson (2000). Attributes that move together share their weight; plain regression
    coefficients would change sign instead. Of attributes that are equal each gets the same.

    Examples
    --------
    >>> import pandas as pd
    >>> ratings = pd.DataFrame({"price": [1.0, 2, 1, 2] * 3, "stock": [1.0, 1, 2, 2] * 3})
    >>> derived_importance(ratings, ratings["stock"] * 3).round(6).to_dict()
    {'price': 0.0, 'stock': 1.0}
    """
    table = number_table(ratings, "ratings")
    target = _outcome(outcome, table)
    least = _FEWEST_PER_ATTRIBUTE * table.shape[1]
    if len(table) < least:
        raise NotDefinedError(
            Sentence(
                "{n} respondents are too few for {shape} attributes, which need {least}",
                n=len(table),
                shape=table.shape[1],
                least=least,
            ),
            where="ratings",
            remedy="ask more customers, or fewer questions",
        )
    both = np.column_stack([table.to_numpy(), target.to_numpy()])
    flat = [
        *(c for c in table.columns if np.ptp(table[c].to_numpy()) == 0),
        *(["outcome"] if np.ptp(both[:, -1]) == 0 else []),
    ]
    if flat:
        raise NotDefinedError(
            Sentence("everybody gives the same rating for {flat}", flat=list_some(flat)), where="ratings"
        )
    return pd.Series(_weights(both[None])[0], index=table.columns, name="weight")


def _outcome(outcome: Any, table: pd.DataFrame) -> pd.Series:
    if isinstance(outcome, pd.Series) and outcome.index.has_duplicates:
        raise ValuesError("outcome has respondents that stand twice", where="outcome")
    if isinstance(outcome, pd.Series):
        matched = outcome.reindex(table.index)
    elif len(outcome) != len(table):
        raise ValuesError(f"{len(outcome)} outcomes for {len(table)} respondents", where="outcome")
    else:
        matched = pd.Series(list(outcome), index=table.index)
    try:
        values = matched.astype("float64")
    except (TypeError, ValueError) as error:
        raise ValuesError("outcome holds something that is no number", where="outcome") from error
    missing = values.index[~np.isfinite(values)]
    if len(missing):
        raise ValuesError(
            f"outcome is missing for {len(missing)} respondent(s)",
            where=f"outcome: {list_some(list(missing))}",
            remedy="leave these respondents out knowingly, or complete the data",
        )
    return values


def _weights(samples: np.ndarray) -> np.ndarray:
    """Relative weights of many samples at once: (draws, n, attributes + 1) → (draws, attributes)."""
    centred = samples - samples.mean(axis=1, keepdims=True)
    scale = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    standard = np.divide(centred, scale, out=np.zeros_like(centred), where=scale > 0)
    correlation = standard.transpose(0, 2, 1) @ standard
    own, with_outcome = correlation[:, :-1, :-1], correlation[:, :-1, -1]
    values, vectors = np.linalg.eigh(own)
    root = np.sqrt(values.clip(0.0))
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=values > _TINY * own.shape[-1])
    turned = vectors.transpose(0, 2, 1)
    lam = (vectors * root[:, None, :]) @ turned
    beta = ((vectors * inverse[:, None, :]) @ turned) @ with_outcome[..., None]
    return (lam**2 @ beta**2)[..., 0]


def importance_map(
    responses: Any,
    criteria: Any,
    needs: str = "needs",
    satisfaction: str = "satisfaction",
    outcome: str = "overall",
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Stated importance beside derived importance, item by item, and how sure its quadrant is.

    | ``stated = mean importance over respondents, on the scale of the questionnaire``
    | ``derived = relative weight / R²``, what share of the explained satisfaction it accounts for

    Parameters
    ----------
    responses : instrument, item_id, subject_id, respondent, value.
    criteria : instrument, item_id, scale_min, scale_max, direction; text.
    needs, satisfaction : the instruments of importance and of satisfaction, which share items.
    outcome : the item of ``satisfaction`` that asks for it overall.
    draws, seed : bootstrap samples of the respondents.

    Returns
    -------
    DataFrame
        item_id, text, stated, derived (fractions that add up to 1), derived_low, derived_high (90 % of
        the bootstrap), weight (adds up to R²), stated_cut, derived_cut (means over the items), quadrant
        (said_and_moves, moves_unsaid, said_not_moving, neither), sure (share of bootstrap samples with
        the same quadrant), respondents (complete ones behind ``derived``). Largest ``derived`` first.

    Raises
    ------
    NotDefinedError
        An instrument nobody answered, no item in both, too few respondents per item, or no relation.
    ValuesError, ColumnError, EmptyError
        As :func:`needs_from`.

    Notes
    -----
    Sources: Johnson (2000); the two-way picture after Martilla & James (1977).

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("satisfaction", item, f"a{r}", "p", float(value)) for r in range(12) for item, value in
    ...         (("price", 1 + r % 2), ("stock", 1 + r % 3), ("overall", 1 + r % 3))]
    >>> rows += [("needs", "price", "a0", "p", 9.0), ("needs", "stock", "a0", "p", 4.0)]
    >>> answers = pd.DataFrame(rows, columns=["instrument", "item_id", "subject_id", "respondent", "value"])
    >>> asked = answers[["instrument", "item_id"]].drop_duplicates()
    >>> asked = asked.assign(scale_min=1.0, scale_max=10.0, direction="max")
    >>> importance_map(answers, asked)[["item_id", "stated", "derived", "quadrant"]].round(6)
      item_id  stated  derived         quadrant
    0   stock     4.0      1.0     moves_unsaid
    1   price     9.0      0.0  said_not_moving
    """
    said = answers_of(responses, criteria, needs, refuse=True)
    ratings, target = _ratings(responses, criteria, satisfaction, outcome)
    items = [item for item in said.columns if item in ratings.columns]
    if len(items) < 2:
        raise NotDefinedError(
            Sentence("{needs!r} and {satisfaction!r} have {n} item(s) in common",
                needs=needs, satisfaction=satisfaction, n=len(items),
            ),
            where="criteria.item_id",
            remedy="ask for importance of, and for satisfaction with, the same items",
        )  # fmt: skip
    weight = derived_importance(ratings[items], target)
    if not weight.sum() > _TINY:
        raise NotDefinedError("none of the items moves overall satisfaction", where="responses")
    table = _placed(items, said[items].mean().to_numpy(), (weight / weight.sum()).to_numpy())
    spread = _resampled(said[items], ratings[items], target, int(number(draws, "draws")), seed)
    words = item_texts(criteria, needs)
    table = table.assign(
        text=[words.get(item, str(item)) for item in items],
        weight=weight.to_numpy(),
        derived_low=np.quantile(spread[1], 0.05, axis=0),
        derived_high=np.quantile(spread[1], 0.95, axis=0),
        sure=(_quadrant(*spread) == table["quadrant"].to_numpy()).mean(axis=0),
        respondents=len(ratings),
    )
    names = [
        "item_id",
        "text",
        "stated",
        "derived",
        "derived_low",
        "derived_high",
        "weight",
        "stated_cut",
        "derived_cut",
    ]
    table = table[[*names, "quadrant", "sure", "respondents"]]
    return table.sort_values(["derived", "item_id"], ascending=[False, True], ignore_index=True)


def _ratings(responses: Any, criteria: Any, instrument: str, outcome: str) -> tuple[pd.DataFrame, pd.Series]:
    """Complete answers to the questionnaire of satisfaction, and the overall one."""
    answers = answers_of(responses, criteria, instrument)
    if outcome not in answers.columns:
        raise NotDefinedError(
            Sentence("{instrument!r} does not ask for {outcome!r}", instrument=instrument, outcome=outcome),
            where="criteria.item_id",
            allowed=list_some(list(answers.columns), 20),
            remedy="name the item that asks for satisfaction overall",
        )  # fmt: skip
    complete = answers.dropna()
    if complete.empty:
        raise NotDefinedError(
            Sentence("nobody answered all of {instrument!r}", instrument=instrument), where="responses"
        )
    return complete.drop(columns=outcome), complete[outcome]


def _placed(items: list[Any], stated: np.ndarray, derived: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item_id": [str(item) for item in items],
            "stated": stated,
            "derived": derived,
            "stated_cut": stated.mean(),
            "derived_cut": derived.mean(),
            "quadrant": _quadrant(stated[None], derived[None])[0],
        }
    )


def _quadrant(stated: np.ndarray, derived: np.ndarray) -> np.ndarray:
    """Over or under the mean of the items, of each sample."""
    says = stated >= stated.mean(axis=1, keepdims=True)
    moves = derived >= derived.mean(axis=1, keepdims=True)
    return np.select([says & moves, ~says & moves, says & ~moves], QUADRANTS[:3], QUADRANTS[3])


def _resampled(
    said: pd.DataFrame, ratings: pd.DataFrame, outcome: pd.Series, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Stated and derived importance of samples of the respondents, drawn with replacement."""
    rng = np.random.default_rng(seed)
    both = np.column_stack([ratings.to_numpy(), outcome.to_numpy()])
    answers = said.to_numpy()
    stated = np.nanmean(answers[rng.integers(0, len(answers), (draws, len(answers)))], axis=1)
    weights = _weights(both[rng.integers(0, len(both), (draws, len(both)))])
    return stated, weights / np.maximum(weights.sum(axis=1, keepdims=True), _TINY)
