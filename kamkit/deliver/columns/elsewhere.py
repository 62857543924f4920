"""Columns that mean something else in one table, or in one exhibit, than in all others."""

from __future__ import annotations

from collections.abc import Iterable

from kamkit.deliver.columns.kinds import Kind, ResultColumn, columns_of
from kamkit.locale import N_, _
from kamkit.locale.own_words import criterion_word

__all__ = ["BY_DATA", "ELSEWHERE", "named_by_data"]

_CHOICE = ("choice_sheet", "chosen_accounts", "choice_certainty")
_PLANS = ("investment_cases", "investment_certainty", "investment_decisions")
_PLACES = ("placement", "treatment", "portfolio_matrix", "choice_sheet", "chosen_accounts")
_SKILLS = ("development_paths", "skill_gaps", "skill_levels")
_UNITS = ("conflicts", "group_results", "unit_conflicts")
_LOSSES = ("loss_impact", "ebit_at_stake")
_SCORECARDS = ("account_scorecard", "account_scorecards")

_MEANT: list[tuple[Iterable[str], list[ResultColumn]]] = [
    (("market_shares", "family_shares"), columns_of("share", share=(N_("Share"), N_("Of the market")))),
    (
        ("concentration", "whale_summary"),
        columns_of("count", n=(N_("Customers"), N_("With sales in the period"))),
    ),
    (("whale_summary",), columns_of("share", peak_share=(N_("Peak, of total profit"), ""))),
    (("contribution_ladder",), columns_of("share", share=(N_("Share"), N_("Of pocket revenue")))),
    (("price_waterfall",), columns_of("share", share=(N_("Share"), N_("Of list revenue")))),
    (("unassigned_cost",), columns_of("share", share=(N_("Share"), N_("Of what the ledger holds")))),
    (
        ("allocation",),
        [
            *columns_of("money", source=(N_("To be allocated"), N_("What was there"))),
            *columns_of(
                "money", difference=(N_("Difference"), N_("What was there, less what was allocated"))
            ),
        ],
    ),
    (
        ("price_cost_matrix",),
        columns_of("word", quadrant=(N_("Quadrant"), N_("Net price against cost to serve"))),
    ),
    (
        ("migration", "segment_migration"),
        [
            *columns_of("word", before=N_("Class"), after=N_("Segment")),
            *columns_of("share", share=(N_("Share"), N_("Of the customers of the class"))),
            *columns_of("text", names=(N_("Largest customers"), "")),
        ],
    ),
    (
        ("importance", "importance_map", "segment_needs"),
        columns_of("text", text=(N_("Need"), N_("In the words of the questionnaire"))),
    ),
    (
        ("importance", "importance_map"),
        [
            *columns_of(
                "share", sure=(N_("Quadrant held"), N_("Of the samples, those that put it there too"))
            ),
            *columns_of("word", quadrant=(N_("Quadrant"), N_("What they say against what moves them"))),
            *columns_of(
                "number", weight=(N_("Relative weight"), N_("The weights add up to the explained variance"))
            ),
        ],
    ),
    (
        ("segment_needs",),
        columns_of("count", borderline=(N_("On the border"), N_("Customers who could stand elsewhere too"))),
    ),
    (
        ("price_sensitivity",),
        columns_of(
            "share",
            too_cheap=(N_("Too cheap"), N_("Of those asked, at this price")),
            cheap=(N_("Cheap"), N_("Of those asked, at this price")),
            expensive=(N_("Expensive"), N_("Of those asked, at this price")),
            too_expensive=(N_("Too expensive"), N_("Of those asked, at this price")),
        ),
    ),
    (("price_level",), columns_of("flag", sure=(N_("Sure"), N_("The range lies on one side of 100%")))),
    (("consensus", "consensus_spread"), columns_of("text", text=N_("Criterion"))),
    (
        _CHOICE,
        columns_of("share", probability=(N_("Probability"), N_("Of being chosen, near the agreed weights"))),
    ),
    (
        ("choice_sheet", "chosen_accounts"),
        [
            *columns_of(
                "money", value=(N_("Value"), N_("What growth with it is worth a year, times its score"))
            ),
            *columns_of(
                "number",
                hours=(N_("Hours"), N_("Booked on it a year; where none are, the mean of the others")),
            ),
        ],
    ),
    (
        (*_CHOICE, "flips"),
        columns_of(
            "number",
            change=(N_("Change of weight"), N_("The smallest that turns the choice; weights sum to 1")),
        ),
    ),
    (
        ("choice_certainty",),
        columns_of(
            "flag",
            sure=(
                N_("Sure"),
                N_("Chosen for at least nine in ten weights near the agreed ones, and not easily flipped"),
            ),
        ),
    ),
    (("failed_gates",), columns_of("number", value=(N_("Value"), N_("Scale points")))),
    (_PLACES, columns_of("word", rule=(N_("Rule"), N_("The rule that decided the treatment")))),
    (("rules_of_thumb",), columns_of("word", rule=N_("Rule of thumb"))),
    (
        ("choice_curve",),
        [
            *columns_of("count", accounts=N_("Key accounts")),
            *columns_of(
                "money",
                value=(N_("Value"), N_("Of all key accounts up to here, a year")),
                marginal=(N_("One more brings"), N_("Value of the last key account, a year")),
            ),
            *columns_of("number", hours=(N_("Hours"), N_("Of all key accounts up to here, a year"))),
        ],
    ),
    (
        ("effort", "effort_placement"),
        [
            *columns_of("number", change=(N_("Change of hours"), N_("Proposed less today"))),
            *columns_of("money", contribution=(N_("Contribution then"), N_("With the proposed hours"))),
        ],
    ),
    (
        ("effort",),
        columns_of(
            "money",
            marginal_now=(N_("An hour more, today"), N_("Contribution of one more hour, money")),
            marginal=(N_("An hour more, then"), N_("Contribution of one more hour, money")),
        ),
    ),
    (_PLANS, columns_of("word", verdict=(N_("Verdict"), N_("Whether the plan earns the required return")))),
    (
        ("share_of_wallet", "wallet_summary", "white_space"),
        columns_of("share", share=(N_("Share"), N_("Of the wallet"))),
    ),
    (("wallet_summary",), columns_of("count", n=N_("Customers with a wallet"))),
    (
        ("value_drivers",),
        [
            *columns_of("number", change=(N_("Change"), N_("Value wanted less today's, in its own measure"))),
            *columns_of("share", probability=(N_("Probability"), N_("That the value comes"))),
            *columns_of("money", value=(N_("Value"), N_("Of the change, for the customer, a year"))),
        ],
    ),
    (
        ("leaver_loss",),
        [
            *columns_of("count", contacts=(N_("Contacts"), N_("Whom this person knows"))),
            *columns_of("share", share_lost=(N_("Share of power lost"), N_("Of the power we reach"))),
        ],
    ),
    (
        ("unfilled_roles",),
        columns_of("share", share=(N_("Filled elsewhere"), N_("Share of the accounts that have the role"))),
    ),
    (
        ("relationship_coverage", "thread_risk"),
        columns_of("count", people=(N_("Our people"), N_("Who have a tie there"))),
    ),
    (
        ("ageing", "deal_ageing"),
        [
            *columns_of(
                "number",
                factor=(
                    N_("Effect of age"),
                    N_("On the probability of the stage, as far as it is more than chance"),
                ),
            ),
            *columns_of(
                "share",
                probability=(N_("Probability"), N_("Of a deal of that age, as earlier ones turned out")),
            ),
        ],
    ),
    (
        ("deals", "deal_priorities", "stage_probabilities"),
        columns_of(
            "share",
            probability=(
                N_("Probability"),
                N_("Of winning, as earlier deals turned out; open ones allowed for"),
            ),
        ),
    ),
    (
        ("slippage", "deal_slippage"),
        columns_of(
            "number",
            mean_days=(N_("Days late, mean"), N_("Behind the expected day")),
            median_days=(N_("Days late, median"), N_("Behind the expected day")),
        ),
    ),
    (
        ("stage_probabilities",),
        columns_of(
            "word",
            basis=(N_("Basis"), N_("Deals of the stage, or of all stages where it has no decided ones")),
        ),
    ),
    (("pipeline_simulation",), columns_of("share", share=(N_("Share"), N_("Of all futures")))),
    (_UNITS, columns_of("word", basis=(N_("Basis"), N_("Which profit the contribution is")))),
    (
        ("transfer_sweep",),
        columns_of("number", factor=(N_("Transfer prices"), N_("Times those of today"))),
    ),
    (_LOSSES, columns_of("share", probability=(N_("Probability"), N_("Of leaving within a year")))),
    (
        ("joint_losses", "joint_loss_curve"),
        [
            *columns_of("count", lost=(N_("Accounts lost"), N_("This one and all above"))),
            *columns_of("share", revenue_share=(N_("Share of revenue"), N_("Of this account and all above"))),
            *columns_of(
                "money",
                idle_cost=(N_("Time left idle"), N_("Of this account and all above")),
                ebit_change=(N_("Change of EBIT"), N_("Of this account and all above")),
            ),
        ],
    ),
    (
        ("loss_history",),
        [
            *columns_of(
                "count",
                at_risk=(
                    N_("Customers watched"),
                    N_("Who bought in the first of two years, all pairs of years"),
                ),
                lost=(N_("Lost"), N_("Who bought nothing in the second")),
            ),
            *columns_of("share", rate=(N_("Lost a year"), N_("Share of the customers"))),
        ],
    ),
    (
        ("satisfaction",),
        [
            *columns_of("count", n=(N_("Answers"), N_("Customers or respondents, as the basis says"))),
            *columns_of("word", basis=(N_("Basis"), N_("Whether customers or respondents are counted"))),
        ],
    ),
    (
        ("published_figures", "key_account_figures"),
        columns_of("count", n=(N_("Customers"), N_("Behind the figure, where it rests on some"))),
    ),
    (
        ("scorecard", "programme_scorecard"),
        columns_of("share", weight=(N_("Weight"), N_("Of the part in the score"))),
    ),
    (
        _SCORECARDS,
        [
            *columns_of(
                "share",
                sales_growth=(N_("Growth of sales, points"), N_("Part of the score")),
                return_on_sales=(N_("Profit over revenue, points"), N_("Part of the score")),
                share_of_wallet=(N_("Share of wallet, points"), N_("Part of the score")),
                power_reached=(N_("Power reached, points"), N_("Part of the score")),
                satisfaction=(N_("Satisfaction, points"), N_("Part of the score")),
                score=(N_("Score"), N_("Sum of the points")),
                score_before=N_("Score before"),
            ),
        ],
    ),
    (("decisions_log",), columns_of("text", value=N_("Value"), id=N_("Number of the decision"))),
    (
        ("improvements", "improvement_list"),
        [
            *columns_of("word", source=N_("Found by")),
            *columns_of("share", value=N_("Value"), target=N_("Value wanted")),
            *columns_of("date", due=N_("Due")),
        ],
    ),
    (
        ("eight_problems", "five_practices"),
        [
            *columns_of("share", value=N_("Value")),
            *columns_of("word", reading=(N_("Reading"), N_("What the figure says"))),
        ],
    ),
    (("eight_problems",), columns_of("flag", found=N_("Found"))),
    (("charter", "eight_problems", "five_practices"), columns_of("word", unit=N_("Unit of measure"))),
    (
        ("charter",),
        columns_of(
            "number",
            key_figure=(N_("Key accounts"), N_("In the unit of the row")),
            rest_figure=(N_("The rest"), N_("In the unit of the row")),
        ),
    ),
    (_SKILLS, columns_of("count", people=(N_("Our people"), N_("Of the background")))),
    (("skill_agreement",), columns_of("count", people=(N_("Our people"), N_("Whom both have rated")))),
]

ELSEWHERE: dict[str, dict[str, ResultColumn]] = {}
"""By table or exhibit, and by column: what it is there."""

for _tables, _columns in _MEANT:
    for _table in _tables:
        ELSEWHERE.setdefault(_table, {}).update({c.name: c for c in _columns})

BY_DATA: dict[str, tuple[Kind, str]] = {
    "attractiveness": ("number", N_("Weight of the criterion times its value between 0 and 1")),
    "attractiveness_horizon": ("number", N_("Weight of the criterion times its value between 0 and 1")),
    "score_contributions": ("number", N_("Weight of the criterion times its value between 0 and 1")),
    "judged_scores": ("number", N_("Mean of those who scored, scale points")),
    "rank_acceptability": ("share", N_("Of the weights there are, those that put it at this rank")),
}
"""By table: how the columns that bear the name of a criterion, or of a rank, are written and meant."""

_FIXED = ("account_id", "name", "score", "gate_failed")


def named_by_data(name: str, table: str) -> ResultColumn | None:
    """A column that bears the name of a criterion or of a rank; None where it is any other.

    >>> named_by_data("revenue", "judged_scores").kind, named_by_data("3", "rank_acceptability").title
    ('number', 'Rank 3')
    """
    if table not in BY_DATA or name in _FIXED:
        return None
    kind, meaning = BY_DATA[table]
    called = criterion_word(name)
    title = name.replace("_", " ").capitalize() if called == name else called
    return ResultColumn(name, _("Rank {rank}").format(rank=name) if name.isdigit() else title, kind, meaning)
