"""What each planted truth is: its unit and its definition, as they stand in ``truth.json``."""

from __future__ import annotations

DEFINITIONS: dict[str, tuple[str, str]] = {
    "accounts_with_revenue": (
        "accounts",
        "accounts with an invoice line in 2025",
    ),
    "top_decile_share": (
        "fraction",
        "invoiced revenue of the 24 largest accounts (10 % of those with revenue in 2025, rounded up)"
        " over all",
    ),
    "revenue": (
        "EUR",
        "sum of net_amount in 2025",
    ),
    "grown_account": (
        "account_id",
        "the account whose yearly revenue grew from 70 to 700 thousand EUR",
    ),
    "grown_account_revenue": (
        "EUR a year",
        "its invoiced revenue by year: 7 to 70 in units of 10 kEUR",
    ),
    "falling_accounts": (
        "account_id",
        "accounts whose expected orders and revenue fall to 35 % from July to December 2025: an early"
        " warning",
    ),
    "premium_accounts": (
        "account_id",
        "accounts that pay 10% more, net, than their discount would give, for the same products",
    ),
    "price_index": (
        "ratio",
        "net_amount over quantity × the product's mean net price to all accounts, 2025, premium "
        "accounts only",
    ),
    "customer_profit": (
        "EUR",
        "pocket revenue − product cost − marketing − selling − service − key account, attributable "
        "cost only, capital 0; teams through activities at one rate per team over 2025",
    ),
    "customer_profit_total": (
        "EUR",
        "sum of customer_profit over accounts, 2025",
    ),
    "whale_peak_share": (
        "fraction",
        "largest cumulated customer_profit over the total, 2025",
    ),
    "whale_peak_rank": (
        "accounts",
        "accounts with customer_profit above 0",
    ),
    "losing_accounts": (
        "accounts",
        "accounts with customer_profit below 0",
    ),
    "loss_sum": (
        "EUR",
        "sum of the negative customer_profits",
    ),
    "large_losing_accounts": (
        "EUR",
        "customer_profit of those among the 15 largest by revenue that lose money by discounts and service",
    ),
    "reconciliation": (
        "EUR",
        "by rung of 2025: ledger, reaching accounts, unassigned",
    ),
    "ebit": (
        "EUR",
        "2025: revenue less every other rung but excluded, from the ledger",
    ),
    "utilisation": (
        "fraction",
        "minutes used over practical minutes by team, 2025",
    ),
    "teams_with_unused_capacity": (
        "team",
        "teams used less than 85 %; the others between 90 and 98 %",
    ),
    "unused_cost": (
        "EUR",
        "cost of the team × (1 − utilisation), 2025",
    ),
    "good_for_group_bad_for_unit": (
        "EUR",
        "planted by a 58 % discount in that unit: customer_profit > 0 in all and contribution < 0 in "
        "one unit, transfers left out, 2025",
    ),
    "good_for_group_bad_for_unit_all": (
        "unit",
        "every account of which this is so, most of them by little: customer_profit > 0 in all and "
        "contribution < 0 in one unit, transfers left out, 2025",
    ),
    "key_accounts": (
        "account_id",
        "accounts in the programme",
    ),
    "considered_accounts": (
        "account_id",
        "candidates of the same size and the same underlying growth, not chosen",
    ),
    "kam_starts": (
        "date",
        "first programme month, three cohorts of six",
    ),
    "kam_effect": (
        "log points",
        "from kam_start on, expected monthly revenue is exp(0.12) = 1.1275 times what it would be; at"
        " once, constant, the same for every cohort; in log revenue by month, key against considered,"
        " trends are parallel",
    ),
    "key_account_growth": (
        "fraction",
        "revenue of all key accounts 2025 over 2024 − 1; part market (7 %), part selection (key and "
        "considered accounts share a higher underlying growth), part programme (cohorts 2 and 3 start"
        " within the two years)",
    ),
    "market_growth": (
        "fraction",
        "all markets, 2025 over 2024 − 1",
    ),
    "market_total": (
        "EUR",
        "sum of the totals of all markets by year",
    ),
    "market_share": (
        "fraction",
        "us over total, all markets",
    ),
    "share_of_wallet": (
        "fraction",
        "our sales over all purchases of the account in families with need, 2025",
    ),
    "white_space": (
        "EUR a year",
        "by account: sum over families of max(0, 0.5 × wallet − our sales), 2025",
    ),
    "need_segments": (
        "segment",
        "true need segment of every answering account; four profiles, within-respondent z-scores",
    ),
    "need_segment_respondents": (
        "respondents",
        "people who answered the needs questionnaire",
    ),
    "spoken_not_moving": (
        "item",
        "important as stated, but hardly moves overall satisfaction",
    ),
    "moving_not_spoken": (
        "item",
        "unimportant as stated, moves satisfaction the most",
    ),
    "nps": (
        "points",
        "share of 9–10 less share of 0–6 × 100, by respondent",
    ),
    "optimal_price_point": (
        "EUR a month",
        "Van Westendorp: share who find the price p too cheap = too expensive; first crossing, p in "
        "steps of 1 EUR",
    ),
    "indifference_price_point": (
        "EUR a month",
        "Van Westendorp: share who find the price p cheap = expensive; first crossing, p in steps of 1 EUR",
    ),
    "score_spread": (
        "scale points",
        "mean standard deviation over respondents by item and account, attractiveness",
    ),
    "outlier_role": (
        "role",
        "scores growth_potential 1.4 points too high when alone",
    ),
    "gate_failing_accounts": (
        "account_id",
        "mean payment_reliability below its gate of 2 in the consensus round",
    ),
    "maturity": (
        "stage 1–5",
        "median over items and respondents by area",
    ),
    "skill_gaps": (
        "item",
        "skills in which a background falls short of the required level by more than one step, as "
        "managers see it",
    ),
    "flattering_background": (
        "background",
        "rates itself 0.9 steps above what its manager sees",
    ),
    "account_with_200_contacts": (
        "account_id",
        "the account with 200 contacts",
    ),
    "duplicate_contacts": (
        "contact_id",
        "pairs: one person under two spellings",
    ),
    "contacts_without_owner": (
        "contacts",
        "contacts at key accounts whom none of our people knows",
    ),
    "single_thread_accounts": (
        "account_id",
        "key accounts where one of our people holds all ties",
    ),
    "stale_ties": (
        "ties",
        "last contact more than 365 days before 2025-12-31",
    ),
    "executives_without_counterpart": (
        "contact_id",
        "executives at key accounts without a tie to one of our executive sponsors (DIR…)",
    ),
    "raci_no_a": (
        "account_id, task",
        "tasks without an accountable person (rows without respondent)",
    ),
    "raci_two_a": (
        "account_id, task",
        "tasks with two accountable persons",
    ),
    "raci_no_r": (
        "account_id, task",
        "tasks that nobody is responsible for",
    ),
    "role_disagreement": (
        "account_id",
        "accounts where of five people asked two name the same accountable person; all agree elsewhere",
    ),
    "accounts_without_sponsor": (
        "account_id",
        "key accounts without executive sponsor",
    ),
    "hours_by_incentive": (
        "hours a year",
        "sum of hours_year",
    ),
    "double_booked": (
        "opportunity_id",
        "pairs: one deal in two units, amounts within 3 %, created 1–4 days apart",
    ),
    "stage_win_rates": (
        "fraction",
        "true probability of winning by stage",
    ),
    "observed_win_rates": (
        "fraction",
        "won over won and lost, by stage and count",
    ),
    "brier_seller": (
        "score",
        "mean squared error of the sellers' probability over decided deals",
    ),
    "brier_base": (
        "score",
        "the same for the overall win rate",
    ),
    "stalled_deals": (
        "deals",
        "open for more than 365 days at 2025-12-31",
    ),
    "overdue_deals": (
        "deals",
        "open, expected to close before 2025-12-31",
    ),
    "plan_npv": (
        "EUR",
        "benefits × probability less investments by calendar year, first year t = 0, 10 %",
    ),
    "poor_cases": (
        "account_id",
        "key accounts whose plan has a negative NPV at 10 %",
    ),
    "value_to_customer": (
        "EUR a year",
        "sum over value drivers of |target − baseline| × amount (value of one unit)",
    ),
    "effort_steep": (
        "account_id",
        "key accounts judged to bring about a third of today's contribution without any hours",
    ),
    "effort_flat": (
        "account_id",
        "key accounts judged to bring about nine tenths of today's contribution without any hours",
    ),
    "problem_definition": (
        "planted",
        "not planted: weighted criteria with anchors and a gate; every key account passes it",
    ),
    "problem_units": (
        "planted",
        "double_booked",
    ),
    "problem_complexity": (
        "planted",
        "account_with_200_contacts, duplicate_contacts, contacts_without_owner",
    ),
    "problem_conflict": (
        "planted",
        "good_for_group_bad_for_unit",
    ),
    "problem_strategy": (
        "planted",
        "not planted: every key account has goals with metric, baseline, target, owner and day",
    ),
    "problem_roles": (
        "planted",
        "raci_no_a, raci_two_a, raci_no_r, role_disagreement",
    ),
    "problem_measurement": (
        "planted",
        "hours_by_incentive: sellers and three of seven key account managers are rewarded by unit_revenue",
    ),
    "problem_skills": (
        "planted",
        "skill_gaps",
    ),
}
