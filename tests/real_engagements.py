"""Engagements built from public data, with the client's own headers mapped in ``engagement.toml``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

DATA = Path(__file__).parents[2] / "shared" / "data"


def truths(name: str) -> dict[str, Any]:
    return json.loads((DATA / name / "truths.json").read_text(encoding="utf-8"))


def _config(folder: Path, client: str, currency: str, columns: dict[str, dict[str, str]]) -> None:
    """All forms of the report but the PDF, which is set from the page."""
    lines = [f'client = "{client}"', f'currency = "{currency}"']
    lines += ["[report]", 'formats = ["html", "deck", "workbook"]']
    for table, mapping in columns.items():
        lines += [f"[columns.{table}]", *(f'"{theirs}" = "{ours}"' for theirs, ours in mapping.items())]
    (folder / "data").mkdir(parents=True)
    (folder / "engagement.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _bookings(rows: pd.DataFrame, rung: str, code: str) -> pd.DataFrame:
    return rows.assign(rung=rung, code=code, month=pd.to_datetime(rows["month"]).dt.strftime("%Y-%m-01"))


def adventureworks(folder: Path) -> Path:
    """Order lines with cost; freight booked per reseller and month on the rung service."""
    source = DATA / "adventureworks_resellers"
    fact = pd.read_parquet(source / "FactResellerSales.parquet")
    reseller = pd.read_parquet(source / "DimReseller.parquet")
    product = pd.read_parquet(source / "DimProduct.parquet")
    family = pd.read_parquet(source / "DimProductSubcategory.parquet").merge(
        pd.read_parquet(source / "DimProductCategory.parquet"), on="ProductCategoryKey"
    )
    _config(folder, "AdventureWorks", "USD", {
        "accounts": {"ResellerKey": "account_id", "ResellerName": "name", "BusinessType": "industry"},
        "products": {"ProductKey": "product_id", "EnglishProductName": "name", "EnglishProductCategoryName": "family"},
        "sales": {"OrderDate": "date", "ResellerKey": "account_id", "SalesAmount": "net_amount",
                  "ExtendedAmount": "list_amount", "TotalProductCost": "product_cost", "ProductKey": "product_id",
                  "SalesOrderNumber": "order_id", "OrderQuantity": "quantity"},
    })  # fmt: skip
    data = folder / "data"
    reseller[["ResellerKey", "ResellerName", "BusinessType"]].to_csv(data / "accounts.csv", index=False)
    sold = product.merge(family, on="ProductSubcategoryKey", how="inner")
    sold[["ProductKey", "EnglishProductName", "EnglishProductCategoryName"]].to_csv(
        data / "products.csv", index=False
    )
    fact.to_parquet(data / "sales.parquet")
    money = fact.assign(
        month=fact["OrderDate"].dt.to_period("M").dt.to_timestamp(),
        **{c: fact[c].astype(float) for c in ("SalesAmount", "TotalProductCost", "Freight")},
    )
    monthly = money.groupby("month")[["SalesAmount", "TotalProductCost"]].sum().reset_index()
    freight = money.groupby(["month", "ResellerKey"])["Freight"].sum().reset_index()
    ledger = pd.concat([
        _bookings(monthly[["month"]].assign(amount=monthly["SalesAmount"]), "revenue", "4000"),
        _bookings(monthly[["month"]].assign(amount=monthly["TotalProductCost"]), "product_cost", "5000"),
        _bookings(freight[["month"]].assign(amount=freight["Freight"], account_id=freight["ResellerKey"].astype(str)),
                  "service", "6100"),
    ])  # fmt: skip
    ledger.to_csv(data / "ledger.csv", index=False)
    return folder


def northwind(folder: Path) -> Path:
    """Order lines without product cost; freight booked per customer and month on the rung service."""
    source = DATA / "northwind"
    orders = pd.read_csv(source / "orders.csv")
    lines = pd.read_csv(source / "order_details.csv").merge(orders, on="OrderID")
    products = pd.read_csv(source / "products.csv").merge(
        pd.read_csv(source / "categories.csv"), on="CategoryID"
    )
    _config(folder, "Northwind Traders", "USD", {
        "accounts": {"CustomerID": "account_id", "CompanyName": "name", "Country": "country"},
        "products": {"ProductID": "product_id", "ProductName": "name", "CategoryName": "family"},
        "sales": {"OrderDate": "date", "CustomerID": "account_id", "Net": "net_amount", "Gross": "list_amount",
                  "ProductID": "product_id", "OrderID": "order_id", "Quantity": "quantity"},
    })  # fmt: skip
    data = folder / "data"
    (data / "accounts.csv").write_bytes((source / "customers.csv").read_bytes())
    products[["ProductID", "ProductName", "CategoryName"]].to_csv(data / "products.csv", index=False)
    gross = lines["UnitPrice"] * lines["Quantity"]
    sales = lines.assign(
        Gross=gross, Net=gross * (1 - lines["Discount"]), OrderDate=lines["OrderDate"].str[:10]
    )
    wanted = ["OrderDate", "CustomerID", "Net", "Gross", "ProductID", "OrderID", "Quantity"]
    sales[wanted].to_csv(data / "sales.csv", index=False)
    months = {"month": pd.to_datetime(orders["OrderDate"]).dt.strftime("%Y-%m-01")}
    revenue = sales.assign(month=sales["OrderDate"].str[:7] + "-01").groupby("month")["Net"].sum()
    freight = orders.assign(**months).groupby(["month", "CustomerID"])["Freight"].sum().reset_index()
    ledger = pd.concat([
        _bookings(revenue.rename("amount").reset_index(), "revenue", "4000"),
        _bookings(freight.rename(columns={"Freight": "amount", "CustomerID": "account_id"}), "service", "6100"),
    ])  # fmt: skip
    ledger.to_csv(data / "ledger.csv", index=False)
    return folder


def online_retail(folder: Path) -> Path:
    """Invoice lines and nothing else: a first-day engagement, a quarter of the lines without customer."""
    source = DATA / "online_retail_2010_2011"
    lines = pd.read_parquet(source / "online_retail.parquet")
    _config(folder, "Online Retail", "GBP", {
        "sales": {"InvoiceDate": "date", "CustomerID": "account_id", "Value": "net_amount", "StockCode": "product_id",
                  "InvoiceNo": "order_id", "Quantity": "quantity"},
    })  # fmt: skip
    known = lines["CustomerID"].dropna().drop_duplicates().sort_values()
    accounts = pd.DataFrame({"account_id": known, "name": "Customer " + known})
    accounts.to_csv(folder / "data" / "accounts.csv", index=False)
    lines.assign(Value=lines["Quantity"] * lines["UnitPrice"]).to_parquet(folder / "data" / "sales.parquet")
    return folder


def crm_sales(folder: Path, dates: str = "iso") -> Path:
    """Deals of a computer maker: the won ones are its sales; stages are kept, product keys as they stand.

    ``dates`` picks the file with ISO dates or, as ``dmy``, the one with days first.
    """
    source = DATA / "crm_sales_opportunities"
    deals = pd.read_csv(source / ("sales_pipeline.csv" if dates == "iso" else "sales_pipeline_dmy_dates.csv"))
    accounts, products = pd.read_csv(source / "accounts.csv"), pd.read_csv(source / "products.csv")
    _config(folder, "Maven hardware", "USD", {
        "accounts": {"account": "account_id", "sector": "industry", "office_location": "country",
                     "subsidiary_of": "parent_id"},
        "products": {"product": "product_id", "line": "family"},
        "sales": {"close_date": "date", "account": "account_id", "close_value": "net_amount",
                  "product": "product_id"},
        "opportunities": {"account": "account_id", "engage_date": "created", "deal_stage": "stage",
                          "close_value": "amount", "close_date": "closed", "product": "family",
                          "sales_agent": "owner"},
    })  # fmt: skip
    data = folder / "data"
    accounts.assign(name=accounts["account"]).to_csv(data / "accounts.csv", index=False)
    products.assign(line=products["product"], name=products["product"]).to_csv(
        data / "products.csv", index=False
    )
    deals[deals["deal_stage"] == "Won"].to_csv(data / "sales.csv", index=False)
    deals.to_csv(data / "opportunities.csv", index=False)
    return folder


def salvirt(folder: Path) -> Path:
    """Deals with sellers' judgements and neither customer, money nor day.

    The data hold no accounts and no sales, which no engagement can do without: one customer stands in
    for all of them, with one line of nothing.
    """
    source = DATA / "salvirt_b2b"
    deals = pd.read_csv(source / "Salvirt_B2B_ML_dataset.csv", sep=";", keep_default_na=False)
    _config(folder, "Salvirt", "EUR", {
        "opportunities": {"Seller": "owner", "Product": "family", "Status": "outcome"},
    })  # fmt: skip
    data = folder / "data"
    pd.DataFrame({"account_id": ["all"], "name": ["All customers"]}).to_csv(
        data / "accounts.csv", index=False
    )
    pd.DataFrame({"date": ["2016-01-31"], "account_id": ["all"], "net_amount": [0.0]}).to_csv(
        data / "sales.csv", index=False
    )
    numbered = deals.assign(opportunity_id=[f"D{n:03d}" for n in range(1, len(deals) + 1)])
    numbered.to_csv(data / "opportunities.csv", index=False, sep=";")
    return folder
