"""What each column of a result table is called, what it means and in which unit: one place for all tables.

A table on paper takes its headers, its number formats and its explanations from :data:`COLUMNS`; the
words that stand in cells (``carriage_trade``, ``pocket_revenue``) take theirs from :data:`WORDS`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from kamkit.locale import N_, _
from kamkit.locale.capability import CAPABILITY_WORDS

__all__ = ["COLUMNS", "WORDS", "ResultColumn", "adds_up", "caveat", "column", "kinds_in", "word"]

Kind = Literal[
    "money", "share", "number", "count", "minutes", "year", "date", "month", "flag", "word", "text"
]


@dataclass(frozen=True)
class ResultColumn:
    """One column of a result table: its title, how its values are written, what they mean.

    ``kind`` decides the format: *money* in the currency, thousands or millions chosen once per table;
    *share* in percent; *word* is looked up in :data:`WORDS`; *text* stands as it is.
    """

    name: str
    title: str
    kind: Kind
    meaning: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the values are aligned to the right."""
        return self.kind not in ("text", "word", "flag")


def _columns(kind: Kind, /, **texts: tuple[str, str] | str) -> list[ResultColumn]:
    pairs = {name: (text, "") if isinstance(text, str) else text for name, text in texts.items()}
    return [ResultColumn(name, title, kind, meaning) for name, (title, meaning) in pairs.items()]


_IDENTITY = [
    *_columns(
        "text",
        account_id=(N_("Customer number"), N_("As it stands on the invoice")),
        parent_id=(N_("Parent"), N_("Customer number of the parent")),
        name=N_("Name"),
        client=N_("Client"),
        scope_id=(N_("Market or customer"), N_("Name of the market, or customer number")),
        family=N_("Product family"),
        product_id=N_("Product"),
        bu_id=N_("Business unit"),
        team=N_("Team"),
        activity_id=N_("Activity"),
        code=N_("Account code"),
        competitor_name=N_("Largest competitor"),
        industry=N_("Industry"),
        country=N_("Country"),
        table=N_("Table"),
        supplier=N_("Supplier"),
        reading=(N_("Reading"), N_("What the figure says")),
    ),
    *_columns(
        "word",
        scope=(N_("Scope"), N_("Whether the row speaks of a market or of one customer")),
        rung=(N_("Rung"), N_("Rung of the contribution ladder")),
        step=N_("Step"),
        kind=(N_("Kind"), N_("Whether the amount is a total or a change to it")),
        quadrant=(N_("Quadrant"), N_("Net price against cost to serve")),
        status=N_("Status"),
        abc_class=(N_("Class"), N_("A, B or C by revenue")),
        confidence=(N_("Confidence"), N_("A ledger, B customer's word, C estimate, D guess")),
        group=N_("Group"),
    ),
]

_TIME = [
    *_columns("year", year=N_("Year"), year_from=N_("From"), year_to=N_("To")),
    *_columns("month", month=N_("Month")),
    *_columns("date", date=N_("Date"), since=N_("Customer since"), kam_start=N_("Key account since")),
]

_MARKET = [
    *_columns(
        "money",
        allocated=(N_("Allocated"), N_("What reached the customers, of what was there")),
        market=(N_("Market"), N_("What the market buys in all, per year")),
        own=(N_("Own sales"), N_("What of it we sell")),
        competitor=(N_("Largest competitor"), N_("What the largest competitor sells")),
        own_from=(N_("Own sales, first year"), ""),
        own_to=(N_("Own sales, last year"), ""),
        change=(N_("Change"), N_("Last year less first year")),
        market_effect=(
            N_("From market growth"),
            N_("Sales of the first year times the growth of the market"),
        ),
        share_effect=(N_("From market share"), N_("Market of the first year times the change in share")),
        interaction=(N_("From both together"), N_("Change of the market times the change in share")),
    ),
    *_columns(
        "share",
        share=(N_("Share"), N_("Of the total named in the exhibit")),
        relative_share=(N_("Relative share"), N_("Own sales over those of the largest competitor")),
        named_share=(N_("Named suppliers"), N_("Share of the market that the named suppliers hold together")),
        cr1=(N_("Largest"), N_("Share of the largest supplier")),
        cr4=(N_("Four largest"), N_("Share of the four largest suppliers")),
        growth=(N_("Market growth"), N_("Against the year before")),
        cagr=(N_("Growth per year"), N_("Compound rate over the years shown")),
    ),
]

_LADDER = _columns(
    "money",
    list_revenue=(N_("List revenue"), N_("Sales at list price")),
    invoice_discount=(N_("Invoice discount"), N_("List revenue less what was invoiced")),
    invoiced_revenue=(N_("Invoiced revenue"), N_("After discounts on the invoice, net of VAT")),
    deductions=(N_("Deductions"), N_("Rebates, bonuses and cash discounts granted later")),
    pocket_revenue=(N_("Pocket revenue"), N_("What is left of the price in our pocket")),
    product_cost=(N_("Product cost"), N_("Standard cost of the goods sold")),
    cm1=(N_("Contribution 1"), N_("Pocket revenue less product cost")),
    marketing=(N_("Marketing"), N_("Marketing for this customer")),
    cm2=(N_("Contribution 2"), N_("Contribution 1 less marketing")),
    selling=(N_("Selling"), N_("Sales and order handling for this customer")),
    cm3=(N_("Contribution 3"), N_("Contribution 2 less selling")),
    service=(N_("Service"), N_("Service and logistics for this customer")),
    cm4=(N_("Contribution 4"), N_("Contribution 3 less service")),
    key_account=(N_("Key-account team"), N_("Cost of the key-account team for this customer")),
    capital=(N_("Capital"), N_("Cost of the money that the customer owes us")),
    absorbed=(N_("Absorbed cost"), N_("Unassigned cost, spread in proportion to pocket revenue")),
    customer_profit=(
        N_("Customer profit"),
        N_("What the customer leaves after all cost that is traced to it"),
    ),
)

_PROFIT = [
    *_columns(
        "money",
        amount=N_("Amount"),
        value=N_("Value"),
        profit=N_("Profit"),
        gross_margin=(N_("Gross margin"), N_("Invoiced revenue less product cost")),
        revenue=N_("Revenue"),
        net_amount=N_("Sales"),
        total=N_("Total"),
        cumulative_profit=(N_("Running profit"), N_("Profit of this customer and all that earn more")),
        attributable=(N_("Profit, attributable"), N_("Only cost that is traced to the customer")),
        attributable_profit=(N_("Profit, attributable"), N_("Only cost that is traced to the customer")),
        absorbed_profit=(N_("Profit, absorbed"), N_("After unassigned cost is spread too")),
        absorbed_cost=(N_("Absorbed cost"), N_("Unassigned cost, spread in proportion to pocket revenue")),
        cost_to_serve=(N_("Cost to serve"), N_("Selling, service and key-account cost of this customer")),
        cost=N_("Cost"),
        unused_cost=(N_("Cost of unused capacity"), N_("Minutes paid for but not used, times the rate")),
        ledger=(N_("Ledger"), N_("What the client's own accounts say")),
        assigned=(N_("On customers"), N_("What reaches a customer")),
        unassigned=(N_("Not assigned"), N_("What reaches no customer and is shown on its own")),
        difference=(N_("Difference"), N_("Ledger less what we account for")),
        peak=(N_("Peak"), N_("Profit of the customers that earn money")),
        erosion=(N_("Erosion"), N_("What the losing customers take away")),
        value_per_line=(N_("Value per line"), N_("Net sales over invoice lines")),
        value_per_order=(N_("Value per order"), N_("Net sales over orders")),
        loss_sum=(N_("Losses"), N_("Sum of all losses")),
    ),
    *_columns(
        "share",
        cumulative_share=(N_("Running share"), N_("Of total profit")),
        account_share=(N_("Share of customers"), N_("Of all customers, largest first")),
        value_share=(N_("Share of value"), N_("Of the total, largest customers first")),
        price_realisation=(N_("Price realised"), N_("Pocket revenue over list revenue")),
        cost_share=(N_("Cost-to-serve share"), N_("Cost to serve over pocket revenue")),
        price_cut=(N_("Price cut line"), N_("Mean price realised, weighted by pocket revenue")),
        cost_cut=(N_("Cost cut line"), N_("Mean cost-to-serve share, weighted by pocket revenue")),
        utilisation=(N_("Utilisation"), N_("Minutes used over minutes supplied")),
        peak_share=(N_("Peak"), N_("Highest point of the curve, of total profit")),
        margin=N_("Margin"),
        credit_share=(N_("Credit lines"), N_("Share of invoice lines that are credit notes")),
        top_share_10=(N_("Top 10 %"), N_("Share of the largest tenth of the customers")),
        top_share_20=(N_("Top 20 %"), N_("Share of the largest fifth of the customers")),
        largest_share=(N_("Largest customer"), N_("Share of the largest customer")),
    ),
]

_COUNTS = [
    *_columns(
        "count",
        rank=(N_("Rank"), N_("1 is the largest")),
        n=N_("Number"),
        count=N_("Number"),
        accounts=N_("Customers"),
        orders=N_("Orders"),
        lines=N_("Invoice lines"),
        losers=(N_("Customers at a loss"), ""),
        earners=(N_("Customers that earn"), ""),
        break_even=(N_("Customers at break-even"), ""),
        peak_rank=(N_("Rank of the peak"), N_("Number of customers up to the peak")),
        hhi=(N_("Herfindahl index"), N_("Sum of squared shares in percent, 0–10 000")),
        hhi_lower=(N_("Herfindahl, least"), N_("If the unnamed rest is split evenly among very many")),
        hhi_upper=(N_("Herfindahl, most"), N_("If the unnamed rest is as concentrated as it can be")),
        suppliers=N_("Suppliers"),
        credit_lines=(N_("Number of credit lines"), N_("Invoice lines below zero")),
        rows=N_("Rows"),
    ),
    *_columns(
        "number",
        gini=(N_("Gini"), N_("0 all equal … 1 one customer has all")),
        effective_number=(
            N_("Effective number"),
            N_("Equally large customers that would give the same index"),
        ),
        rate=(N_("Rate per minute"), N_("Cost of the team over its practical minutes")),
        effective_lower=(N_("Effective number, least"), ""),
        effective_upper=(N_("Effective number, most"), ""),
        lines_per_order=(N_("Lines per order"), N_("Invoice lines over orders")),
        quantity=N_("Quantity"),
    ),
    *_columns(
        "minutes",
        minutes=N_("Minutes"),
        supplied_minutes=(N_("Minutes supplied"), N_("Minutes the team can really work")),
        used_minutes=(N_("Minutes used"), N_("Minutes that customers asked for")),
        unused_minutes=(
            N_("Minutes not used"),
            N_("Supplied less used; negative when more was asked than is there"),
        ),
        practical_minutes=(N_("Practical minutes"), N_("Minutes the team can really work")),
    ),
    *_columns(
        "flag",
        ok=(N_("Ties"), N_("Whether the difference is within the tolerance")),
        sign_change=(N_("Changes sign"), N_("Earns money by one view and loses it by the other")),
        considered=N_("Considered"),
    ),
]

_SEGMENTS = [
    *_columns(
        "word",
        segment=(N_("Segment"), N_("Called by the need that matters most in it")),
        before=N_("From"),
        after=N_("To"),
        abc=(N_("Class"), N_("A, B or C by revenue")),
    ),
    *_columns(
        "text",
        segment_id=(N_("Segment number"), N_("S1 is the largest")),
        item_id=N_("Item"),
        text=(N_("Need"), N_("In the words of the questionnaire")),
        names=(N_("Customers"), N_("The largest of them")),
        instrument=N_("Questionnaire"),
        wants_1=(N_("Wants most"), N_("Highest importance in the segment")),
        wants_2=N_("Then"),
        wants_3=N_("And"),
        least=(N_("Wants least"), N_("Lowest importance in the segment")),
        convention=(N_("Convention"), N_("Which curves the range is a crossing of")),
    ),
    *_columns(
        "share",
        revenue_share=(N_("Share of revenue"), N_("Of the revenue of all customers")),
        profit_margin=(N_("Profit margin"), N_("Customer profit over pocket revenue")),
        revenue_growth=(N_("Growth"), N_("Against the period of the same length before")),
        price_level=(N_("Price level"), N_("Paid over what all pay on average for the same products")),
        premium=(N_("Price against average"), N_("Price level less 100 %")),
        premium_low=(N_("Lowest"), N_("90 of 100 samples lie above or below it")),
        premium_high=(N_("Highest"), N_("90 of 100 samples lie below or above it")),
        covered=(N_("Compared"), N_("Share of the invoiced amount that can be compared")),
        shared=(
            N_("Also bought by others"),
            N_("Share of the compared amount in products that others buy too"),
        ),
        derived=(N_("Share in satisfaction"), N_("Of what the needs explain together")),
        derived_low=(N_("Lowest share"), N_("5 of 100 samples lie under it")),
        derived_high=(N_("Highest share"), N_("5 of 100 samples lie over it")),
        derived_cut=(N_("Mean share"), ""),
    ),
    *_columns(
        "money",
        previous_revenue=(N_("Revenue before"), N_("Of the period of the same length before")),
        compared_amount=(N_("Compared revenue"), N_("Invoice lines with a product and a quantity")),
        expected_amount=(N_("At average prices"), N_("What the same products cost all on average")),
        premium_amount=(N_("Worth of the price"), N_("Compared revenue less the same at average prices")),
        opp=(N_("Fewest reject"), N_("Optimal price point: too cheap × too expensive")),
        ipp=(N_("Indifferent"), N_("Indifference price point: cheap × expensive")),
        lower=(N_("From"), N_("Lower end of the acceptable prices")),
        upper=(N_("To"), N_("Upper end of the acceptable prices")),
        lower_1976=(N_("From, 1976"), N_("As the paper of 1976 draws it")),
        upper_1976=(N_("To, 1976"), N_("As the paper of 1976 draws it")),
        opp_low=(N_("Fewest reject, lowest"), N_("5 of 100 samples lie under it")),
        opp_high=(N_("Fewest reject, highest"), N_("5 of 100 samples lie over it")),
        price=N_("Price"),
    ),
    *_columns(
        "number",
        fit=(N_("Fit"), N_("Silhouette width, or the lead of the theme: near 0 it could be another segment")),
        silhouette=(N_("Separation"), N_("Silhouette: 1 far apart, 0 not apart")),
        stability=(N_("Stability"), N_("Jaccard of the least stable segment when customers are drawn again")),
        mean_stability=(N_("Mean stability"), ""),
        importance=(N_("Importance"), N_("Standard deviations over the mean of all needs")),
        stated=(N_("Said"), N_("Mean importance on the scale of the questionnaire")),
        stated_cut=(N_("Mean said"), ""),
        weight=(N_("Relative weight"), N_("The weights add up to the explained variance")),
    ),
    *_columns(
        "count",
        k=N_("Segments"),
        smallest=(N_("Smallest segment"), N_("Customers in it")),
        respondents=N_("Respondents"),
        left_out=(N_("Left out"), N_("Respondents whose prices are out of order")),
        items=N_("Items"),
        complete=(N_("Complete"), N_("Customers of whom somebody answered every item")),
        incomplete=(N_("Incomplete"), N_("Customers of whom nobody answered some item: left out")),
        undecided=(N_("Undecided"), N_("Respondents who gave every item the same value")),
    ),
    *_columns(
        "flag",
        borderline=(N_("Borderline"), N_("Could stand in another segment as well")),
        stable=(N_("Stable"), N_("Every segment comes back when customers are drawn again")),
        chosen=N_("Chosen"),
    ),
]

_INVESTMENT = [
    *_columns(
        "word",
        treatment=(N_("Treatment"), N_("Invest, maintain, serve at low cost, or exit")),
        verdict=(N_("Verdict"), N_("Whether the plan earns the required return")),
        goal=(N_("Goal"), N_("What is wanted of these customers")),
        coverage=(N_("Coverage"), N_("Who serves them")),
        decision=(N_("Proposal"), N_("From verdict, certainty and treatment")),
        input=N_("Input"),
        shape=(N_("Response"), N_("Whether more hours bring less and less, or first ever more")),
    ),
    *_columns("text", unit=N_("Unit")),
    *_columns("year", seed=(N_("Seed"), N_("With it the simulation is the same again"))),
    *_columns(
        "money",
        benefit=(N_("Benefit"), N_("Additional contribution of the plan, times its probability")),
        investment=(N_("Investment"), N_("What the plan spends")),
        npv=(N_("Value today"), N_("Net present value at the required return")),
        mean=(N_("Mean value"), N_("Of the simulated futures")),
        planned=(N_("As planned"), N_("Net present value as planned")),
        low=(N_("Low"), N_("One future in twenty is worse")),
        high=(N_("High"), N_("One future in twenty is better")),
        revenue_uplift=(N_("Revenue uplift"), N_("Revenue beyond what would come without the programme")),
        incremental_contribution=(
            N_("Additional contribution"), N_("Beyond what would come without the programme"),
        ),
        programme_cost=(N_("Programme cost"), N_("What the programme spends")),
        net=(N_("Net flow"), N_("Contribution less cost")),
        discounted=(N_("In money of today"), N_("Net flow, discounted")),
        cumulative=(N_("Running total"), N_("Of the net flow")),
        cumulative_discounted=(N_("Running value"), N_("Of the discounted flow")),
        span=(N_("Span"), N_("Best less worst value")),
        npv_low=(N_("Value at the low end"), ""),
        npv_base=(N_("Base value"), ""),
        npv_high=(N_("Value at the high end"), ""),
        class_from=N_("From"),
        class_to=N_("To"),
        profit_now=(N_("Profit today"), N_("Customer profit before the menu")),
        saving=(N_("Saved service"), N_("Of those who stay; only what really goes away")),
        price_effect=(N_("Price"), N_("Price change of those who stay")),
        lost_margin=(N_("Lost margin"), N_("Pocket revenue less product cost of those who leave")),
        avoided_cost=(N_("Avoided cost"), N_("Cost to serve that leaves with them")),
        profit_effect=(N_("Effect on profit"), N_("All effects together, expected")),
        profit_then=(N_("Profit with the menu"), ""),
        stranded_cost=(N_("Stays behind"), N_("Cost of work that falls away and is paid all the same")),
        contribution_now=(N_("Contribution today"), N_("Pocket revenue less product cost")),
        contribution=(N_("Contribution then"), N_("With the proposed hours")),
        gain=(N_("Effect a year"), N_("Contribution then less today")),
    ),
    *_columns(
        "share",
        irr=(N_("Return a year"), N_("Internal rate of return")),
        roi=(N_("Return on cost"), N_("Contribution less cost, over cost")),
        break_even_uplift=(N_("Break-even uplift"), N_("Rise in revenue at which the plan earns its cost")),
        probability_of_loss=(N_("Below zero in"), N_("Share of simulated futures worth less than they cost")),
        standard_error=(N_("Simulation error"), N_("Standard error of that share")),
        cost_change=(N_("Service"), N_("Change of the cost to serve")),
        price_change=(N_("Price change"), N_("Of pocket revenue")),
        leave_probability=(N_("Leaves"), N_("Probability that the customer leaves")),
        avoidable_share=(N_("Avoidable"), N_("Share of the cost that goes away with the work")),
        uplift_at_10=N_("Uplift at a margin of 10 %"),
        uplift_at_20=N_("Uplift at a margin of 20 %"),
        uplift_at_30=N_("Uplift at a margin of 30 %"),
        uplift_at_40=N_("Uplift at a margin of 40 %"),
    ),
    *_columns(
        "number",
        payback=(N_("Payback, years"), N_("Until the money is back")),
        discounted_payback=(N_("Payback with interest, years"), N_("Until money and return are back")),
        unit_cost=(N_("Cost of one"), N_("Money: cost over the number of times it was done")),
        hours_now=(N_("Hours today"), N_("A year")),
        hours=(N_("Hours proposed"), N_("A year")),
        input_low=(N_("Low end"), N_("1 is as planned; a delay in years")),
        input_base=(N_("Most likely"), N_("1 is as planned; a delay in years")),
        input_high=(N_("High end"), N_("1 is as planned; a delay in years")),
        marginal_now=(N_("An hour more, today"), N_("Contribution of one more hour, money")),
        marginal=(N_("An hour more, then"), N_("Contribution of one more hour, money")),
    ),
    *_columns(
        "count",
        draws=N_("Futures"),
        incomplete_rows=(N_("Rows not counted"), N_("Rows of the plan without month or amount")),
    ),
    *_columns(
        "flag",
        close_call=(N_("Close call"), N_("The verdict fails in more than a quarter of the futures")),
        decided=(N_("Decided"), N_("Set by the management; else an assumption")),
    ),
]  # fmt: skip

_CHOICE = [
    *_columns(
        "number",
        attractiveness=(N_("Attractiveness"), N_("Score between 0 and 1, today")),
        attractiveness_horizon=(N_("Attractiveness, horizon"), N_("Score between 0 and 1 at the horizon")),
        score=(N_("Score"), N_("Sum of the contributions, between 0 and 1")),
        score_before=N_("Score before"),
        score_after=N_("Score after"),
        strength=(
            N_("Strength"),
            N_("Scale points by which the customer sees us ahead of the best alternative"),
        ),
        attractiveness_cut=N_("Cut of attractiveness"),
        strength_cut=N_("Cut of strength"),
        lead=(N_("Lead"), N_("Strength less its cut, scale points")),
        gate=(N_("Gate"), N_("Value that must be reached")),
        blind_spread=(N_("Spread, alone"), N_("Standard deviation over the judges, scale points")),
        consensus_spread=(
            N_("Spread, agreed"),
            N_("Standard deviation over the judges after discussion, scale points"),
        ),
        blind_w=(N_("Agreement, alone"), N_("Kendall's W")),
        consensus_w=(N_("Agreement, agreed"), N_("Kendall's W")),
        kendalls_w=(
            N_("Agreement"),
            N_("Kendall's W: 1 where all judges put the accounts in the same order"),
        ),
        outlier_deviation=(N_("Stood apart by"), N_("Mean distance from the other judges, scale points")),
        spread=(N_("Spread"), N_("Mean standard deviation over the judges, scale points")),
        scale_min=N_("Lowest value"),
        scale_max=N_("Highest value"),
    ),
    *_columns(
        "share",
        probability_any=(N_("Probability, any weights"), N_("Of being chosen, over all weights there are")),
        percent=(N_("Change in percent"), N_("Of the weight")),
    ),
    *_columns(
        "count",
        judges=N_("Judges"),
        subjects=(N_("Accounts"), N_("Judged by all")),
        rank_low=(N_("Best rank"), N_("Nine in ten weights rank it between this and the worst")),
        rank_middle=N_("Middle rank"),
        rank_high=N_("Worst rank"),
        invest=N_("Invest"),
        maintain=N_("Maintain"),
        cost_efficient=N_("Serve cost-efficiently"),
        exit=N_("Exit"),
        not_scored=N_("Not scored"),
        accounts_low=(N_("From"), N_("Number of accounts")),
        accounts_high=(N_("To"), N_("Number of accounts")),
        accounts_chosen=(N_("Chosen here"), N_("Number of accounts")),
    ),
    *_columns(
        "money",
        worth=(N_("Worth"), N_("What growth as assumed would bring in a year")),
    ),
    *_columns(
        "flag",
        gate_failed=(N_("Gate failed"), N_("Out, whatever it scores")),
        key_today=N_("Key account today"),
        flips_easily=(
            N_("Flips easily"),
            N_("A weight moved by five points of a hundred, or a quarter point of strength, turns it"),
        ),
        sure=(
            N_("Sure"),
            N_("Chosen for at least nine in ten weights near the agreed ones, and not easily flipped"),
        ),
        feasible=N_("Feasible"),
    ),
    *_columns(
        "word",
        cell=N_("Place"),
        cell_horizon=N_("Place at the horizon"),
        rule=(N_("Rule"), N_("The rule that decided the treatment")),
        round=(N_("Round"), N_("Scored alone, or after discussion")),
    ),
    *_columns(
        "text",
        criterion=N_("Criterion"),
        rival=(N_("Rival"), N_("Whom it would change places with")),
        outlier_role=(N_("Stood apart"), N_("Role that scored furthest from the others")),
    ),
]

_RELATIONSHIPS = [
    *_columns(
        "text",
        account=N_("Customer"),
        contact_id=N_("Contact number"),
        title=N_("Title"),
        person_id=N_("Our person"),
        concerns=(N_("Concerns"), N_("Our person who alone holds the tie, or the contact it doubles")),
        task=N_("Task"),
        role=N_("Role"),
        holders=(N_("Held by"), N_("Our people who hold it, or whose place is empty")),
        named=(N_("Most named"), N_("Whom most of those asked name as accountable")),
        double_of=(N_("Probably"), N_("The contact, or the deal, that it probably repeats")),
    ),
    *_columns(
        "word",
        level=N_("Level"),
        buying_role=N_("Role in the purchase"),
        issue=N_("To be mended"),
        defect=N_("Defect"),
        double_why=(N_("Differs in"), N_("What the two spellings differ in")),
    ),
    *_columns(
        "share",
        share_of_wallet=N_("Share of wallet"),
        power_reached=(
            N_("Power reached"),
            N_("Of the contacts' power, with whom a tie is at least of depth 2"),
        ),
        link_density=(N_("Link density"), N_("Of all ties there could be between their people and ours")),
        multi_thread=(N_("Known twice"), N_("Decision-makers whom at least two of us know")),
        single_thread_power=(N_("Power on one thread"), N_("Power of contacts whom exactly one of us knows")),
        level_match=(N_("Executives matched"), N_("Executives whom one of our executives knows")),
        share_lost=(N_("Power lost"), N_("Of the power we reach, what only this person knows")),
        agreement=(N_("Agreement"), N_("Those asked who name the person most often named")),
        lowest=(N_("Worst task"), N_("Agreement on the task with the least")),
        as_agreed=(N_("As agreed"), N_("Those asked who name the one in the agreed roles")),
    ),
    *_columns(
        "number",
        support=(N_("Support"), N_("Attitude weighted by power: −1 against us … +1 for us")),
        power=(N_("Power"), N_("0 none … 3 decides")),
        attitude=(N_("Attitude"), N_("−2 against us … +2 for us")),
        depth=(N_("Depth"), N_("0 none … 4 in depth")),
        desired_depth=(N_("Depth wanted"), N_("0 none … 4 in depth")),
        gap=(N_("Short by"), N_("Depth wanted less depth")),
    ),
    *_columns(
        "count",
        contacts=(N_("Contacts"), N_("People at the customer")),
        people=(N_("Our people"), N_("Who have a tie there")),
        unrated=(N_("Without power"), N_("Contacts whose power nobody has stated")),
        deciders=(N_("Decision-makers"), N_("Contacts stated to decide or approve")),
        deciders_unreached=(N_("Not known"), N_("Decision-makers whom none of us knows")),
        deciders_one_thread=(N_("Known to one"), N_("Decision-makers whom exactly one of us knows")),
        bus_factor=(N_("Half hangs on"), N_("Fewest of us whose leaving cuts half of the power reached")),
        unowned=(N_("Without owner"), N_("Contacts whom none of us knows")),
        unmet_depth=(N_("Less deep than wanted"), N_("Ties below the depth we want")),
        executives=(N_("Executives"), N_("Of the customer")),
        matched_executives=(N_("Matched"), N_("Executives whom one of our executives knows")),
        contacts_lost=(N_("Only here"), N_("Contacts whom only this person knows")),
        accounts_cut=(N_("Cut by half"), N_("Accounts where half of the power reached would go")),
        rest=(N_("Not shown"), N_("Contacts of the account beyond those shown")),
        days=(N_("Days"), N_("Since the last contact")),
        tasks=N_("Tasks"),
        candidates=(N_("May be"), N_("How many persons the spelling fits")),
        accountable=(N_("Accountable"), N_("Tasks with an A")),
        responsible=(N_("Responsible"), N_("Tasks with an R")),
        in_depth=(N_("In depth"), N_("Contacts at depth 3 or 4")),
        issues=N_("Cases"),
    ),
    *_columns("date", last_contact=N_("Last contact")),
    *_columns(
        "money",
        revenue_at_risk=(N_("Revenue there"), N_("Of the accounts where half of the power reached would go")),
    ),
]

_PROGRAMME = [
    *_columns(
        "word",
        design=(N_("Compared"), N_("Who is compared with whom")),
        condition=N_("Condition"),
        collect=(N_("What to collect"), N_("So that the next run can tell")),
        figure=N_("Figure"),
        counted_as=(N_("Counted as"), N_("Times, fraction or number")),
        cost_basis=(N_("Cost of extra sales"), N_("What grows with them")),
    ),
    *_columns(
        "share",
        uplift=(N_("More sold"), N_("Than would have been without the programme")),
        uplift_low=(N_("At least"), N_("Low end of the 95 % interval")),
        uplift_high=(N_("At most"), N_("High end of the 95 % interval")),
        band_low=(N_("Band, low"), N_("95 % for all rows together")),
        band_high=(N_("Band, high"), N_("95 % for all rows together")),
        overall=(N_("Mean since joining"), ""),
        overall_low=(N_("Mean, low"), N_("Low end of the 95 % interval")),
        overall_high=(N_("Mean, high"), N_("High end of the 95 % interval")),
        of_first_year=(N_("Of the first year"), N_("Of a mean quarter of the first year")),
        grown=(N_("Growth"), N_("From the first year to the last")),
        contribution_rate=(N_("Contribution rate"), N_("Of the key accounts' invoiced revenue")),
    ),
    *_columns(
        "number",
        log_effect=(N_("Log points"), N_("Difference of natural logarithms")),
        p_value=(N_("p"), N_("Chance of as much where nothing was done")),
        permutation_p=(N_("p by chance"), N_("Share of random choices of key accounts that show as much")),
        placebo_p=(N_("p of an early start"), N_("Chance of as much before anything was done")),
        condition_found=(N_("Found"), N_("A count, or a probability")),
        condition_needed=(N_("Needed"), N_("At least")),
        published=(N_("Published"), N_("Fractions as such: 0.32 is 32 %")),
        here=(N_("Here"), N_("Fractions as such: 0.32 is 32 %")),
        here_low=(N_("Low"), N_("Low end of the 95 % interval")),
        here_high=(N_("High"), N_("High end of the 95 % interval")),
        times_as_much=(N_("Times as much"), N_("Last year over first")),
    ),
    *_columns(
        "count",
        controls=(N_("Compared with"), N_("Accounts outside the programme, or not yet in it")),
        months_since=(N_("Months since joining"), N_("Of the first month of the row")),
        months_in_row=(N_("Months in the row"), ""),
        joined=(N_("Joined"), N_("Key accounts that joined in the quarter")),
        alike=(
            N_("Began alike"),
            N_("Customers whose first year was half to twice as large, itself among them"),
        ),
        alike_grown=(N_("Of them grown so"), ""),
        years=(N_("Years"), ""),
    ),
    *_columns(
        "money",
        first_year=N_("First year"),
        last_year=N_("Last year"),
        extra_revenue=(N_("Extra sales"), N_("What would not have been sold without the programme")),
        extra_contribution=N_("Extra contribution"),
        net_low=(N_("Net, low"), N_("At the low end of the extra sales")),
        net_high=(N_("Net, high"), N_("At the high end of the extra sales")),
    ),
    *_columns(
        "month", quarter=N_("Quarter from"), joined_from=(N_("Joined"), N_("First month in the programme"))
    ),
    *_columns("flag", in_programme=N_("In the programme")),
]

_OFFERS = [
    *_columns(
        "money",
        sales=N_("Our sales"),
        wallet=(N_("Wallet"), N_("What the customer buys in all, from anybody")),
        other_sales=(N_("Other sales"), N_("Our sales in families whose wallet is not known")),
        with_wallet=(N_("Wallet known"), N_("Our sales to customers and families whose wallet is stated")),
        other_families=(N_("Other families"), N_("To the same customers, in families without a wallet")),
        no_family=(N_("No family"), N_("To the same customers, of products without family")),
        no_wallet=(N_("No wallet"), N_("To customers of whom no wallet is stated")),
        potential=(N_("Potential"), N_("Wallet times the share we aim for, times how far we fit")),
        current=(N_("Today"), N_("What the customer buys from us now")),
        gap=(N_("White space"), N_("Potential less what the customer buys from us now")),
        expected_value=(N_("Expected"), N_("Weighed by how sure it is and how likely to come")),
        open_before=(N_("White space before"), N_("Of the year before, in cells with one")),
        gained=(N_("Gained"), N_("By how much sales in these cells have grown")),
        reference_price=(N_("Next best alternative"), N_("Its price, a year")),
        premium_asked=(N_("Premium"), N_("Our price less that of the next best alternative")),
        driver_value=(N_("Value added"), N_("Sum of the value drivers, a year")),
        confirmed_value=(N_("Confirmed"), N_("What of the value the customer has confirmed")),
        economic_value=(N_("Worth to the customer"), N_("Next best alternative plus value added")),
        customer_surplus=(N_("Left for the customer"), N_("Worth to the customer less our price")),
        confirmed_surplus=(N_("Confirmed less premium"), N_("Below zero the premium rests on estimates")),
        our_cost=(N_("Our cost, estimated"), N_("At the product cost of the customer's other sales")),
        one_off=(N_("Once"), N_("Comes one time and stands in no yearly figure")),
        unit_value=(N_("Value of a unit"), N_("Of the metric; negative where ours is worse")),
        price_worth=(N_("Price"), N_("Effect of one per cent, a year")),
        variable_cost_worth=(N_("Variable cost"), N_("Effect of one per cent, a year")),
        volume_worth=(N_("Volume"), N_("Effect of one per cent, a year")),
        fixed_cost_worth=(N_("Cost to serve"), N_("Effect of one per cent, a year")),
        contribution_given=(N_("Given away"), N_("What the discount costs at today's volume")),
    ),
    *_columns(
        "share",
        share_before=(N_("Share, year before"), N_("Of the wallet of that year")),
        uncertain_share=(N_("Uncertain"), N_("Part of the wallets that is an estimate or a guess")),
        filled_share=(N_("Filled in a year"), N_("Gained over the white space of the year before")),
        captured_share=(N_("Premium of the value"), N_("Premium over the value added")),
        customer_share=(N_("Customer keeps"), N_("Of what the offer is worth more than it costs us")),
        price_share=(N_("Price, of profit"), N_("Effect of one per cent, as a fraction of profit")),
        margin_rate=(N_("Margin"), N_("Contribution 1 over pocket revenue")),
        discount=N_("Discount"),
        volume_needed=(N_("Volume needed"), N_("More than today, to make up for the discount")),
        volume_to_lose=(N_("Volume to lose"), N_("What a price increase of the same size may cost")),
    ),
    *_columns(
        "count",
        months_sold=(N_("Months"), N_("Of the year that the sales cover")),
        families=(N_("Families"), N_("Whose wallet is known")),
        accounts_with_wallet=(N_("Customers with a wallet"), ""),
        accounts_without_sales=(N_("Of them without sales"), N_("A prospect, or the wallet of a parent")),
        offers=N_("Offers"),
        drivers=N_("Value drivers"),
        accounts_above=(N_("Left out"), N_("Customers whose sales exceed the wallet")),
        rising=(N_("Rising"), N_("Customers whose share rose by a point or more")),
        falling=(N_("Falling"), N_("Customers whose share fell by a point or more")),
        cells=(N_("Cells"), N_("Customer and family")),
    ),
    *_columns(
        "number",
        baseline=N_("Today's value"),
        target=N_("Value wanted"),
    ),
    *_columns(
        "flag",
        above_wallet=(N_("Above the wallet"), N_("Sales exceed the wallet: one of the two is wrong")),
        never=(N_("Never"), N_("No volume makes up for the discount")),
        once=(N_("Once"), N_("Comes one time, not every year")),
        confirmed=(N_("Confirmed"), N_("By the customer")),
        repeated=(N_("Twice?"), N_("The same driver or metric stands twice in the plan")),
    ),
    *_columns(
        "text",
        offer=N_("Offer"),
        driver=N_("Value driver"),
        metric=N_("Measured in"),
    ),
    *_columns(
        "word",
        cause=(N_("Likely cause"), N_("Why sales exceed the wallet")),
        missing=(N_("Lacks"), N_("What an incomplete offer lacks")),
        standing=(N_("Standing"), N_("Whether what the customer has confirmed covers our premium")),
        evidence=N_("Evidence"),
    ),
]

_OPPORTUNITIES = [
    *_columns(
        "text",
        opportunity_id=(N_("Deal"), N_("Number of the deal")),
        stage=(N_("Stage"), N_("In the client's own words")),
        owner=N_("Owner"),
        later=(N_("Entered later"), N_("The deal that probably repeats it")),
        later_bu_id=N_("Its unit"),
        later_owner=N_("Its owner"),
    ),
    *_columns(
        "word",
        outcome=N_("Outcome"),
        basis=(N_("Basis"), N_("Deals of the stage, or of all stages where it has no decided ones")),
        dimension=N_("By"),
        counted_as=(N_("Counted as"), N_("Whether the deal counts in the pipeline, or why not")),
        item=N_("What"),
        line=N_("Line"),
    ),
    *_columns(
        "count",
        won=N_("Won"),
        lost=N_("Lost"),
        closed=(N_("Decided"), N_("Won and lost")),
        open=N_("Open"),
        deals=N_("Deals"),
        unknown=(N_("Outcome not known"), N_("Closed, and nobody says how")),
        without_amount=N_("Without amount"),
        without_date=N_("Without date"),
        at_risk=(N_("Earlier deals so old"), N_("Deals that were still open at that age")),
        late=N_("Late"),
        told=N_("Known"),
        untold=N_("Not known"),
        open_untold=(N_("Of these open"), N_("Open deals that do not say it")),
        age_from=(N_("Age from"), N_("Days since it was entered")),
        age_to=(N_("Age to"), N_("Days since it was entered")),
        age_days=(N_("Age"), N_("Days since it was entered")),
        mean_days=(N_("Days late, mean"), N_("Behind the expected day")),
        median_days=(N_("Days late, median"), N_("Behind the expected day")),
        worst_days=(N_("Days late, worst"), N_("Behind the expected day")),
        days_apart=(N_("Days apart"), N_("Between the two entries")),
        hours_so_far=(N_("Hours so far"), N_("Of this deal and all that rank before it")),
    ),
    *_columns(
        "share",
        win_rate=(N_("Win rate"), N_("Won over won and lost; open deals in neither")),
        shrunk=(N_("Chance taken out"), N_("Win rate drawn to the mean, more where it rests on few deals")),
        value_rate=(N_("Win rate by value"), N_("Amount won over amount won and lost")),
        value_shrunk=(N_("By value, chance taken out"), ""),
        probability=(N_("Probability"), N_("Of winning, as earlier deals turned out; open ones allowed for")),
        history=(N_("By history"), N_("Probability drawn to the mean of the stages")),
        history_low=(N_("At least"), N_("Low end of the 95 % interval")),
        history_high=(N_("At most"), N_("High end of the 95 % interval")),
        unresolved=(N_("Unresolved"), N_("Older than any deal that was ever decided")),
        seller=(N_("Sellers"), N_("Mean of the sellers' own probability")),
        seller_probability=(N_("Seller's own"), N_("Probability that the seller gives")),
        crm=(N_("System"), N_("Probability that the client's system assumes")),
        said=(N_("Said"), N_("Mean of the probability that sellers gave")),
        said_from=N_("Said from"),
        said_to=N_("Said to"),
        won_share=(N_("Came"), N_("Share of these deals that was won")),
        won_low=(N_("At least"), N_("Low end of the 95 % interval")),
        won_high=(N_("At most"), N_("High end of the 95 % interval")),
        late_share=N_("Share late"),
        amount_gap=(N_("Amounts apart"), N_("Of the larger amount")),
        optimism=(N_("Optimism"), N_("What sellers said less what came")),
        value_bias=(N_("Forecast over won"), N_("Amount forecast over amount won, less 1")),
    ),
    *_columns(
        "number",
        factor=(N_("Effect of age"), N_("On the probability of the stage, as far as it is more than chance")),
        effort=(N_("Hours"), N_("That the deal still takes")),
        multiple=(N_("Multiple"), N_("Worth over the customer's life, of a first year's margin")),
        coverage_ratio=(N_("Covered"), N_("Amount due within a year over what is wanted")),
        needed=(N_("Needed"), N_("Coverage that the win rate by value asks for")),
        seller_brier=(N_("Brier score, sellers"), N_("0 is best")),
        base_brier=(N_("Brier score, one average"), N_("0 is best")),
        history_brier=(N_("Brier score, history"), N_("0 is best")),
    ),
    *_columns(
        "money",
        later_amount=N_("Its amount"),
        won_value=N_("Amount won"),
        closed_value=N_("Amount decided"),
        open_amount=N_("Amount open"),
        counted_amount=N_("Amount counted"),
        double_amount=N_("Amount booked twice"),
        no_precedent_amount=N_("Amount without precedent"),
        no_history_amount=N_("Amount without history"),
        weighted=(N_("Expected"), N_("Probability by history times amount")),
        sd=(N_("Spread"), N_("Standard deviation if deals were independent")),
        seller_weighted=(N_("Sellers expect"), N_("Sellers' own probability times amount")),
        wanted=N_("Wanted"),
        in_period=N_("Due within a year"),
        per_day=(N_("Won per day"), N_("If the pipeline goes on as it went")),
        expected_margin=(N_("Expected contribution"), N_("Probability times amount times margin")),
        return_per_hour=(N_("Per hour"), N_("Expected contribution over the hours it still takes")),
    ),
    *_columns("date", created=N_("Entered"), expected_close=N_("Expected"), today=N_("As of")),
    *_columns("flag", overdue=(N_("Overdue"), N_("The expected day has passed"))),
]

_CAPABILITY = [
    *_columns(
        "word",
        area=N_("Area"),
        phase=(N_("Phase"), N_("A scoping, B introducing, C embedding, D optimising")),
        background=N_("Background"),
        learn_from=(N_("Learn from"), N_("The background that has the level")),
        view=(N_("Judged by"), N_("Manager, or the person alone")),
        problem=N_("Problem"),
        practice=N_("Practice"),
        measure=(N_("Measure"), N_("What is counted, and will show an improvement")),
        question=N_("Question"),
        improvement=N_("Improvement"),
        source=N_("From"),
        action=N_("What is done"),
        effort_grade=(N_("Effort"), N_("Low: a rule; medium: each account; high: pay, prices, skills")),
        progress=(N_("Since last run"), N_("Nearer to the target, or further from it")),
        came=(N_("What came"), N_("Whether the figure has risen or fallen since")),
    ),
    *_columns(
        "text",
        weakest=(N_("Weakest item"), N_("Lowest median in the area")),
        skill=N_("Skill"),
        found_at=(N_("Where"), N_("Accounts, people or skills it was found at")),
        needs=(N_("Needs"), N_("Tables without which it cannot be assessed")),
        detail=N_("In words"),
        expected=(N_("Expected"), N_("When it was decided")),
    ),
    *_columns(
        "number",
        least_stage=(N_("Least"), N_("Median of the weakest item")),
        median=(N_("Median"), N_("Over items and raters")),
        rater_low=(N_("Lowest rater"), N_("Median of the rater who puts it lowest")),
        rater_high=(N_("Highest rater"), N_("Median of the rater who puts it highest")),
        required=(N_("Required"), N_("Level asked for")),
        present=(N_("Present"), N_("Level of the middle person")),
        own_view=(N_("Own view"), N_("Level that the middle person sees in itself")),
        shortfall=(N_("Short by"), N_("Steps that the middle person lacks")),
        distance=(N_("Own view higher by"), N_("Mean, in steps of the scale")),
        icc=(N_("Correlation"), N_("Intraclass: 1 where both give the same")),
        kappa=(N_("Kappa"), N_("Weighted: 1 where both give the same, 0 at chance")),
        part=(N_("Part"), N_("What was counted")),
        whole=(N_("Whole"), N_("Out of which it was counted")),
        key_figure=(N_("Key accounts"), N_("In the unit of the line; shares as fractions")),
        rest_figure=(N_("The rest"), N_("In the unit of the line; shares as fractions")),
        then=N_("Then"),
        now=N_("Now"),
        moved=(N_("Change since"), N_("Now less then")),
    ),
    *_columns(
        "count",
        raters=N_("Raters"),
        short=(N_("People short"), N_("By a full step or more")),
        order=(N_("Order"), N_("What to learn first")),
        pairs=(N_("Pairs"), N_("Person and skill that both have rated")),
    ),
    *_columns(
        "share",
        limit=(N_("Line"), N_("What is borne, or asked for")),
        short_share=(N_("Share short"), N_("Of the people")),
        higher=(N_("Higher"), N_("Share of pairs in which the own view is the higher one")),
        value_before=(N_("In the last run"), ""),
    ),
    *_columns("money", effect=(N_("At stake"), N_("In the period"))),
    *_columns("date", review=(N_("Due"), N_("Day to look at it again"))),
    *_columns(
        "flag",
        lacking=(N_("Lacking"), N_("The middle person is a full step short")),
        flatters=(N_("Flatters"), N_("Own view higher by half a step or more")),
        found=N_("Problem"),
        assessed=N_("Assessed"),
    ),
]

_RISK = [
    *_columns(
        "money",
        avoidable_cost=(
            N_("Cost that falls away"),
            N_("Booked on the account below its contribution; it leaves with the account"),
        ),
        idle_cost=(
            N_("Time left idle"),
            N_("Cost of the teams' time for this account, which stays when it goes"),
        ),
        ebit_change=(
            N_("Change of EBIT"),
            N_("What its loss would do to EBIT within the year; negative is lost"),
        ),
        ebit_after=(N_("EBIT after"), N_("EBIT without the accounts lost so far")),
        expected_loss=(N_("Expected loss"), N_("Probability times the change of EBIT")),
        transfers=(N_("Transfers"), N_("What the unit buys from other units, less what it sells them")),
        result=(N_("Result"), N_("Contribution less transfers")),
        group_result=(N_("Result of the group"), N_("What all units together earn with the account")),
        unit_result=(N_("Result of the unit"), N_("What this unit earns, or loses")),
        cost_below=(N_("Cost below the line"), N_("Gross margin less contribution")),
        revenue_before=N_("Revenue before"),
        revenue_change=N_("Change of revenue"),
        profit_before=N_("Profit before"),
        profit_change=N_("Change of profit"),
        ebit=N_("EBIT"),
    ),
    *_columns(
        "share",
        share_of_ebit=(N_("Share of EBIT"), N_("EBIT lost over all EBIT")),
        share_of_group=(
            N_("Of the group's result"),
            N_("The unit's loss over what the group earns with the account"),
        ),
        sales_growth=(N_("Growth of sales"), N_("Against the period before")),
        return_on_sales=(N_("Profit over revenue"), N_("Of the account or unit")),
        ratio=(N_("Left of it"), N_("Recent over usual, with the change of all others taken out")),
        place=(N_("Place on the scale"), N_("0% is the lowest answer, 100% the highest")),
        place_low=(N_("At least"), N_("Lower end of the 95% interval")),
        place_high=(N_("At most"), N_("Upper end of the 95% interval")),
        achieved=N_("Value"),
        anchor_low=N_("No points at"),
        anchor_high=N_("All points at"),
        possible=(N_("Possible points"), N_("Weight of the part over the weight that is known")),
        points=N_("Points"),
        achieved_before=N_("Value before"),
        achieved_change=N_("Change of the value"),
        points_change=(N_("Change of points"), N_("On the parts known both times")),
        satisfaction=N_("Satisfaction"),
        known_weight=(N_("Weight known"), N_("Share of the weights that the score rests on")),
        score_change=(N_("Change of the score"), N_("On the parts known both times")),
        assumed_low=N_("Assumed, at least"),
        assumed_high=N_("Assumed, at most"),
        observed=N_("Seen"),
        observed_low=(N_("Seen, at least"), N_("Lower end of the 95% interval")),
        observed_high=(N_("Seen, at most"), N_("Upper end of the 95% interval")),
        rate_low=(N_("Rate, at least"), N_("Lower end of the 95% interval")),
        rate_high=(N_("Rate, at most"), N_("Upper end of the 95% interval")),
        revenue_rate=N_("Share of revenue lost"),
    ),
    *_columns(
        "number",
        months_to_replace=(
            N_("Months to replace"),
            N_("Until new customers bring as much, at the pace of the last three years"),
        ),
        usual=(N_("Usual"), N_("Of a month, in the twelve months before")),
        recent=(N_("Recent"), N_("Of a month, in the last six months")),
        q_value=(N_("q-value"), N_("Share of false alarms to be expected down to this row")),
        half_width=(N_("±"), N_("Half the 95% interval")),
        rating=(N_("Rating"), N_("On the scale of the question")),
        base=(N_("Base"), N_("What the figure is a share of")),
    ),
    *_columns(
        "count",
        conflicts=(N_("Accounts in conflict"), N_("Good for the group and bad for a unit")),
        rank_above=N_("Rank by revenue"),
        rank_below=N_("Rank by result"),
    ),
    *_columns(
        "minutes",
        idle_minutes=N_("Minutes left idle"),
    ),
    *_columns(
        "flag",
        warned=N_("Warning"),
    ),
    *_columns(
        "word",
        sign=(N_("Sign"), N_("What has fallen")),
        reputation=(N_("Reputation"), N_("What its loss would do to our name")),
        asked=N_("Asked"),
        largest=N_("Moved most by"),
        direction=N_("Direction"),
        element=N_("Part of the score"),
        news=N_("News"),
        state=N_("State"),
        assumption=N_("Assumption"),
    ),
    *_columns(
        "text",
        reputation_reason=N_("Why this grade"),
        key=N_("Decision"),
        settled=N_("Decided"),
        by=N_("By"),
        why=N_("Why"),
        at=N_("At"),
    ),
]

COLUMNS: dict[str, ResultColumn] = {
    c.name: c
    for c in (
        *_IDENTITY,
        *_TIME,
        *_MARKET,
        *_LADDER,
        *_PROFIT,
        *_COUNTS,
        *_INVESTMENT,
        *_CHOICE,
        *_SEGMENTS,
        *_RELATIONSHIPS,
        *_PROGRAMME,
        *_OFFERS,
        *_OPPORTUNITIES,
        *_CAPABILITY,
        *_RISK,
    )
}

WORDS: dict[str, str] = CAPABILITY_WORDS | {
    "range": N_("Range"),
    "not stated": N_("Not stated"),
    "customers": N_("Customers"),
    "staff": N_("Staff"),
    "owners": N_("Owners"),
    "nps": N_("Net promoter score"),
    "gone": N_("Gone"),
    "up": N_("Up"),
    "down": N_("Down"),
    "taken": N_("Taken"),
    "superseded": N_("Replaced"),
    "withdrawn": N_("Withdrawn"),
    "in force": N_("In force"),
    "holds": N_("Holds"),
    "holds again": N_("Holds again"),
    "less than assumed": N_("Less than assumed"),
    "more than assumed": N_("More than assumed"),
    "no longer holds": N_("No longer holds"),
    "not known": N_("Not known"),
    "programme_growth": N_("Growth by being a key account"),
    "kept": N_("Customers who stay a year"),
    "booked": N_("Booked"),
    "booked_twice": N_("Booked twice"),
    "no_precedent": N_("Older than any decided deal"),
    "no_history": N_("Without history"),
    "no_amount": N_("Without amount"),
    "counted": N_("Counted"),
    "judged": N_("Counted"),
    "expected_by_history": N_("Expected, by history"),
    "expected_by_sellers": N_("Expected, by the sellers"),
    "all_key_accounts": N_("All key accounts, each from its own start"),
    "joined_together": N_("Those that joined together"),
    "nearest_accounts": N_("Against the three nearest in size, growth and industry"),
    "placebo_start": N_("A start that never was, half a year early"),
    "key_accounts_left_out": N_("Key accounts left out: sales too short or with gaps"),
    "candidates_left_out": N_("Candidates left out: sales with gaps"),
    "key_accounts_known": N_("Key accounts are named"),
    "starts_known": N_("Their start is known"),
    "key_accounts_long": N_("Key accounts with a year of sales before and three months after"),
    "comparison_accounts": N_("Accounts outside the programme to compare with"),
    "trend_before": N_("They moved alike before (probability)"),
    "placebo": N_("An early start shows nothing (probability)"),
    "collect_starts": N_("Accounts: the day each key account joined (kam_start)"),
    "collect_longer_sales": N_("Sales of at least a year before the first start"),
    "collect_considered": N_("Accounts: who was a candidate and not chosen (considered)"),
    "collect_reasons": N_("Candidates not chosen, older sales, and why each account was chosen"),
    "key_accounts": N_("Key accounts"),
    "candidates": N_("Candidates not chosen"),
    "matched": N_("Accounts like them"),
    "others": N_("All other customers"),
    "multiple": N_("Times"),
    "share": N_("Fraction"),
    "count": N_("Number"),
    "only_goods": N_("Only the goods"),
    "goods_and_service": N_("Selling and service too"),
    "no_start": N_("Start not known"),
    "no_sales": N_("No sales"),
    "short_before": N_("Less than a year of sales before the start"),
    "short_after": N_("Less than three months since the start"),
    "gap_in_sales": N_("A month or quarter without sales"),
    "revenue": N_("Revenue"),
    "deduction": N_("Deductions"),
    "transfer": N_("Transfers between units"),
    "sustaining": N_("Business-sustaining cost"),
    "excluded": N_("Excluded"),
    "market": N_("Market"),
    "account": N_("Customer"),
    "total": N_("Total"),
    "change": N_("Change"),
    "carriage_trade": N_("Carriage trade"),
    "passive": N_("Passive"),
    "aggressive": N_("Aggressive"),
    "bargain_basement": N_("Bargain basement"),
    "earn": N_("Earns money"),
    "lose": N_("Loses money"),
    "break_even": N_("Breaks even"),
    "active": N_("Active"),
    "lost": N_("Lost"),
    "prospect": N_("Prospect"),
    "unassigned": N_("Not assigned"),
    "blind": N_("Alone"),
    "consensus": N_("After discussion"),
    "strategic": N_("Attractive, we are ahead"),
    "star": N_("Attractive, others ahead"),
    "status": N_("Not attractive, we are ahead"),
    "streamline": N_("Neither attractive nor ahead"),
    "gate_failed_losing": N_("Gate failed, losing"),
    "gate_failed": N_("Gate failed"),
    "attractive_ahead_losing": N_("Attractive, ahead, but losing"),
    "attractive_ahead": N_("Attractive, ahead"),
    "becomes_attractive_ahead": N_("Becomes attractive, ahead"),
    "fades_ahead": N_("Fades, ahead"),
    "attractive_behind_losing": N_("Attractive, behind, losing"),
    "attractive_behind": N_("Attractive, behind"),
    "unattractive_ahead_losing": N_("Not attractive, ahead, losing"),
    "unattractive_ahead": N_("Not attractive, ahead"),
    "unattractive_behind_losing": N_("Neither, losing"),
    "unattractive_behind": N_("Neither"),
    "mcdonald_woodburn": N_("McDonald & Woodburn: 15 to 35"),
    "few_of_many": N_("A twentieth of the customers; 10 to 20 in practice"),
    "half_of_sales": N_("As many as make half of the sales"),
    "stretched": N_("15 to 50, stretched to 75"),
    "not_scored": N_("Not scored"),
    "not_asked": N_("Not asked"),
    "no_revenue": N_("No revenue in the period"),
    "said_and_moves": N_("Spoken, and it moves"),
    "moves_unsaid": N_("Unspoken: ask about it"),
    "said_not_moving": N_("Spoken, hardly moves"),
    "neither": N_("Neither"),
    "invest": N_("Invest"),
    "maintain": N_("Maintain"),
    "cost_efficient": N_("Serve at low cost"),
    "exit": N_("Exit"),
    "not_placed": N_("Not placed"),
    "no_segment": N_("No segment"),
    "goal_invest": N_("Grow where the plan pays"),
    "goal_maintain": N_("Hold share and price"),
    "goal_cost_efficient": N_("Serve at lower cost"),
    "goal_exit": N_("New terms, or let go"),
    "goal_not_placed": N_("To be scored"),
    "coverage_invest": N_("Key-account team"),
    "coverage_maintain": N_("Named seller"),
    "coverage_cost_efficient": N_("Inside sales, online"),
    "coverage_exit": N_("Price list only"),
    "coverage_not_placed": N_("As today"),
    "earns_required_return": N_("Earns the required return"),
    "below_required_return": N_("Earns less than required"),
    "loses_money": N_("Loses money"),
    "not_judged": N_("Not judged: no required return"),
    "incomplete": N_("Plan incomplete"),
    "invest_in_steps": N_("Invest in steps: a close call"),
    "settle_treatment": N_("Settle first: not one to invest in"),
    "plan_first": N_("Plan first: cost or benefit not stated"),
    "required_return_first": N_("State the required return"),
    "do_not_invest": N_("Do not invest as planned"),
    "s_curve": N_("First ever more"),
    "concave": N_("Less and less"),
    "uplift": N_("Additional contribution"),
    "retention": N_("Share of it kept each year"),
    "ramp": N_("Delay of the contribution, years"),
    "profit_then": N_("Profit with the menu"),
    "all": N_("All"),
    "hierarchy": N_("Sales of more units than the wallet"),
    "hierarchy_or_wallet": N_("Hierarchy, or wallet too low"),
    "to_confirm": N_("To be confirmed"),
    "too_dear": N_("Costs more than it is worth"),
    "reference": N_("Next best alternative"),
    "estimated": N_("Estimated"),
    "measured": N_("Measured"),
    "executive": N_("Executive"),
    "management": N_("Management"),
    "operational": N_("Operational"),
    "user": N_("User"),
    "evaluator": N_("Evaluator"),
    "decision_maker": N_("Decides"),
    "approver": N_("Approves"),
    "influencer": N_("Influences"),
    "gatekeeper": N_("Gatekeeper"),
    "decider_unreached": N_("Decides; no tie of ours"),
    "decider_one_thread": N_("Decides; one tie only"),
    "no_counterpart": N_("Executive; no counterpart of ours"),
    "double": N_("Probably one person twice"),
    "unowned": N_("Contact without owner"),
    "no_a": N_("Nobody accountable"),
    "several_a": N_("Several accountable"),
    "no_r": N_("Nobody responsible"),
    "unfilled": N_("Role without a person"),
    "not_assigned": N_("Task not assigned"),
    "case": N_("Capitals"),
    "accents": N_("Accents"),
    "order": N_("Order"),
    "titles": N_("Titles"),
    "initials": N_("Initials"),
    "same": N_("Nothing"),
}


_KINDS_IN: dict[str, dict[str, Kind]] = {
    "allocation": {"source": "money"},
    "eight_problems": {"value": "share", "reading": "word"},
    "five_practices": {"value": "share", "reading": "word"},
    "improvements": {"value": "share", "target": "share"},
    "improvement_list": {"value": "share", "target": "share"},
}


def kinds_in(table: str) -> dict[str, Kind]:
    """Kinds of the columns that mean something else in one table, or in one exhibit, than in all others.

    >>> kinds_in("eight_problems")["value"]
    'share'
    """
    return _KINDS_IN.get(table, {})


def column(name: str, values: pd.Series | None = None, table: str = "") -> ResultColumn:
    """The column's definition; one that nobody defined reads as its name, written as its values ask.

    Parameters
    ----------
    name : column of a result table.
    values : its values, which decide the kind of a column that is not defined.
    table : the table it stands in, where that is known; see :func:`kinds_in`.

    Examples
    --------
    >>> column("customer_profit").title
    'Customer profit'
    >>> column("days_late", pd.Series([3, 4])).kind
    'count'
    """
    if name in COLUMNS:
        defined = COLUMNS[name]
        return replace(defined, kind=kinds_in(table).get(name, defined.kind))
    return ResultColumn(
        name, name.replace("_", " ").capitalize(), "text" if values is None else _kind(values)
    )


def _kind(values: pd.Series) -> Kind:
    if pd.api.types.is_bool_dtype(values):
        return "flag"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if pd.api.types.is_integer_dtype(values):
        return "count"
    return "number" if pd.api.types.is_numeric_dtype(values) else "text"


_ADD_UP = frozenset(
    {c.name for c in _LADDER}
    | {"profit", "gross_margin", "revenue", "net_amount", "amount", "cost_to_serve", "cost", "unused_cost"}
    | {"attributable_profit", "absorbed_profit", "absorbed_cost", "orders", "lines", "credit_lines", "hours"}
    | {"supplied_minutes", "used_minutes", "unused_minutes", "minutes", "benefit", "investment", "npv"}
    | {"avoidable_cost", "idle_cost", "ebit_change", "expected_loss", "transfers", "result", "unit_result"}
    | {"cost_below", "revenue_before", "revenue_change", "profit_before", "profit_change"}
    | {"saving", "price_effect", "lost_margin", "avoided_cost", "profit_effect", "stranded_cost"}
    | {"premium_amount", "compared_amount", "expected_amount", "potential", "current", "gap"}
)


def adds_up(name: str) -> bool:
    """Whether the values of a column may be summed over customers, teams or deals.

    Shares, rates, ranks and running totals may not.

    >>> adds_up("customer_profit"), adds_up("cumulative_profit"), adds_up("margin")
    (True, False, False)
    """
    return name in _ADD_UP


_CAVEATS = {"gross_margin": N_("This is gross margin: what it costs to serve them is not known.")}


def caveat(name: str) -> str:
    """What a sentence about a column must add so that it does not mislead; empty for most.

    >>> caveat("gross_margin")
    'This is gross margin: what it costs to serve them is not known.'
    """
    return _(_CAVEATS.get(name, ""))


def word(value: str) -> str:
    """A key that stands in a cell, as a client reads it; text that is no key stands as it is.

    Examples
    --------
    >>> word("carriage_trade"), word("cm1"), word("Åkerlund")
    ('Carriage trade', 'Contribution 1', 'Åkerlund')
    """
    if value in WORDS:
        return _(WORDS[value])
    return _(COLUMNS[value].title) if value in COLUMNS else value
