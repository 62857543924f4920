"""What follows from the tables of relationships that are shown as tables."""

from __future__ import annotations

import pandas as pd

from kamkit.locale import _, ngettext
from kamkit.locale.numbers import Numbers

__all__ = ["issues_message", "raci_message", "stale_message"]


def raci_message(raci_defects: pd.DataFrame, unfilled_roles: pd.DataFrame, numbers: Numbers) -> str:
    """How many tasks lack a clear owner, and which role is empty where.

    Parameters
    ----------
    raci_defects : account_id, task, defect, as ``method.relationships.raci_defects`` returns it.
    unfilled_roles : account_id, role, as ``method.relationships.unfilled_roles`` returns it.

    Examples
    --------
    >>> defects = pd.DataFrame({"account_id": "1", "task": ["plan", "price"], "defect": ["no_a", "no_r"]})
    >>> raci_message(defects, pd.DataFrame({"account_id": [], "role": []}), Numbers())
    'Nobody, or more than one person, is accountable for 1 task; nobody is responsible for 1.'
    """
    no_owner = int(raci_defects["defect"].isin(["no_a", "several_a"]).sum())
    idle = int((raci_defects["defect"] == "no_r").sum())
    parts = []
    if no_owner:
        text = ngettext(
            "Nobody, or more than one person, is accountable for {n} task",
            "Nobody, or more than one person, is accountable for {n} tasks",
            no_owner,
        )
        parts.append(text.format(n=numbers.count(no_owner)))
    if idle:
        both = _("nobody is responsible for {n}") if no_owner else _("Nobody is responsible for {n} tasks")
        parts.append(both.format(n=numbers.count(idle)))
    said = "; ".join(parts) + "." if parts else _("Each agreed task has one accountable person and a doer.")
    empty = len(unfilled_roles)
    lacking = ngettext(
        "{n} account lacks a role that most have.", "Roles that most accounts have are empty in {n} places.",
        empty,
    ).format(n=numbers.count(empty))  # fmt: skip
    return f"{said} {lacking}" if empty else said


def issues_message(contact_issues: pd.DataFrame, numbers: Numbers) -> str:
    """What to mend first.

    Parameters
    ----------
    contact_issues : issue, as ``method.relationships.contact_issues`` returns it.

    Examples
    --------
    >>> issues_message(pd.DataFrame({"issue": ["decider_unreached", "unowned", "double"]}), Numbers())
    'People who decide and whom none of us knows: 1. Contacts without owner: 2 in all. Probable doubles: 1.'
    """
    counts = contact_issues["issue"].value_counts()
    unmet, doubles = int(counts.get("decider_unreached", 0)), int(counts.get("double", 0))
    unowned = unmet + int(counts.get("unowned", 0))
    parts = [
        _("People who decide and whom none of us knows: {n}.").format(n=numbers.count(unmet))
        if unmet
        else "",
        _("Contacts without owner: {n} in all.").format(n=numbers.count(unowned)) if unowned else "",
        _("Probable doubles: {n}.").format(n=numbers.count(doubles)) if doubles else "",
    ]
    return " ".join(filter(None, parts)) or _("Each contact that is known has an owner among us.")


def stale_message(stale_ties: pd.DataFrame, days: float, numbers: Numbers) -> str:
    """How many ties have rested too long.

    Parameters
    ----------
    stale_ties : a row per tie, as ``method.relationships.stale_ties`` returns it.
    days : how long a tie may rest.

    Examples
    --------
    >>> stale_message(pd.DataFrame({"days": [400.0, 500.0]}), 365, Numbers())
    '2 ties have rested for more than 365 days.'
    """
    n = len(stale_ties)
    if not n:
        return _("No tie has rested for more than {days} days.").format(days=numbers.count(days))
    text = ngettext(
        "{n} tie has rested for more than {days} days.", "{n} ties have rested for more than {days} days.", n
    )
    return text.format(n=numbers.count(n), days=numbers.count(days))
