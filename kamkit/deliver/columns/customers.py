"""Columns of steps 1 and 2: who, when, markets, the ladder, profit, counts."""

from __future__ import annotations

from kamkit.deliver.columns.kinds import columns_of
from kamkit.locale import N_

__all__ = ["COUNTS", "IDENTITY", "LADDER", "MARKET", "PROFIT", "TIME"]

IDENTITY = [
    *columns_of(
        "text",
        account_id=(N_("Customer number"), N_("As it stands on the invoice")),
        parent_id=(N_("Parent"), N_("Customer number of the parent")),
        name=N_("Name"),
        client=N_("Client"),
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
    *columns_of(
        "part",
        scope_id=(N_("Market or customer"), N_("Name of the market, or customer number")),
        family=N_("Product family"),
    ),
    *columns_of(
        "word",
        scope=(N_("Scope"), N_("Whether the row speaks of a market or of one customer")),
        rung=(N_("Rung"), N_("Rung of the contribution ladder")),
        step=N_("Step"),
        kind=(N_("Kind"), N_("Whether the amount is a total or a change to it")),
        quadrant=N_("Quadrant"),
        status=N_("Status"),
        abc_class=(N_("Class"), N_("A, B or C by revenue")),
        confidence=(N_("Confidence"), N_("A ledger, B customer's word, C estimate, D guess")),
        group=N_("Group"),
    ),
]

TIME = [
    *columns_of("year", year=N_("Year"), year_from=N_("From"), year_to=N_("To")),
    *columns_of("month", month=N_("Month")),
    *columns_of("date", date=N_("Date"), since=N_("Customer since"), kam_start=N_("Key account since")),
]

MARKET = [
    *columns_of(
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
    *columns_of(
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

LADDER = columns_of(
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

PROFIT = [
    *columns_of(
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
    *columns_of(
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
        top_share_10=(N_("Top 10%"), N_("Share of the largest tenth of the customers")),
        top_share_20=(N_("Top 20%"), N_("Share of the largest fifth of the customers")),
        largest_share=(N_("Largest customer"), N_("Share of the largest customer")),
    ),
]

COUNTS = [
    *columns_of(
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
    *columns_of(
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
    *columns_of(
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
    *columns_of(
        "flag",
        ok=(N_("Ties"), N_("Whether the difference is within the tolerance")),
        sign_change=(N_("Changes sign"), N_("Earns money by one view and loses it by the other")),
        considered=N_("Considered"),
    ),
]
