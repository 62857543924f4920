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
}


def question_about(exhibit: str) -> str:
    """The question for an exhibit; a general one where it has none of its own.

    >>> question_about("whale_curve")
    'Which losing customers do we keep on purpose, and who has decided that?'
    """
    return _(_QUESTIONS.get(exhibit, N_("What do we decide here, and what would change our minds?")))
