"""Segments for few accounts, by rule; the words that segments are called by; and which way was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.frames import number
from kamkit.method.segmentation.clusters import NeedsSegments, needs_segments
from kamkit.method.segmentation.needs import as_importance, item_texts

__all__ = ["RuleSegments", "Segments", "find_segments", "segment_names", "segments_by_rule"]

_CLOSE_RULE, _CLOSE_WIDTH = 0.25, 0.10
_MOST_CANDIDATES = 12


@dataclass(frozen=True, eq=False)
class RuleSegments:
    """Segments by rule.

    Attributes
    ----------
    labels : by account_id, the theme whose items matter most to the account.
    profiles : themes × items, mean importance in z-scores within respondent.
    margin : by account_id, lead of its theme over the next, in standard deviations of the respondent.
    rules : theme, items (which it stands for), accounts.
    """

    labels: pd.Series
    profiles: pd.DataFrame
    margin: pd.Series
    rules: pd.DataFrame


def segments_by_rule(
    needs: Any, themes: Mapping[str, Sequence[str]] | None = None, most: int = 4
) -> RuleSegments:
    """Put each account under the theme that matters most to it: for any number of accounts.

    ``theme(account) = argmax over themes of the mean importance of the theme's items``

    Parameters
    ----------
    needs : accounts × items, as :func:`needs_from` gives them; raw importance is standardised here.
    themes : items by theme, as management words them. Left out, the themes are single items: of the
        (twelve) items that most often come first, those whose best adds up to most importance.
    most : how many themes at most, where they are found here.

    Returns
    -------
    RuleSegments
        labels, profiles, margin, rules. A tie goes to the theme that stands first.

    Raises
    ------
    NotDefinedError
        The numbers are spend, not importance.
    ParameterError, ValuesError, EmptyError
        A theme of unknown items, fewer than one theme; NaN, accounts that stand twice, no rows.

    Notes
    -----
    Source: rule-based profiling as in McDonald & Dunbar (2012); the themes are a facility-location
    choice (Cornuejols, Fisher & Nemhauser, 1977).

    Examples
    --------
    >>> import pandas as pd
    >>> needs = pd.DataFrame({"price": [9, 9, 2], "stock": [3, 2, 9], "advice": [3, 4, 4]}, index=list("abc"))
    >>> segments_by_rule(needs, most=2).labels.to_dict()
    {'a': 'price', 'b': 'price', 'c': 'stock'}
    """
    table = as_importance(needs)
    chosen = _checked(themes, table) if themes is not None else _themes(table, most)
    levels = pd.DataFrame({name: table[list(items)].mean(axis=1) for name, items in chosen.items()})
    labels = levels.idxmax(axis=1).astype("str").rename("segment")
    ranked = np.sort(levels.to_numpy(), axis=1)
    margin = ranked[:, -1] - ranked[:, -2] if levels.shape[1] > 1 else np.full(len(table), np.inf)
    count = labels.value_counts()
    rules = pd.DataFrame(
        {
            "theme": list(chosen),
            "items": [", ".join(map(str, items)) for items in chosen.values()],
            "accounts": [int(count.get(name, 0)) for name in chosen],
        }
    )
    profiles = table.groupby(labels).mean().rename_axis("segment")
    return RuleSegments(labels, profiles, pd.Series(margin, table.index, name="margin"), rules)


def _checked(themes: Mapping[str, Sequence[str]], table: pd.DataFrame) -> dict[str, list[str]]:
    chosen = {name: [items] if isinstance(items, str) else list(items) for name, items in themes.items()}
    unknown = [i for items in chosen.values() for i in items if i not in table.columns]
    if unknown or not chosen or not all(chosen.values()):
        raise ParameterError(
            f"themes name items that are not asked: {list_some(unknown)}"
            if unknown
            else "a theme has no items",
            where="themes",
            allowed=list_some(list(table.columns), 20),
        )
    return chosen


def _themes(table: pd.DataFrame, most: int) -> dict[str, list[str]]:
    if not 1 <= number(most, "most") <= table.shape[1]:
        raise ParameterError(f"most = {most} themes", where="most", allowed=f"1 to {table.shape[1]}")
    leads = table.idxmax(axis=1).value_counts().reindex(table.columns, fill_value=0)
    ranked = leads[leads > 0].sort_values(ascending=False, kind="stable").index[:_MOST_CANDIDATES]
    candidates = [item for item in table.columns if item in ranked]
    sets = list(combinations(candidates, min(int(most), len(candidates))))
    served = [float(table[list(chosen)].max(axis=1).sum()) for chosen in sets]
    return {str(item): [item] for item in sets[int(np.argmax(np.round(served, 9)))]}


def segment_names(profiles: pd.DataFrame, texts: Mapping[str, str] | None = None) -> dict[str, str]:
    """Call each segment by the need that matters most in it, in the words of the questionnaire.

    The pair of segment and need with the highest importance is named first; no need names two segments.

    Parameters
    ----------
    profiles : segments × items, mean importance.
    texts : by item, its words; the item itself where there are none.

    Returns
    -------
    dict
        Name by segment.

    Examples
    --------
    >>> import pandas as pd
    >>> profiles = pd.DataFrame({"price": [1.0, 0.8], "stock": [-1.0, 0.5]}, index=["S1", "S2"])
    >>> segment_names(profiles, {"stock": "Parts in stock"})
    {'S1': 'price', 'S2': 'Parts in stock'}
    """
    ranked = pd.Series(profiles.stack()).sort_values(ascending=False, kind="stable")
    named: dict[Any, Any] = {}
    for segment, item in ranked.index:
        if segment not in named and item not in named.values():
            named[segment] = item
    words = texts or {}
    return {s: words.get(named[s], str(named[s])) if s in named else str(s) for s in profiles.index}


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments under the names that a reader knows them by, made by clusters or by rules.

    Attributes
    ----------
    accounts : by account_id: segment (name), segment_id, fit (silhouette width or margin), borderline
        (the account could stand in another segment as well).
    profiles : segments × items, mean importance in z-scores within respondent, the largest first.
    basis : "clusters", or "rules" where clusters would be chance.
    reason : why rules were used; empty for clusters.
    """

    accounts: pd.DataFrame
    profiles: pd.DataFrame
    basis: str
    reason: str


def find_segments(
    needs: Any,
    criteria: Any = None,
    instrument: str = "needs",
    k: int | None = None,
    themes: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
) -> Segments:
    """Clusters where the data bear them, rules where they don't, and a word on which it was.

    Parameters
    ----------
    needs : accounts × items, as :func:`needs_from` gives them.
    criteria : instrument, item_id, text; gives the words that segments are called by.
    instrument : the questionnaire of needs.
    k : number of segments, where it was decided.
    themes : where management words the segments itself: rules are then used.
    seed : of the clusters.

    Returns
    -------
    Segments
        accounts, profiles, basis, reason. Borderline are accounts with a silhouette width under 0.10, by
        rule those whose theme leads by less than a quarter of a standard deviation.

    Raises
    ------
    NotDefinedError
        The numbers are spend, not importance.
    ParameterError, ValuesError, EmptyError
        As :func:`needs_segments` and :func:`segments_by_rule`.

    Notes
    -----
    Source: as of the functions it joins, :func:`needs_segments` and :func:`segments_by_rule`.

    Examples
    --------
    >>> import pandas as pd
    >>> few = pd.DataFrame({"price": [9, 9, 2], "stock": [3, 2, 9]}, index=list("abc"))
    >>> found = find_segments(few)
    >>> found.basis, found.accounts["segment"].to_dict()
    ('rules', {'a': 'price', 'b': 'price', 'c': 'stock'})
    """
    table = as_importance(needs)
    texts = item_texts(criteria, instrument) if criteria is not None else {}
    if themes is not None:
        return _by_rule(table, texts, themes, "the segments were worded by management")
    try:
        return _by_cluster(needs_segments(table, k=k, seed=seed), texts)
    except NotDefinedError as refused:
        return _by_rule(table, texts, None, refused.what)


def _by_cluster(found: NeedsSegments, texts: Mapping[str, str]) -> Segments:
    names = segment_names(found.profiles, texts)
    return _segments(found.labels, found.profiles, found.widths, _CLOSE_WIDTH, names, ("clusters", ""))


def _by_rule(
    table: pd.DataFrame, texts: Mapping[str, str], themes: Mapping[str, Sequence[str]] | None, reason: str
) -> Segments:
    found = segments_by_rule(table, themes, most=min(4, table.shape[1]))
    sizes = found.labels.value_counts()
    profiles = found.profiles.loc[sorted(found.profiles.index, key=lambda s: (-sizes[s], s))]
    names = {s: texts.get(s, str(s)) for s in profiles.index}
    return _segments(found.labels, profiles, found.margin, _CLOSE_RULE, names, ("rules", reason))


def _segments(
    labels: pd.Series,
    profiles: pd.DataFrame,
    fit: pd.Series,
    close: float,
    names: Mapping[str, str],
    basis: tuple[str, str],
) -> Segments:
    if len(set(names.values())) < len(names):
        raise ValuesError(
            f"two segments have one name: {list_some(list(names.values()))}", where="criteria.text"
        )
    accounts = pd.DataFrame(
        {
            "segment": labels.map(names).astype("str"),
            "segment_id": labels,
            "fit": fit,
            "borderline": fit < close,
        }
    )
    named = profiles.rename(index=names)
    named.columns = named.columns.astype("str").rename("item_id")
    return Segments(accounts.rename_axis("account_id"), named.rename_axis("segment"), *basis)
