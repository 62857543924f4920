"""An engagement from the public data set "Online Retail", as the documentation tells its story.

    python examples/online_retail.py "Online Retail.xlsx" retail

Download the data yourself: UCI Machine Learning Repository, data set 352 (Chen, Sain & Guo 2012; CC BY 4.0).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from kamkit.engagement.new import create

CONFIG = """\
client = "Online Retail"
currency = "GBP"

[period]
start = 2010-12-01
end = 2011-11-30          # the last nine days are part of a month, and would look like a fall

[columns.sales]
"InvoiceDate" = "date"
"CustomerID" = "account_id"
"Value" = "net_amount"
"StockCode" = "product_id"
"InvoiceNo" = "order_id"
"Quantity" = "quantity"
"""


def engagement_of(download: Path, folder: Path) -> Path:
    """The engagement: the invoice lines as they are, the value of each, and the customers they name."""
    lines = _read(download)
    lines["CustomerID"] = lines["CustomerID"].astype("string").str.removesuffix(".0")
    lines["Value"] = (lines["Quantity"] * lines["UnitPrice"]).round(2)
    lines[["InvoiceNo", "StockCode"]] = lines[["InvoiceNo", "StockCode"]].astype("string")
    customers = lines.dropna(subset="CustomerID").drop_duplicates("CustomerID", keep="last")
    accounts = pd.DataFrame(
        {
            "account_id": customers["CustomerID"],
            "name": "Customer " + customers["CustomerID"],
            "country": customers["Country"],
        }
    )
    create(folder, client="Online Retail")
    (folder / "engagement.toml").write_text(CONFIG, encoding="utf-8")
    accounts.sort_values("account_id").to_csv(folder / "data" / "accounts.csv", index=False)
    lines.to_parquet(folder / "data" / "sales.parquet", index=False)
    return folder


def _read(download: Path) -> pd.DataFrame:
    """The download as a workbook, or as a Parquet file made of it."""
    if download.suffix == ".parquet":
        return pd.read_parquet(download)
    return pd.read_excel(
        download, engine="calamine", dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str}
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description="Make an engagement of the data set Online Retail.")
    arguments.add_argument("download", type=Path)
    arguments.add_argument("folder", type=Path)
    given = arguments.parse_args()
    print(f"now: kamkit run {engagement_of(given.download, given.folder)}")


if __name__ == "__main__":
    main()
