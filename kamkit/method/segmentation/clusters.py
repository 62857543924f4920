"""Accounts that need the same: clusters, how well they are apart, and whether they come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError
from kamkit.method.frames import number
from kamkit.method.segmentation.needs import as_importance, number_table

__all__ = ["FEWEST_ACCOUNTS", "STABLE", "NeedsSegments", "needs_segments", "stability"]

FEWEST_ACCOUNTS = 60
"""Under it clusters are chance, and rules are used instead."""

STABLE = 0.75
"""Bootstrap Jaccard from which a cluster counts as stable (Hennig, 2007)."""

_MOST_SEGMENTS, _SMALLEST = 8, 5
_STARTS, _STARTS_OF_A_DRAW, _DRAWS = 20, 3, 100


@dataclass(frozen=True, eq=False)
class NeedsSegments:
    """Segments by need, and how sure they are.

    Attributes
    ----------
    labels : by account_id, "S1" (the largest), "S2", …
    profiles : segments × items, mean importance in z-scores within respondent.
    silhouette : mean width over all accounts, −1 to 1 (Rousseeuw, 1987).
    stability : by segment, mean Jaccard with what comes back of it in bootstrap samples (Hennig, 2007).
    tried : a row per number of segments: k, silhouette, stability (of the least stable segment),
        mean_stability, smallest (accounts), stable, chosen.
    widths : by account_id, silhouette width; near 0 the account could stand in another segment as well.
    """

    labels: pd.Series
    profiles: pd.DataFrame
    silhouette: float
    stability: pd.Series
    tried: pd.DataFrame
    widths: pd.Series


def needs_segments(needs: Any, k: int | None = None, seed: int = 0) -> NeedsSegments:
    """Group accounts by what they need; the number of groups is the best separated of the stable ones.

    k-means on importance standardised within respondent; for k = 2 … 8 the silhouette and the
    bootstrap Jaccard of the least stable segment; chosen is the highest silhouette among the k whose
    segments all reach a Jaccard of 0.75 and five accounts.

    Parameters
    ----------
    needs : accounts × items, as :func:`needs_from` gives them; raw importance is standardised here.
    k : number of segments, where management has decided it; it is then shown as it is, stable or not.
    seed : of the starts and the bootstrap samples.

    Returns
    -------
    NeedsSegments
        labels, profiles, silhouette, stability, tried, widths. The order and the names of the accounts
        change nothing.

    Raises
    ------
    NotDefinedError
        Fewer than 60 accounts (use rules: ``segments_by_rule``); no number of segments is stable; or
        the numbers are spend, not importance.
    ParameterError, ValuesError, EmptyError
        A ``k`` that can't be; NaN, accounts that stand twice, no rows.

    Notes
    -----
    Sources: Rousseeuw (1987); Hennig (2007), whose clusterboot draws with replacement and uses each
    account drawn once; k-means of scikit-learn (Arthur & Vassilvitskii, 2007).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> ideal = np.array([[9, 2, 2, 5], [2, 9, 2, 5], [2, 2, 9, 5]])
    >>> noise = np.random.default_rng(0).normal(0, 0.5, (90, 4))
    >>> found = needs_segments(pd.DataFrame(np.repeat(ideal, 30, axis=0) + noise))
    >>> found.labels.value_counts().sort_index().to_dict()
    {'S1': 30, 'S2': 30, 'S3': 30}
    """
    table = as_importance(needs)
    if len(table) < FEWEST_ACCOUNTS:
        raise NotDefinedError(
            Sentence(
                "{n} accounts are too few for clusters, which need {fewest_accounts}: use rules",
                n=len(table),
                fewest_accounts=FEWEST_ACCOUNTS,
            ),
            where="needs",
            remedy="group them with segments_by_rule, or ask more customers",
        )
    wanted = _wanted(k, table)
    ordered = _in_order(table)
    numbers = sorted({*range(2, _MOST_SEGMENTS + 1), *([wanted] if wanted else [])})
    values = ordered.to_numpy(dtype=float)
    tries = {n: _try_once(values.tobytes(), values.shape, n, seed) for n in numbers}
    tried = pd.DataFrame([row for _groups, _similar, row in tries.values()])
    chosen = wanted or _best(tried)
    groups, similar, _row = tries[chosen]
    return _result(ordered, groups, similar, tried.assign(chosen=tried["k"] == chosen), table.index)


def _wanted(k: int | None, table: pd.DataFrame) -> int | None:
    if k is None:
        return None
    n = number(k, "k")
    distinct = len(np.unique(table.to_numpy(), axis=0))
    most = min(len(table) // 2, distinct)
    if n != int(n) or not 2 <= n <= most:
        raise ParameterError(
            f"k = {k} segments of {len(table)} accounts", where="k", allowed=f"whole, 2 to {most}"
        )
    return int(n)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of their values, so that neither order nor names of the accounts matter."""
    return table.iloc[np.lexsort(np.round(table.to_numpy(), 9).T[::-1])]


@lru_cache(maxsize=2 * _MOST_SEGMENTS)
def _try_once(values: bytes, shape: tuple[int, int], k: int, seed: int) -> tuple[Any, ...]:
    """As :func:`_try`: a page asks for the clusters and for the segments made of them."""
    return _try(np.frombuffer(values).reshape(shape), k, seed)


def _try(values: np.ndarray, k: int, seed: int) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Groups, how much of each comes back, and the row that says so."""
    from sklearn.metrics import silhouette_score

    with _fitting():
        groups = _clustered(values, k, seed, _STARTS)
        sizes = np.bincount(groups, minlength=k)
        whole = bool((sizes > 0).all())
        similar = _bootstrap(values, groups, k, _DRAWS, seed) if whole else np.zeros(k)
    return groups, similar, {
        "k": k,
        "silhouette": float(silhouette_score(values, groups)) if whole else np.nan,
        "stability": float(similar.min()),
        "mean_stability": float(similar.mean()),
        "smallest": int(sizes.min()),
        "stable": bool(similar.min() >= STABLE and sizes.min() >= _SMALLEST),
    }  # fmt: skip


@contextmanager
def _fitting() -> Iterator[None]:
    """Many small fits: in one thread, for threads only wait for each other; parameters are right already."""
    import warnings

    from sklearn import config_context
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), config_context(skip_parameter_validation=True), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def _clustered(values: np.ndarray, k: int, seed: int, starts: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(k, n_init=starts, random_state=seed).fit_predict(values))


def _best(tried: pd.DataFrame) -> int:
    stable = tried[tried["stable"]]
    if stable.empty:
        best = float(tried["stability"].max())
        raise NotDefinedError(
            Sentence(
                "no number of segments from 2 to {value} is stable: at best the least stable of them "
                "reaches a Jaccard of {best:.2f}, where {stable} are asked: use rules",
                value=tried["k"].max(),
                best=best,
                stable=STABLE,
            ),
            where="needs",
            remedy="group them with segments_by_rule, or decide a number of segments knowingly",
        )
    return int(stable["k"].to_numpy()[stable["silhouette"].argmax()])


def _result(
    ordered: pd.DataFrame, groups: np.ndarray, similar: np.ndarray, tried: pd.DataFrame, index: pd.Index
) -> NeedsSegments:
    """Name the groups by size and put everything back into the order it came in."""
    from sklearn.metrics import silhouette_samples

    values = ordered.to_numpy()
    sizes = np.bincount(groups)
    centres = np.array([values[groups == g].mean(axis=0) for g in range(len(sizes))])
    rank = np.lexsort((*np.round(centres, 9).T[::-1], -sizes))
    names = np.empty(len(sizes), dtype=object)
    names[rank] = [f"S{i + 1}" for i in range(len(sizes))]
    labels = pd.Series(names[groups], index=ordered.index, name="segment", dtype="str")
    profiles = ordered.groupby(labels.to_numpy()).mean().rename_axis("segment")
    lasting = pd.Series(similar, index=names, name="stability")
    widths = pd.Series(silhouette_samples(values, groups), index=ordered.index, name="width")
    order = names[rank]
    return NeedsSegments(
        labels=labels.reindex(index),
        profiles=profiles.loc[order],
        silhouette=float(widths.mean()),
        stability=lasting.reindex(order).rename_axis("segment"),
        tried=tried.reset_index(drop=True),
        widths=widths.reindex(index),
    )


def stability(needs: Any, labels: Any, draws: int = 100, seed: int = 0) -> pd.Series:
    """How much of each cluster comes back when the accounts are drawn again.

    ``mean over draws of max_D |C ∩ D| / |C ∪ D|``: C the cluster among the accounts drawn, D each
    cluster that k-means finds among them

    Parameters
    ----------
    needs : accounts × items, numbers; taken as they are.
    labels : by account, the cluster.
    draws : bootstrap samples, with replacement; an account drawn twice counts once.
    seed : of the samples and of the starts.

    Returns
    -------
    Series
        Jaccard by cluster, 0–1: 0.75 and over is stable, under 0.6 not to be trusted.

    Raises
    ------
    ValuesError
        NaN, accounts that stand twice, or accounts with no label.
    ParameterError, EmptyError
        Fewer than two clusters, no draws, no rows.

    Notes
    -----
    Source: Hennig (2007), bootstrap scheme.

    Examples
    --------
    >>> import pandas as pd
    >>> needs = pd.DataFrame({"price": [1.0, 1.1, 0.9, 1.2] + [-1.0, -1.1, -0.9, -1.2], "stock": 0.0})
    >>> stability(needs, ["cheap"] * 4 + ["other"] * 4, draws=20).round(2).to_dict()
    {'cheap': 1.0, 'other': 1.0}
    """
    table = number_table(needs, "needs")
    given = _labels_of(table, labels)
    times = number(draws, "draws")
    if times < 1 or times != int(times):
        raise ParameterError(f"draws = {draws}", where="draws", allowed="a whole number from 1")
    ordered = _in_order(table)
    groups, names = pd.factorize(given.reindex(ordered.index), sort=True)
    if len(names) < 2:
        raise ParameterError(f"labels name {len(names)} cluster", where="labels", allowed="two or more")
    with _fitting():
        found = _bootstrap(ordered.to_numpy(), groups, len(names), int(times), seed)
    return pd.Series(found, index=pd.Index(names, name="segment"), name="stability")


def _labels_of(table: pd.DataFrame, labels: Any) -> pd.Series:
    if isinstance(labels, pd.Series):
        given = labels.reindex(table.index) if not labels.index.has_duplicates else labels
    else:
        values = list(labels)
        if len(values) != len(table):
            raise ValuesError(f"{len(values)} labels for {len(table)} accounts", where="labels")
        given = pd.Series(values, index=table.index)
    if given.index.has_duplicates or given.isna().any():
        raise ValuesError(
            f"{int(given.isna().sum())} account(s) have no label, or stand twice",
            where="labels",
            remedy="give each account of needs one label",
        )
    return given


def _bootstrap(values: np.ndarray, groups: np.ndarray, k: int, draws: int, seed: int) -> np.ndarray:
    """Mean Jaccard by cluster over bootstrap samples."""
    rng = np.random.default_rng(seed)
    n = len(values)
    found = np.full((draws, k), np.nan)
    for draw in range(draws):
        drawn = np.unique(rng.integers(0, n, n))
        if len(drawn) >= k:
            again = _clustered(values[drawn], k, draw, _STARTS_OF_A_DRAW)
            found[draw] = _jaccard(groups[drawn], again, k)
    return np.nan_to_num(np.nanmean(found, axis=0)) if np.isfinite(found).any() else np.zeros(k)


def _jaccard(groups: np.ndarray, again: np.ndarray, k: int) -> np.ndarray:
    """For each cluster the Jaccard with the most similar of the new ones, NaN where none of it was drawn."""
    both = np.bincount(groups * k + again, minlength=k * k).reshape(k, k)
    own, new = both.sum(axis=1, keepdims=True), both.sum(axis=0, keepdims=True)
    either = own + new - both
    share = np.divide(both, either, out=np.zeros((k, k)), where=either > 0)
    return np.where(own[:, 0] > 0, share.max(axis=1), np.nan)
