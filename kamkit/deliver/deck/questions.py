"""What to ask the room about each exhibit: the second half of the speaker notes."""

from __future__ import annotations

from kamkit.locale import N_, _

__all__ = ["question_about"]

_QUESTIONS = {
    "market_growth": N_("Which of these markets do we want to be larger in, and which do we only follow?"),
    "market_growth_split": N_("Where did we win share, and could we do the same elsewhere?"),
    "lorenz_curve": N_("What would we do tomorrow if the largest of these customers left?"),
    "price_waterfall": N_("Which of the discounts would we give again, and for what in return?"),
    "contribution_ladder": N_("Which of these costs do customers know that they cause?"),
    "whale_curve": N_("Which losing customers do we keep on purpose, and who has decided that?"),
    "price_cost_matrix": N_("Who of those that pay little and cost much can be asked for other terms first?"),
    "capacity_use": N_("What do we do with the unused hours: sell them, or let them go?"),
    "cost_views": N_("Whose profit depends on who bears the common cost?"),
    "segment_needs": N_("Which need do we meet better than anybody else today?"),
    "segment_worth": N_("Which segment would we choose if we had to choose one?"),
    "price_level": N_("Do those who pay more know what they pay more for?"),
    "importance_map": N_("What do customers not say that moves them?"),
    "price_sensitivity": N_("What price would we dare to test, and with whom?"),
    "portfolio_matrix": N_(
        "Which account stands in the wrong place, and what do we know that the figures don't?"
    ),
    "choice_curve": N_("What would one more account take from the others?"),
    "choice_certainty": N_("Which choice would we make in spite of the weights?"),
    "service_menu_effect": N_("Which customer would leave over the new terms, and is that right?"),
    "investment_cases": N_("Which of these investments would we make with our own money?"),
    "npv_distribution": N_("Is the chance of a loss one that we can carry?"),
    "tornado": N_("What can we find out in a month about the largest bar?"),
    "effort_placement": N_("From whom do we take the hours, and who tells them?"),
    "white_space": N_("Which gap has a buyer with a name?"),
    "value_stairs": N_("Who at the customer has confirmed each step?"),
    "relationship_map": N_("Who has to meet whom within a month?"),
    "segment_choice": N_("Would we serve these groups differently? If not, they are too many."),
    "segment_migration": N_("Whom do we treat by size who should be treated by need?"),
    "consensus_spread": N_("Who stood apart, and what does that person know?"),
    "score_contributions": N_("Which criterion decides, and is it the one that we meant to decide?"),
    "programme_cash_flow": N_("How long can we wait for the money to come back?"),
    "share_of_wallet": N_("Which of these wallets have we asked the customer about?"),
    "offer_value": N_("Which value have we shown but not asked to be paid for?"),
    "discount_break_even": N_("Who may give this discount, and what must come back for it?"),
    "family_sales": N_("Which blank is a choice, and which has nobody asked about?"),
    "relationship_coverage": N_("At which account would we lose a decision without hearing of it?"),
    "leaver_loss": N_("Who is introduced to whom before that person leaves?"),
    "role_agreement": N_("Who is accountable here: can we settle it in this room?"),
    "stage_probabilities": N_("Whose forecast do we use from today on?"),
    "win_rate_groups": N_("Which difference is more than chance, and what do they do otherwise?"),
    "deal_ageing": N_("Which of the oldest deals do we close as lost today?"),
    "deal_slippage": N_("What do we plan on: the day that was promised, or the usual delay?"),
    "pipeline_value": N_("Is the amount that we need within the range that is likely?"),
    "deal_priorities": N_("Which deal below the line do we give up, and who tells the seller?"),
    "event_study": N_("What else changed at these accounts at the same time?"),
    "programme_paths": N_("What would have grown without us?"),
    "programme_worth": N_("Which cost of the extra sales do we really bear?"),
    "published_figures": N_("Which of these figures would we publish about ourselves?"),
    "ebit_at_stake": N_("Which cost could we really shed if this account left?"),
    "joint_loss_curve": N_("Which of these accounts could leave for the same reason?"),
    "loss_distribution": N_("Is a year like the worst in twenty one that we can carry?"),
    "early_warnings": N_("Who calls these customers this week?"),
    "unit_conflicts": N_("Who makes up to the unit for what the group earns?"),
    "transfer_sweep": N_("Which price settles the conflict, and who decides it?"),
    "satisfaction": N_("What would the least satisfied say if we asked why?"),
    "programme_scorecard": N_("Which part do we want to move before the next review, and by how much?"),
    "account_scorecards": N_("What does the best account have that the last one lacks?"),
    "maturity_by_area": N_("Which area holds the others back?"),
    "skill_levels": N_("Do we train, hire or move people for what is missing?"),
    "eight_problems": N_("Which of these problems costs most if we leave it as it is?"),
    "five_practices": N_("Which practice do we put in place first, and who answers for it?"),
    "improvement_list": N_("Who takes each of these, and by when?"),
    "programme_charter": N_("Which line would we not sign today?"),
}


def question_about(exhibit: str) -> str:
    """The question for an exhibit; a general one where it has none of its own.

    >>> question_about("whale_curve")
    'Which losing customers do we keep on purpose, and who has decided that?'
    """
    return _(_QUESTIONS.get(exhibit, N_("What do we decide here, and what would change our minds?")))
