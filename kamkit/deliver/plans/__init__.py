"""Account plans: the parts that their notebook shows, the page they become, and the run that makes them."""

from kamkit.deliver.plans.showing import (
    show_changes,
    show_figures,
    show_offers,
    show_part,
    show_people,
    show_team,
    show_who,
)

__all__ = [
    "show_changes",
    "show_figures",
    "show_offers",
    "show_part",
    "show_people",
    "show_team",
    "show_who",
]
