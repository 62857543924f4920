"""The words of step 10: problems, practices, skills, the charter and the improvements."""

from __future__ import annotations

from kamkit.locale import N_

__all__ = ["CAPABILITY_WORDS", "EVIDENCE"]

_PROBLEMS = {
    "problem_definition": N_("Definition of a key account"),
    "problem_units": N_("Confusion between units"),
    "problem_complexity": N_("Complexity"),
    "problem_conflict": N_("Conflict"),
    "problem_strategy": N_("Strategy"),
    "problem_roles": N_("Roles"),
    "problem_measurement": N_("Measurement"),
    "problem_skills": N_("Skills"),
    "problem_definition_found": N_("Key accounts are in the programme by habit, not by the agreed criteria."),
    "problem_definition_clear": N_("Who is a key account follows from agreed criteria and gates."),
    "problem_units_found": N_("Units chase the same deals without one of them leading."),
    "problem_units_clear": N_("Units seldom chase the same deal."),
    "problem_complexity_found": N_("More people at the customers than we keep in touch with."),
    "problem_complexity_clear": N_("Nearly every contact has somebody here who knows them."),
    "problem_conflict_found": N_("What the group gains costs some unit: expect resistance."),
    "problem_conflict_clear": N_("Hardly any unit pays for what the group earns."),
    "problem_strategy_found": N_("Too many key accounts have no goal that can be checked."),
    "problem_strategy_clear": N_("The key accounts have goals that can be checked."),
    "problem_roles_found": N_("Who answers for what is not clear to those who do it."),
    "problem_roles_clear": N_("Each task has one who answers for it, and all name the same."),
    "problem_measurement_found": N_("Part of the team is paid for a unit's sales, not the account's result."),
    "problem_measurement_clear": N_("What the team is paid for is what the programme wants."),
    "problem_skills_found": N_("Whole backgrounds lack a skill: one course for all will not do."),
    "problem_skills_clear": N_("No background as a whole falls short of what is asked."),
}

_PRACTICES = {
    "practice_goals": N_("Strategy and goals, for programme and accounts"),
    "practice_value": N_("Value added to each offer"),
    "practice_responsibility": N_("Clear responsibilities"),
    "practice_plan": N_("One living plan per account"),
    "practice_measuring": N_("Measure more"),
    "practice_goals_in_place": N_("Programme and accounts have goals that can be checked."),
    "practice_goals_in_part": N_("Part of the accounts have no goal that can be checked."),
    "practice_goals_rare": N_("Few accounts have a goal that can be checked."),
    "practice_goals_company": N_("The accounts have goals, the programme itself has none."),
    "practice_value_in_place": N_("Offers state a value that the customer has agreed to."),
    "practice_value_in_part": N_("Part of the offers state no value that the customer has agreed to."),
    "practice_value_rare": N_("Few offers state a value that the customer has agreed to."),
    "practice_responsibility_in_place": N_("One answers for each task, and all name the same."),
    "practice_responsibility_in_part": N_(
        "On part of the accounts nobody, or more than one, answers for a task."
    ),
    "practice_responsibility_rare": N_("On few accounts is it clear who answers for what."),
    "practice_plan_in_place": N_("Plans are whole, and their actions on time."),
    "practice_plan_in_part": N_("Part of the plans lack a piece, or an action is late."),
    "practice_plan_rare": N_("Few plans are whole and on time."),
    "practice_measuring_in_place": N_("Result, threats, deals and hours are known for the accounts."),
    "practice_measuring_in_part": N_(
        "For part of the accounts result, threats, deals or hours are not known."
    ),
    "practice_measuring_rare": N_("For few accounts are result, threats, deals and hours known."),
    "practice_measuring_unused": N_("The figures are there; the managers say that they are not yet used."),
    "in_place": N_("In place"),
    "in_part": N_("In part"),
    "rare": N_("Rare"),
    "not_assessed": N_("Not assessed"),
}

_MEASURES = {
    "key_accounts_off_criteria": N_("Key accounts off the criteria"),
    "deals_booked_twice": N_("Deals booked twice, of the open pipeline"),
    "contacts_without_owner": N_("Contacts without owner"),
    "good_for_group_bad_for_unit": N_("Losses of units on accounts good for the group"),
    "key_accounts_without_goal": N_("Key accounts without a goal"),
    "key_accounts_with_unclear_roles": N_("Key accounts with unclear roles"),
    "hours_rewarded_by_unit_revenue": N_("Hours rewarded by unit revenue"),
    "skills_a_background_lacks": N_("Skills a background lacks"),
    "key_accounts_with_goal": N_("Key accounts with a goal"),
    "key_accounts_with_agreed_value": N_("Key accounts with agreed value"),
    "key_accounts_with_clear_roles": N_("Key accounts with clear roles"),
    "key_accounts_with_whole_plan": N_("Key accounts with a whole plan"),
    "key_accounts_measured_fully": N_("Key accounts measured fully"),
}

EVIDENCE = {
    "key_accounts_off_criteria": N_(
        "{part} of {whole} key accounts were not scored on all criteria, or are in against a gate"
    ),
    "deals_booked_twice": N_("{part} of {whole} open pipeline stands in the books of two units"),
    "contacts_without_owner": N_("{part} of {whole} contacts at key accounts are known to nobody of us"),
    "good_for_group_bad_for_unit": N_(
        "units lose {part} on accounts that the group earns on; all accounts earn {whole}"
    ),
    "key_accounts_without_goal": N_(
        "{part} of {whole} key accounts have no goal with measure, target, owner and day"
    ),
    "key_accounts_with_unclear_roles": N_(
        "{part} of {whole} key accounts: a task without its one accountable or any responsible person, or "
        "fewer than two thirds name the same"
    ),
    "hours_rewarded_by_unit_revenue": N_(
        "{part} of {whole} hours with a reward for results are rewarded by the revenue of one unit"
    ),
    "skills_a_background_lacks": N_("in {part} of {whole} skills a whole background is a full step short"),
    "key_accounts_with_goal": N_(
        "{part} of {whole} key accounts have a goal with measure, target, owner and day"
    ),
    "key_accounts_with_agreed_value": N_(
        "{part} of {whole} key accounts: an offer, and a worth of it that the customer has agreed to"
    ),
    "key_accounts_with_clear_roles": N_(
        "{part} of {whole} key accounts: one accountable and a responsible person for each task, two thirds "
        "name the same"
    ),
    "key_accounts_with_whole_plan": N_(
        "{part} of {whole} key accounts: goal, offer and owned, dated actions, none of them late"
    ),
    "key_accounts_measured_fully": N_(
        "{part} of {whole} key accounts: profit, a weighed risk, an open deal and booked hours"
    ),
}
"""What was counted, as a sentence with the two figures; keyed by measure."""

_IMPROVEMENTS = {
    "improve_problem_definition": N_(
        "Score every key account on the agreed criteria; let go who fails a gate"
    ),
    "improve_problem_units": N_("One owner for each deal, one pipeline for all units"),
    "improve_problem_complexity": N_("An owner for each contact; take out who is listed twice"),
    "improve_problem_conflict": N_("Settle between units who bears what the group gains"),
    "improve_problem_strategy": N_("A goal with measure, target, owner and day for each key account"),
    "improve_problem_roles": N_("Agree on one accountable person per task, account by account"),
    "improve_problem_measurement": N_("Reward account teams by the account's contribution"),
    "improve_problem_skills": N_("A path of learning for each background"),
    "improve_practice_goals": N_("Goals for the programme and for each account"),
    "improve_practice_value": N_("Work out with the customer what each offer is worth"),
    "improve_practice_responsibility": N_("Agree on one accountable person per task, account by account"),
    "improve_practice_plan": N_("Complete the plans; do or drop what is late"),
    "improve_practice_measuring": N_("Put result, threats, deals and hours before each account team"),
    "improve_practice_goals_company": N_("A goal for the programme itself"),
    "improve_practice_measuring_unused": N_("Put the accounts' figures before their teams, and use them"),
    "problem": N_("Problem"),
    "practice": N_("Practice"),
    "plan": N_("Plan"),
    "low": N_("Small"),
    "medium": N_("Medium"),
    "high": N_("Large"),
    "new": N_("New"),
    "better": N_("Better"),
    "as_before": N_("As before"),
    "worse": N_("Worse"),
    "solved": N_("Solved"),
    "not_measured": N_("No measure"),
    "risen": N_("Risen"),
    "fallen": N_("Fallen"),
    "unknown": N_("Not known"),
}

_SKILLS = {
    "scoping": N_("A · scoping"),
    "introducing": N_("B · introducing"),
    "embedding": N_("C · embedding"),
    "optimising": N_("D · optimising"),
    "sales": N_("Sales"),
    "technical": N_("Technical"),
    "operations": N_("Operations"),
    "not_stated": N_("Not stated"),
    "outside": N_("Outside"),
    "manager": N_("Manager"),
    "self": N_("Own view"),
    "all": N_("All"),
    "kam_introduction": N_("Introduction to key-account work"),
    "complex_relationships": N_("Complex relationships"),
    "value_selling": N_("Value selling"),
    "negotiation": N_("Negotiation"),
    "virtual_relationships": N_("Virtual relationships"),
}

_CHARTER = {
    "question_accounts": N_("How many key accounts, and how do they differ from the rest?"),
    "question_offers": N_("With which offers?"),
    "question_team": N_("How is the team built and paid?"),
    "question_lead": N_("Who leads, with which sponsor, in which country?"),
    "question_measure": N_("How is it measured?"),
    "accounts": N_("Accounts"),
    "pocket_revenue": N_("Pocket revenue"),
    "customer_profit": N_("Customer profit"),
    "revenue_share": N_("Share of revenue"),
    "median_revenue": N_("Revenue of the middle account"),
    "profit_margin": N_("Profit over revenue"),
    "losers": N_("Accounts at a loss"),
    "accounts_with_offer": N_("Accounts with an offer"),
    "offer_amount": N_("Offered, a year"),
    "over_alternative": N_("Over the next best alternative"),
    "value_to_customer": N_("Worth to the customers, a year"),
    "value_agreed": N_("Of it agreed by the customer"),
    "people": N_("People"),
    "organisation": N_("Organisation"),
    "process": N_("Process"),
    "strategy": N_("Strategy"),
    "measurement": N_("Measurement"),
    "hours": N_("Hours"),
    "skills": N_("Skills"),
    "hours_year": N_("Hours a year"),
    "background_sales": N_("from sales"),
    "background_technical": N_("technical"),
    "background_operations": N_("from operations"),
    "background_not_stated": N_("background not stated"),
    "incentive_account_contribution": N_("paid for the account's contribution"),
    "incentive_unit_revenue": N_("paid for a unit's revenue"),
    "incentive_group_result": N_("paid for the group's result"),
    "incentive_fixed": N_("paid a fixed salary"),
    "incentive_not_stated": N_("pay not stated"),
    "pulled_apart": N_("Accounts where pay pulls apart"),
    "accounts_with_lead": N_("Accounts with a lead"),
    "leads": N_("People who lead"),
    "most_per_lead": N_("Most accounts of one lead"),
    "lead_in_country": N_("Led from the account's country"),
    "accounts_with_sponsor": N_("Accounts with a sponsor"),
    "accounts_without_sponsor": N_("Accounts without a sponsor"),
    "accounts_with_goal": N_("Accounts with a checkable goal"),
    "goals_agreed": N_("Goals the customer has agreed"),
    "programme_goals": N_("Goals of the programme itself"),
    "maturity_measurement": N_("Maturity of measurement"),
}

CAPABILITY_WORDS: dict[str, str] = {
    **_PROBLEMS, **_PRACTICES, **_MEASURES, **_IMPROVEMENTS, **_SKILLS, **_CHARTER
}  # fmt: skip
"""What keys in the tables of step 10 read as, to be translated."""
