"""The report: its structure, that it opens offline, and that nothing in it is anything but text."""

import base64
import json
from itertools import pairwise
from types import SimpleNamespace

import nbformat
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kamkit.deliver.prose import prose
from kamkit.deliver.record import RunRecord, StepRecord, new_run
from kamkit.deliver.report import build_report
from kamkit.deliver.show import show_table
from kamkit.engagement import decisions
from kamkit.engagement.config import Branding, Report
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.problems import Problem
from kamkit.engagement.scene import Scene
from kamkit.errors import RunError
from tests.deliver import toy
from tests.deliver.test_show import HOSTILE, Page

RECONCILIATION = pd.DataFrame(
    {
        "rung": ["revenue", "selling"],
        "ledger": [1_250_000.0, 90_000.0],
        "assigned": [1_250_000.0, 70_000.0],
        "unassigned": [0.0, 20_000.0],
        "difference": [0.0, 0.0],
        "ok": [True, True],
    }
)
SECRET = "customers = pnl.drop('unassigned')"


class Run:
    """A run folder made by hand."""

    def __init__(self, tmp_path):
        self.engagement = toy.engagement(tmp_path)
        steps = {n: StepRecord(f"Step {n}", "s", status="done") for n in ("01_markets", "02_customers")}
        self.folder, self.record = new_run(
            tmp_path / "runs", "Nordvik", {"sales": "ab12"}, {"top": 0.2}, steps
        )
        self.step = Scene("02_customers", "", "Nordvik", "EUR", *self.engagement.period, used=("sales",))

    def notebook(self, name, *cells):
        new = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell(f"# The {name}\n\nPurpose."), *cells]
        )
        nbformat.write(new, self.folder / "notebooks" / f"{name}.ipynb")

    def findings(self, name, *records):
        (self.folder / "findings" / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")

    def table(self, name, frame, gap=None):
        table = pa.Table.from_pandas(frame)
        note = {b"kamkit": json.dumps({"gap": gap}).encode()}
        pq.write_table(
            table.replace_schema_metadata({**table.schema.metadata, **note}),
            self.folder / "tables" / f"{name}.parquet",
        )

    def report(self):
        target = build_report(self.folder, self.engagement, self.folder / "report.html")
        return target.read_text(encoding="utf-8")


def shown_cell(source, *outputs):
    cell = nbformat.v4.new_code_cell(source)
    for bundle in outputs:
        cell.outputs.append(nbformat.v4.new_output("display_data", data=bundle))
    return cell


@pytest.fixture
def run(tmp_path):
    made = Run(tmp_path)
    table = show_table(
        made.step, pd.DataFrame({"name": ["Åkerlund"], "profit": [5.0]}), what="profit", message="One earns."
    )
    cell = shown_cell(SECRET, table._repr_mimebundle_(), {"text/html": "<b>debugging</b>", "text/plain": "x"})
    cell.outputs.append(nbformat.v4.new_output("stream", text="printed for the consultant"))
    made.notebook("01_markets")
    made.notebook(
        "02_customers",
        nbformat.v4.new_markdown_cell("## Who earns?\n\nRead it so."),
        cell,
        nbformat.v4.new_markdown_cell("## Findings"),
    )
    made.findings("01_markets", {"kind": "finding", "text": "The market grows."})
    made.findings(
        "02_customers",
        {"kind": "finding", "text": "Fifty earn; ten lose."},
        {
            "kind": "not_assessed",
            "text": "",
            "what": "capacity use",
            "needs": ["activities", "activity_use"],
            "reason": "",
        },
        {"kind": "not_assessed", "text": "", "what": "cost to serve", "needs": ["activities"], "reason": ""},
        {
            "kind": "not_assessed",
            "text": "",
            "what": "profit shares",
            "needs": [],
            "reason": "the total is not positive",
        },
    )
    made.table("reconciliation", RECONCILIATION)
    return made


def test_the_pages_come_in_their_order(run):
    html = run.report()
    anchors = ["findings", "reconciliation", "01_markets", "02_customers", "gaps", "input", "provenance"]
    places = [html.index(f'id="{a}"') for a in anchors]
    assert places == sorted(places)


def test_every_link_leads_somewhere_and_every_anchor_is_there_once(run):
    page = Page(run.report())
    anchors = [a["id"] for _, a in page.tags if "id" in a]
    targets = {a["href"] for a in page.all("a")}
    assert len(anchors) == len(set(anchors))
    assert targets == {t for t in targets if t.startswith("#") and t[1:] in anchors}
    assert {"#findings", "#reconciliation", "#02_customers", "#gaps", "#provenance"} <= targets


def test_two_exhibits_of_one_name_have_two_anchors(run):
    table = show_table(run.step, pd.DataFrame({"rank": [1]}), what="same")._repr_mimebundle_()
    run.notebook("02_customers", shown_cell("", table, table))
    anchors = [a["id"] for _, a in Page(run.report()).tags if "id" in a]
    assert "02_customers-same" in anchors
    assert len(anchors) == len(set(anchors))


def test_it_opens_offline_and_runs_nothing(run):
    html = run.report()
    page = Page(html)
    assert "http:" not in html
    assert "https:" not in html
    assert not page.all("script")
    assert not page.all("link")
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert page.all("html")[0]["lang"] == "en"


def test_it_shows_what_we_show_and_no_code_or_print(run):
    text = Page(run.report()).text
    assert "One earns." in text
    assert "Åkerlund" in text
    assert SECRET not in text
    assert "printed for the consultant" not in text
    assert "debugging" not in text


def test_headings_descend_one_by_one(run):
    levels = [int(tag[1]) for tag, _ in Page(run.report()).tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_a_heading_with_nothing_under_it_is_not_printed(run):
    body = run.report().split('id="02_customers"')[1].split("</section>")[0]
    assert "Who earns?" in body
    assert "Findings" not in body


def test_the_cover_wears_what_the_engagement_says(run, tmp_path):
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    run.engagement.path, config = tmp_path, run.engagement.config
    config.report = Report(title="Who earns <the> money", confidentiality="For the board only.")
    config.branding = Branding(logo="logo.svg", colours=("#0b3c5d",))
    page = run.report()
    assert "Who earns &lt;the&gt; money" in page
    assert "For the board only." in page
    assert "Confidential. For Nordvik" not in page
    assert "--accent: #0b3c5d;" in page
    logo = base64.b64encode((tmp_path / "logo.svg").read_bytes()).decode()
    assert f'src="data:image/svg+xml;base64,{logo}" alt="Nordvik"' in page


def test_what_has_a_page_of_its_own_is_not_repeated_in_its_step(run):
    table = show_table(run.step, RECONCILIATION, what="reconciliation", message="It ties.")
    cell = shown_cell("show_table(step, reconciliation)", table._repr_mimebundle_())
    cell.metadata["tags"] = ["own-page"]
    run.notebook("02_customers", nbformat.v4.new_markdown_cell("## Does it tie?\n\nRead it so."), cell)
    body = run.report().split('id="02_customers"')[1].split("</section>")[0]
    assert "Does it tie?" not in body
    assert "It ties." not in body


def test_findings_of_all_steps_stand_on_one_page(run):
    findings = run.report().split('id="findings"')[1].split("</section>")[0]
    assert "The market grows." in findings
    assert "Fifty earn; ten lose." in findings


def test_the_reconciliation_is_shown_in_full_digits(run):
    page = run.report().split('id="reconciliation"')[1].split("</section>")[0]
    assert "1,250,000" in page
    assert "20,000" in page
    assert "Every rung ties" in page
    assert "0.1%" in page
    assert "EUR 0.01" in page


def test_a_rung_that_does_not_tie_is_named(run):
    run.table("reconciliation", RECONCILIATION.assign(ok=[True, False]))
    page = run.report()
    assert "Does not tie to the ledger: Selling." in page
    assert "add up to the ledger" not in page


@pytest.mark.parametrize("there", [True, False])
def test_without_a_ledger_it_says_that_nothing_is_tied(run, there):
    gap = {"what": "reconciliation", "needs": ["ledger"], "reason": ""}
    run.table("reconciliation", pd.DataFrame(), gap) if there else (
        run.folder / "tables" / "reconciliation.parquet"
    ).unlink()
    page = Page(run.report().split('id="reconciliation"')[1].split("</section>")[0]).text
    assert "not tied" in page
    assert ("Account code in the general ledger" in page) == there


def test_each_missing_table_is_asked_for_once_with_all_that_waits_for_it(run):
    page = Page(run.report().split('id="gaps"')[1].split("</section>")[0]).text
    assert page.count("How often each customer made us do it") == 1
    assert "capacity use (step 2), cost to serve (step 2)." in " ".join(page.split())
    assert "Profit shares (step 2): the total is not positive" in " ".join(page.split())


def test_a_step_asks_for_a_table_where_it_first_lacks_it(run):
    gaps = [NotAssessed(what, needs=("activities",)) for what in ("capacity use", "cost to serve")]
    bundles = [show_table(run.step, gap, what="x", name=gap.what)._repr_mimebundle_() for gap in gaps]
    run.notebook("02_customers", shown_cell("", *bundles))
    body = run.report().split('id="02_customers"')[1].split("</section>")[0]
    assert body.count("Not assessed: needs activities") == 2
    assert body.count("We ask for") == 1


def test_what_the_gate_found_is_listed(run):
    run.engagement.check = lambda: [
        Problem(
            "warning",
            "sales.csv",
            "no known customer",
            "kept",
            row=14,
            column="account_id",
            value="GTX",
            count=12,
        ),
        Problem("note", "sales.csv", "delimiter semicolon"),
    ]
    page = " ".join(Page(run.report().split('id="input"')[1].split("</section>")[0]).text.split())
    assert "sales.csv, account_id, row 14: no known customer GTX (12 rows). Kept" in page
    assert "delimiter semicolon" in page


def decisions_page(run) -> dict[str, str]:
    """Text of the page on decisions, part by part."""
    text = " ".join(Page(run.report().split('id="decisions"')[1].split("</section>")[0]).text.split())
    ends = [
        ("In force", "in_force"),
        ("Not decided, so the default was used", "defaults"),
        ("No longer in force", "past"),
    ]
    found = sorted((text.index(title), name) for title, name in ends if title in text)
    starts = [*(at for at, _ in found), len(text)]
    return {name: text[start:end] for (_, name), (start, end) in zip(found, pairwise(starts), strict=True)}


def test_decisions_in_force_are_shown_with_who_and_why_and_those_before_them_apart(run):
    folder = run.engagement.path
    decisions.record(folder, "required_return", 0.08, by="A. Tamm", why="first view")
    kept = {"role": "Finance", "options": [0.1, 0.125], "expected": "fewer cases", "review": "2027-01-31"}
    decisions.record(folder, "required_return", 0.095, by="B. Kask", why="group <treasury>", **kept)
    page = decisions_page(run)
    for said in ("What an investment must earn a year", "9.5%", "B. Kask (Finance)", "group <treasury>"):
        assert said in page["in_force"]
    for said in (
        "Considered: 10.0% · 12.5%",
        "Expected: fewer cases",
        "To be reviewed on 31 Jan 2027",
        "by no step",
    ):
        assert said in page["in_force"]
    assert "8.0%" not in page["in_force"]
    assert "8.0%" in page["past"]
    assert "superseded by B. Kask (Finance)" in page["past"]


def test_a_withdrawn_decision_is_past_and_says_why(run):
    made = decisions.record(run.engagement.path, "choice.mandatory", ["10042"], by="A", why="y")
    decisions.withdraw(run.engagement.path, made.id, by="B. Kask", why="<i>misread</i>")
    page = decisions_page(run)
    assert "in_force" not in page
    assert "10042" in page["past"]
    assert "withdrawn by B. Kask: <i>misread</i>" in page["past"]


def test_the_page_says_which_defaults_stood_in_and_where_decisions_were_used(run):
    decisions.record(run.engagement.path, "choice.uplift", 0.2, by="A", why="y", step="02_customers")
    taken = [("choice.uplift", 0.2, True), ("choice.hours", None, False), ("choice.cuts", [0.5, 0.0], False)]
    noted = [{"kind": "decision", "key": k, "value": v, "decided": d} for k, v, d in taken]
    run.findings("02_customers", {"kind": "finding", "text": "One earns."}, *noted)
    page = decisions_page(run)
    assert "20.0%" in page["in_force"]
    assert "Used in step 2" in page["in_force"]
    assert "the hours booked today" in page["defaults"]
    assert "Cuts of attractiveness and of relative strength0.5; 02" in page["defaults"]
    assert "Growth that" not in page["defaults"]


def test_an_agreement_that_no_figure_is_computed_with_says_so(run):
    decisions.record(run.engagement.path, "risk.prepare", ["10042"], by="A", why="y")
    assert "no figure of this report is computed with it" in decisions_page(run)["in_force"]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [({"sales": "ab12"}, "made on the data of this report"), ({"sales": "old"}, "sales changed since"), ({}, "not recorded")],
)  # fmt: skip
def test_the_page_says_on_which_data_a_decision_was_made(run, inputs, said):
    decisions.record(run.engagement.path, "seed", 7, by="A", why="y", inputs=inputs)
    assert said in decisions_page(run)["in_force"]


def test_provenance_names_run_inputs_and_parameters(run):
    page = Page(run.report().split('id="provenance"')[1]).text
    for said in (run.record.id, "ab12", "top = 0.2", f"kamkit {run.record.kamkit}"):
        assert said in page


@pytest.mark.parametrize("status", ["failed", "not run"])
def test_a_step_that_did_not_finish_is_named_and_left_out(run, status):
    run.record.steps["02_customers"].status = status
    run.record.save(run.folder)
    text = Page(run.report()).text
    assert "Draft, not for the client." in text
    assert "One earns." not in text
    assert "Fifty earn" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_everywhere_stay_text(run, name):
    run.engagement.config.client = name
    run.engagement.check = lambda: [Problem("warning", name, name, name, column=name, value=name)]
    run.findings("01_markets", {"kind": "finding", "text": name})
    run.notebook("01_markets", nbformat.v4.new_markdown_cell(f"Says {name}"))
    run.record.parameters = {"label": name}
    run.record.save(run.folder)
    page = Page(run.report())
    assert page.text.count(name) >= 6
    assert not page.all("script")
    assert not any(attribute.startswith("on") for _, a in page.tags for attribute in a)
    assert len(page.all("style")) == 1


def test_the_same_run_gives_the_same_report(run):
    assert run.report() == run.report()


def test_a_folder_without_a_run_is_refused(run, tmp_path):
    with pytest.raises(RunError):
        build_report(tmp_path, run.engagement, tmp_path / "report.html")
    assert RunRecord.load(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![a chart](https://x.example/a.png)", "<p>a chart</p>\n"),
        ("[see](https://x.example/a)", "<p><span>see (https://x.example/a)</span></p>\n"),
        ("[see](#gaps)", '<p><a href="#gaps">see</a></p>\n'),
        ("[see](javascript:alert(1))", "<p>[see](javascript:alert(1))</p>\n"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("# One\n### Two", "<h2>One</h2>\n<h4>Two</h4>\n"),
    ],
)
def test_prose_reaches_out_of_the_page_in_no_way(text, html):
    assert prose(text) == html


def test_sections_are_told_in_the_order_that_is_asked_for():
    from kamkit.deliver.results import chosen

    sections = [SimpleNamespace(number=n) for n in (1, 2, 3)]
    assert [s.number for s in chosen(sections, (3, 1, 9))] == [3, 1]
    assert chosen(sections, ()) == sections
