"""The notebook of the account plan and the page it becomes, on the sample and on a first day."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import papermill
import pytest

import kamkit
from kamkit.deliver.order import read_notebook
from kamkit.deliver.plans.page import build_plan, shown_parts
from kamkit.deliver.plans.parts import PARTS
from kamkit.deliver.record import PlanRecord, new_run
from kamkit.engagement.new import create
from kamkit.resources import bundled

NOTEBOOK = bundled("notebooks", "account_plan.ipynb")


def executed(folder, account, target):
    papermill.execute_notebook(
        NOTEBOOK, target, {"engagement": str(folder), "account_id": account}, progress_bar=False
    )
    return target


def page_of(folder, account, notebook):
    engagement = kamkit.open(folder)
    _, record = new_run(folder / "runs", "client", {}, {}, {})
    record.plans[account] = PlanRecord("Åker <script>", "x.html", "")
    return build_plan(notebook, engagement, record, account)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The plan of one account of the sample, alone with plain papermill: nothing was handed on."""
    folder = create(tmp_path_factory.mktemp("alone") / "nordvik", sample=True)
    notebook = executed(folder, "10192", folder / "out.ipynb")
    return folder, notebook


@pytest.fixture(scope="module")
def first_day(tmp_path_factory):
    """An engagement with accounts and sales only, and an account number that is a formula."""
    folder = create(tmp_path_factory.mktemp("first") / "acme", client="Acme")
    settings = folder / "engagement.toml"
    settings.write_text('client = "Acme"\ncurrency = "EUR"\n', encoding="utf-8")
    (folder / "data" / "accounts.csv").write_text("account_id,name\n=1+1,Åker AB\n20,Bok\n", encoding="utf-8")
    sales = "date,account_id,net_amount\n2025-01-15,=1+1,100\n2025-02-15,20,50\n"
    (folder / "data" / "sales.csv").write_text(sales, encoding="utf-8")
    return folder, executed(folder, "=1+1", folder / "out.ipynb")


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_part_is_shown_alone_with_plain_papermill(sample):
    assert set(shown_parts(sample[1])) == set(PARTS)


def test_goals_actions_risks_money_and_team_come_from_the_tables(sample):
    parts = {name: text_of(html) for name, html in shown_parts(sample[1]).items()}
    assert "Raise our share of their purchases" in parts["goals"]
    assert "The customer has agreed to none of the 2." in parts["goals"]
    assert "2 of 2 open, 1 overdue." in parts["actions"]
    assert "overdue, under way" in parts["actions"]
    assert "Expected loss EUR 391 k." in parts["risks"]  # 1 565 300 × 0.25
    assert "EUR 177 k for EUR 261 k expected" in parts["money"]  # 12 × 14 733.49
    assert "leaves EUR 191 k" in parts["offers"]  # 397 300 + 214 277 − 420 700
    assert "5 of us, 459 hours a year." in parts["team"]


def test_what_no_step_has_handed_on_is_said_in_one_line(sample):
    parts = shown_parts(sample[1])
    for name in ("earned", "room", "people", "deals"):
        assert parts[name].count('class="kp-missing"') == 1


def test_what_is_kept_for_the_next_plan_lies_apart(sample):
    folder, _ = sample
    kept = folder / "runs" / "lab" / "plans" / "10192"
    assert sorted(p.name for p in (kept / "tables").iterdir()) == [
        "plan_figures.parquet",
        "plan_state.parquet",
    ]
    assert not (folder / "runs" / "lab" / "findings" / "account_plan.json").exists()


class Page(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.addresses = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]


def test_the_page_is_two_sheets_without_script_that_open_offline(sample):
    folder, notebook = sample
    page = Page(page_of(folder, "10192", notebook))
    assert page.tags.count("article") == 2
    assert "script" not in page.tags
    assert all(a == "../report.html" or a.startswith("data:image/svg+xml;base64,") for a in page.addresses)


def test_names_are_text(sample):
    folder, notebook = sample
    html = page_of(folder, "10192", notebook)
    assert "Åker &lt;script&gt;" in html


def test_a_first_day_engagement_gets_a_plan_that_says_what_is_missing(first_day):
    parts = {name: html for name, html in shown_parts(first_day[1]).items()}
    assert set(parts) == set(PARTS)
    for name in ("goals", "actions", "risks", "offers", "money", "team", "room", "people", "deals"):
        assert parts[name].count('class="kp-missing"') == 1
    assert "needs plan_items" in text_of(parts["goals"])
    assert "Åker AB" in parts["who"]


def test_a_part_of_the_consultants_own_stands_on_a_sheet_of_its_own(sample, tmp_path):
    folder, notebook = sample
    more = json.loads(notebook.read_text(encoding="utf-8"))
    cell = next(
        c for c in more["cells"] if any("text/html" in o.get("data", {}) for o in c.get("outputs", ()))
    )
    own = json.loads(json.dumps(next(o for o in cell["outputs"] if "text/html" in o.get("data", {}))))
    own["data"]["application/vnd.kamkit.shown+json"]["name"] = "own"
    cell["outputs"].append(own)
    changed = tmp_path / "out.ipynb"
    changed.write_text(json.dumps(more), encoding="utf-8")
    assert Page(page_of(folder, "10192", changed)).tags.count("article") == 3


def test_the_plan_reads_only_what_a_step_hands_on():
    notebooks = [read_notebook(p) for p in sorted(Path(bundled("notebooks")).glob("[01]*.ipynb"))]
    written = {name for n in notebooks for name in n.writes}
    inputs = {"accounts", "assignments", "plan_items"}
    assert set(read_notebook(NOTEBOOK).reads) - inputs <= written
