"""What can be decided: one entry for each key that a step asks for, and what its value may be.

A step that asks for a new key gets a line in :data:`KEYS`; a test reads the notebooks and names the
keys that have none.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kamkit.errors import KamkitError, ParameterError, UnitError
from kamkit.locale import N_

__all__ = ["KEYS", "Key", "require_allowed", "require_spelling"]

Kind = Literal["fraction", "money", "number", "count", "accounts", "text", "other"]

_ALIKE = 0.85
_WHOLE = 1e-6


@dataclass(frozen=True)
class Key:
    """One thing that can be decided.

    Parameters
    ----------
    name : as ``step.engagement.decision`` asks for it.
    step : the step that asks.
    meaning : what is decided, as a client reads it.
    kind : decides what is allowed and how the value is written: *fraction* within 0–1, never percent;
        *money* and *number*; *count* is whole; *accounts* a list of customer numbers; *other* is
        judged by ``check`` alone.
    default : what holds where nothing is decided and no value can be shown, in words.
    low, high : bounds of a number, both allowed.
    choices : the texts that are allowed; empty for any.
    check : raises where the value can't be used, for what the bounds don't say.
    allowed : what ``check`` accepts, in words.
    by : what a value may be given for one by one, such as ``"family"``: a dictionary is then allowed, too.
    is_intent : whether it is an agreement that people carry out, and no step computes with.
    """

    name: str
    step: str
    meaning: str
    kind: Kind
    default: str = ""
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    check: Callable[[Any], Any] | None = None
    allowed: str = ""
    by: str = ""
    is_intent: bool = False

    @property
    def range(self) -> str:
        """What is allowed, in words."""
        if self.choices or self.allowed:
            return ", ".join(self.choices) or self.allowed
        if self.kind == "accounts":
            return "a list of customer numbers, none of them twice"
        whole = {"fraction": "a fraction", "count": "a whole number", "money": "money"}.get(
            self.kind, self.kind
        )
        ends = [f"from {self.low:g}"] * math.isfinite(self.low) + [f"to {self.high:g}"] * math.isfinite(
            self.high
        )
        return " ".join([whole, *ends])


def _fraction(name: str, step: str, meaning: str, default: str = "", high: float = 1.0, by: str = "") -> Key:
    return Key(name, step, meaning, "fraction", default, low=0.0, high=high, by=by)


def _by_each(name: str, step: str, meaning: str, by: str, default: str = "") -> Key:
    """A fraction for each of something, never one for all."""
    return Key(name, step, meaning, "fraction", default, 0.0, 1.0, check=_mapping, by=by)


def _cuts(value: Any) -> None:
    if not (isinstance(value, (list, tuple)) and len(value) == 2 and all(map(_is_number, value))):
        raise ParameterError(f"{value!r} is no pair of numbers")
    if not 0 <= value[0] <= 1:
        raise UnitError(f"the cut of attractiveness is {value[0]:g}, not within 0–1")


def _terms(value: Any) -> None:
    from kamkit.method.profitability import Terms

    given = dict(_mapping(value))
    if not isinstance(given.pop("scope", "all"), str):
        raise ParameterError("the scope is no text")
    Terms(**given)


def _weights(value: Any) -> None:
    weights = _mapping(value)
    _fractions(weights)
    if not weights or abs(sum(map(float, weights.values())) - 1) > _WHOLE:
        raise ParameterError(f"the weights sum to {sum(map(float, weights.values())):g}, not to 1")


def _themes(value: Any) -> None:
    whole = isinstance(value, Mapping) and bool(value)
    if not whole or not all(_is_texts(items) and items for items in value.values()):
        raise ParameterError(f"{value!r} names no items by segment")


def _service_levels(value: Any) -> None:
    from kamkit.method.service import service_levels

    service_levels(_mapping(value))


def _case_ranges(value: Any) -> None:
    from kamkit.method.investment import RANGES
    from kamkit.method.investment.simulation import checked_ranges

    foreign = sorted(_mapping(value).keys() - set(RANGES))
    if foreign:
        raise ParameterError(f"there is no range of {foreign[0]!r}")
    checked_ranges(value)


def _texts(value: Any) -> None:
    if not _is_texts(value) or not value:
        raise ParameterError(f"{value!r} is no list of texts")


def _probabilities(value: Any) -> None:
    for account, chance in _mapping(value).items():
        if not _is_number(chance):
            raise ParameterError(f"{account}: {chance!r} is no number")
        if not 0 <= float(chance) <= 1:
            raise UnitError(f"{account}: {chance:g} is not a fraction")


def _grades(value: Any) -> None:
    from kamkit.method.risk import reputation

    reputation(among=_mapping(value), stated=value)


def _scorecard(value: Any) -> None:
    from kamkit.method.programme.scorecard import checked_weights

    checked_weights(_mapping(value))


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ParameterError(f"{value!r} is no dictionary")
    return value


def _fractions(value: Any) -> None:
    for name, part in _mapping(value).items():
        if not (_is_number(part) and 0 <= part <= 1):
            raise UnitError(f"{part!r} for {name!r} is no fraction", allowed="0 to 1")


def _deal_effort(value: Any) -> None:
    for hours in value.values() if isinstance(value, Mapping) else [value]:
        if not (_is_number(hours) and hours > 0):
            raise ParameterError(f"{hours!r} is no number of hours over 0")


def _fields(value: Any) -> None:
    for fields in _mapping(value).values():
        _mapping(fields)


_ALL = (
    Key("segments.number", "03_segment", N_("Number of needs segments"), "count",
        N_("the best separated of the stable numbers"), low=2),
    Key("segments.themes", "03_segment", N_("Segments as management words them"), "other",
        N_("found in the answers"), check=_themes, allowed="items of the instrument needs, by segment"),
    Key("customer_terms", "02_customers", N_("Terms of trade that are to be agreed with customers"), "other",
        N_("as they are"), check=_terms, allowed="scope and changes of price, discount, orders, service",
        is_intent=True),
    Key("choice.weights", "04_choose", N_("Weights of the criteria of attractiveness"), "other",
        N_("as the table of criteria states them"), check=_weights, allowed="by criterion a fraction, sum 1"),
    Key("choice.cuts", "04_choose", N_("Cuts of attractiveness and of relative strength"), "other",
        check=_cuts, allowed="[attractiveness 0–1, lead in scale points]"),
    _fraction("choice.uplift", "04_choose", N_("Growth that being a key account is assumed to bring")),
    Key("choice.mandatory", "04_choose", N_("Key accounts whatever the figures say"), "accounts"),
    Key("choice.excluded", "04_choose", N_("Never a key account"), "accounts"),
    Key("choice.hours", "04_choose", N_("Hours a year for key accounts"), "number",
        N_("the hours booked today"), low=0),
    Key("choice.budget", "04_choose", N_("Money a year for all key accounts"), "money",
        N_("no limit"), low=0),
    Key("choice.sponsors", "04_choose", N_("Executive sponsors, one for each key account"), "count",
        N_("no limit"), low=0),
    _fraction("required_return", "05_strategies", N_("What an investment must earn a year"),
              N_("the required return or cost of capital of the configuration, else 10%"), high=0.99),
    Key("programme_cost", "05_strategies", N_("Cost of a key-account programme per account and year"),
        "money", low=0),
    Key("service_levels", "05_strategies", N_("What each treatment changes in service and price"), "other",
        N_("first assumptions"), check=_service_levels,
        allowed="by treatment: cost_change, price_change, leave_probability, avoidable_share"),
    Key("case_ranges", "05_strategies", N_("How plans may turn out, around what is expected"), "other",
        check=_case_ranges, allowed="by input: a number, or low, most likely and high"),
    Key("case_years", "05_strategies", N_("Years after the first that count for an investment"), "count",
        N_("all that is planned"), low=1),
    Key("seed", "05_strategies", N_("Seed of the simulations"), "count", low=0),
    Key("relationships.stale_days", "07_relationships", N_("Days that a tie may rest"), "count", low=1),
    Key("relationships.executive_roles", "07_relationships", N_("Roles of ours that face executives"),
        "other", N_("roles whose name says so"), check=_texts, allowed="a list of roles"),
    Key("opportunities.crm", "08_opportunities", N_("Probability that the client's system gives each stage"),
        "other", N_("not compared"), check=_fractions, allowed="by stage: a fraction"),
    Key("opportunities.target", "08_opportunities", N_("What new deals are to bring within a year"), "money",
        N_("what was won in the last twelve months"), low=0),
    _fraction("opportunities.correlation", "08_opportunities",
              N_("How far deals of one customer are won and lost together, in the simulation")),
    Key("opportunities.effort", "08_opportunities", N_("Hours that an open deal still takes"), "other",
        check=_deal_effort, allowed="hours, or hours by stage"),
    Key("opportunities.hours", "08_opportunities", N_("Hours there are for the open deals"), "number",
        N_("half of what all of them would take"), low=0),
    Key("opportunities.multiple", "08_opportunities",
        N_("Worth of a first year's contribution over the customer's life"), "number", low=0),
    Key("improve.problem_limits", "10_improve", N_("Where each of the eight problems begins"), "other",
        N_("a twentieth of money, a fifth of the rest"), check=_fractions, allowed="by problem: a fraction"),
    Key("improve.practice_limits", "10_improve", N_("From where on each practice is in place"), "other",
        N_("four fifths of the key accounts"), check=_fractions, allowed="by practice: a fraction"),
    Key("improve.backlog", "10_improve", N_("Owner, day, effort and effect of the improvements"), "other",
        N_("as the plans say"), check=_fields, allowed="by improvement: owner, due, …"),
    Key("transfer.factor", "09_measure", N_("Transfer prices, as a multiple of today's"), "number", low=0,
        is_intent=True),
    Key("risk.prepare", "09_measure", N_("Accounts whose loss is prepared for"), "accounts",
        is_intent=True),
    _fraction("risk.team_share", "09_measure", N_("Share of the teams' time that can be cut within a year")),
    _fraction("risk.kept", "09_measure", N_("Share of the customers that is assumed to stay a year")),
    _fraction("risk.correlation", "09_measure", N_("How far customers leave together, in the simulation"),
              high=0.99),
    Key("risk.probability", "09_measure", N_("Probability of losing an account within a year, by account"),
        "other", N_("the rate of the past"), check=_probabilities, allowed="a fraction by customer number"),
    Key("risk.reputation", "09_measure", N_("What losing an account would do to our name"), "other",
        N_("by its position in the sector"), check=_grades,
        allowed="by customer number: grade (high, medium, low) and reason"),
    Key("scorecard.parts", "09_measure", N_("Weights and anchors of the scorecard"), "other",
        N_("first assumptions"), check=_scorecard,
        allowed="by part: weight, value without points, value with all"),
    _fraction("offers.target_share", "06_offers", N_("Share of a customer's wallet that is aimed for"),
              by="family or account"),
    _fraction("offers.fit", "06_offers", N_("How much of the need our range can meet"),
              by="family or account"),
    _fraction("offers.probability", "06_offers", N_("Probability that a gap in the wallet is won"),
              N_("the pace of the past years"), by="family or account"),
    _by_each("offers.certainty", "06_offers", N_("What a gap counts for by the grade of its source"),
             "grade A to D"),
    Key("offers.account", "06_offers", N_("The offer that is shown in full"), "text",
        N_("the one of the highest value")),
    _fraction("offers.discount", "06_offers", N_("Discount whose price in volume is shown")),
    Key("plan.accounts", "account_plan", N_("Customers that get an account plan"), "accounts",
        N_("those in the programme, or chosen")),
)  # fmt: skip

KEYS: Mapping[str, Key] = {key.name: key for key in _ALL}
"""Everything that a step of kamkit asks for, by name."""


def require_allowed(key: str, value: Any) -> None:
    """Refuse a value that its key does not allow; a key of somebody's own allows anything.

    Raises
    ------
    UnitError
        A fraction given in percent.
    ParameterError
        Anything else that is not allowed.

    Examples
    --------
    >>> require_allowed("required_return", 9)
    Traceback (most recent call last):
    kamkit.errors.UnitError: 9 is not a fraction: 9% is written 0.09
      where: required_return
      allowed: a fraction from 0 to 0.99
    """
    known = KEYS.get(key)
    if known is None:
        return
    try:
        each = list(value.values()) if known.by and isinstance(value, Mapping) else [value]
        if known.check is not None:
            known.check(value)
        for one in each:
            _CHECKS.get(known.kind, _no_check)(one, known)
    except KamkitError as error:
        kind = UnitError if isinstance(error, UnitError) else ParameterError
        raise kind(error.what, where=key, allowed=known.range, remedy=error.remedy) from error
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise ParameterError(f"{value!r} can't be used", where=key, allowed=known.range) from error


def require_spelling(key: str) -> None:
    """Refuse a key that differs from a known one by a slip of the pen: nothing would ever read it.

    Raises
    ------
    ParameterError
        With the key that is meant.
    """
    close = [] if key in KEYS else difflib.get_close_matches(key.casefold(), KEYS, n=1, cutoff=_ALIKE)
    if close:
        raise ParameterError(f"no step reads the decision {key!r}", where=key, remedy=f"{close[0]}?")


def _is_number(value: Any) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, (bool, str)) and math.isfinite(float(value))


def _is_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(v, str) and v.strip() for v in value)


def _number(value: Any, key: Key) -> None:
    if not _is_number(value):
        raise ParameterError(f"{value!r} is no number")
    if not key.low <= float(value) <= key.high:
        raise ParameterError(f"{value:g} is out of range")


def _share(value: Any, key: Key) -> None:
    if _is_number(value) and float(value) > 1:
        raise UnitError(f"{value:g} is not a fraction: {value:g}% is written {float(value) / 100:g}")
    _number(value, key)


def _whole(value: Any, key: Key) -> None:
    _number(value, key)
    if float(value) != int(value):
        raise ParameterError(f"{value:g} is not whole")


def _accounts(value: Any, key: Key) -> None:
    if not _is_texts(value):
        raise ParameterError(f"{value!r} is no list of customer numbers, which are texts")
    twice = sorted({v for v in value if value.count(v) > 1})
    if twice:
        raise ParameterError(f"{twice[0]!r} stands twice")


def _text(value: Any, key: Key) -> None:
    if not isinstance(value, str) or (key.choices and value not in key.choices):
        raise ParameterError(f"{value!r} is not allowed")


def _no_check(value: Any, key: Key) -> None:
    if value is None:
        raise ParameterError("nothing was given")


_CHECKS: Mapping[str, Callable[[Any, Key], None]] = {
    "fraction": _share, "money": _number, "number": _number, "count": _whole, "accounts": _accounts,
    "text": _text,
}  # fmt: skip
