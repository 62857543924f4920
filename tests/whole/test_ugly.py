"""An engagement under ugly names: everything opens, nothing is executed, fetched or cut, text stays text."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from matplotlib import pyplot as plt
from pptx import Presentation
from python_calamine import CalamineWorkbook

from kamkit import plots
from kamkit.deliver.glyphs import glyphs_remark, undrawable
from kamkit.deliver.kept import FOLDER, read_kept
from kamkit.deliver.pdf import can_set
from kamkit.deliver.runner import run
from kamkit.engagement.new import create
from kamkit.errors import ConfigError, KamkitError
from kamkit.locale.numbers import Numbers
from tests.plots.pictures import drawn_texts, outside, overlapping
from tests.whole.conftest import shared
from tests.whole.ugly import ACCOUNTS_WITH_PLAN, CLIENT, IDENTIFIERS, NAMES, TITLE, make_ugly

EN = Numbers("EUR", "en")
OUR_FORMULA = re.compile(r"SUBTOTAL\(109,[A-Z]+\d+:[A-Z]+\d+\)|[A-Z]+\d+-[A-Z]+\d+")
VERBATIM = [
    "<script>alert(1)</script>",
    "=1+1",
    "$\\undefined$",
    "{{7*7}}",
    "../../x",
    "@SUM(A1)",
    "{0.__class__} {client}",
]
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="session")
def ugly(tmp_path_factory):
    return shared(tmp_path_factory, "ugly", make_ugly)


@pytest.fixture(scope="session")
def ugly_run(ugly):
    return sorted(ugly.glob("runs/*T*Z-*"))[-1]


@pytest.fixture(scope="session")
def deliverables(ugly):
    return ugly / "deliverables"


class Page(HTMLParser):
    """What a browser makes of a page: elements with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.text.append(data)


def pages_of(deliverables):
    return [deliverables / "report.html", *sorted((deliverables / "plans").glob("*.html"))]


def test_every_step_and_plan_is_delivered_in_sane_sizes(deliverables):
    assert len(list((deliverables / "plans").glob("*.html"))) == ACCOUNTS_WITH_PLAN
    for name, most in (("report.html", 8), ("report.pdf", 8), ("deck.pptx", 10), ("workbook.xlsx", 10)):
        if name != "report.pdf" or can_set():
            assert 0 < (deliverables / name).stat().st_size < most * MEGABYTE, name


# -- pictures ------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Glyph .* missing")
def test_text_of_every_exhibit_stays_inside_and_apart(ugly_run):
    for file in sorted((ugly_run / FOLDER).glob("*.json")):
        one = read_kept(ugly_run, file.stem)
        if one.kind == "exhibit":
            ax = getattr(plots, one.draw)(*one.tables, numbers=EN, **one.options)
            assert outside(ax) == [], file.stem
            assert overlapping(ax) == [], file.stem
            assert not [t for t in drawn_texts(ax) if t.get_parse_math()], file.stem
            plt.close("all")


def test_characters_that_no_font_has_are_told(ugly_run):
    lacking = undrawable(ugly_run)
    remark = glyphs_remark(ugly_run)
    assert ("株" in lacking) == ("株" in remark)
    assert not set(lacking) & set("abcÕõÄäÖöÜüŠšŽžÅåÆØשלום")
    assert bool(remark) == bool(lacking)


# -- pages -----------------------------------------------------------------------------------------


def test_22_nothing_of_a_page_is_executed(deliverables):
    for file in pages_of(deliverables):
        page = Page(file.read_text(encoding="utf-8"))
        tags = [tag for tag, _attributes in page.elements]
        assert not {"script", "iframe", "object", "embed", "base", "link", "form", "b", "i"} & set(tags), (
            file.name
        )
        assert tags.count("title") == 1
        assert tags.count("style") == 1
        for tag, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on")], (file.name, tag, attributes)


def test_23_a_page_asks_for_nothing_but_itself_and_the_plans(deliverables):
    for file in pages_of(deliverables):
        for tag, attributes in Page(file.read_text(encoding="utf-8")).elements:
            for name in ("src", "href", "action", "srcset", "poster", "data"):
                address = attributes.get(name, "#")
                assert address.startswith(("#", "data:", "plans/", "../report.html")), (tag, address[:80])


def test_22_hostile_names_stand_on_the_page_as_typed(deliverables):
    text = "".join(Page((deliverables / "report.html").read_text(encoding="utf-8")).text)
    for name in (
        *VERBATIM,
        CLIENT,
        TITLE,
        NAMES[0],
        NAMES[7],
        "株式会社日本製鋼所",
        "شركة التجارة العامة المحدودة",
    ):
        assert name in text, name
    assert "\u202e" not in text
    assert "\x00" not in text


def test_22_pictures_hold_text_and_no_program(deliverables):
    seen = ""
    for file in pages_of(deliverables):
        for coded in re.findall(
            r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", file.read_text(encoding="utf-8")
        ):
            root = ElementTree.fromstring(base64.b64decode(coded))
            for element in root.iter():
                assert element.tag.rpartition("}")[2] not in ("script", "foreignObject", "image", "a")
                assert not [k for k in element.attrib if k.rpartition("}")[2].startswith("on")]
                links = [v for k, v in element.attrib.items() if k.rpartition("}")[2] == "href"]
                assert all(link.startswith("#") for link in links)
                seen += element.text or ""
    for name in ("<script>alert(1)", "=1+1", "$\\undefined$", "{{7*7}}", "../../x"):
        assert name in seen, name


def test_25_names_of_files_are_safe_and_unique(deliverables):
    names = [file.name for file in (deliverables / "plans").iterdir()]
    assert len({name.casefold() for name in names}) == len(names) == ACCOUNTS_WITH_PLAN
    assert all(re.fullmatch(r"[a-z0-9_-]{1,100}\.html", name) for name in names)
    assert not {name.partition(".")[0].partition("_")[0] for name in names} & {"con", "nul", "aux", "prn"}
    assert {"CON", "ab-1", "AB-1"} <= set(IDENTIFIERS[:ACCOUNTS_WITH_PLAN])


@pytest.mark.skipif(not can_set(), reason="Pango is not installed")
def test_22_the_pdf_holds_text_and_no_action_that_leaves_it(deliverables):
    pypdf = pytest.importorskip("pypdf")
    read = pypdf.PdfReader(deliverables / "report.pdf")
    assert "alert(1)" in read.pages[0].extract_text().replace("\x00", "")
    assert not {"/OpenAction", "/AA"} & set(read.trailer["/Root"])
    for page in read.pages:
        for link in page.get("/Annots") or ():
            action = link.get_object().get("/A", {})
            assert action.get("/S") in (None, "/GoTo", "/URI")
            assert str(action.get("/URI", "plans/")).startswith("plans/"), action


# -- deck and workbook -----------------------------------------------------------------------------


def test_21_text_is_text_in_the_workbooks_behind_the_decks_charts(deliverables):
    books, texts = 0, set()
    with zipfile.ZipFile(deliverables / "deck.pptx") as deck:
        for name in deck.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in deck.read(name), name
            if name.endswith(".xlsx"):
                books += 1
                texts |= _texts(deck.read(name), allowed=re.compile("(?!)"))
    assert books > 20
    assert {"=1+1", "<script>alert(1)</script>", "@SUM(A1)"} <= texts


def test_24_the_deck_opens_and_shows_names_as_typed(deliverables):
    deck = Presentation(str(deliverables / "deck.pptx"))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    text = "\n".join(s.text_frame.text for s in shapes if s.has_text_frame)
    assert CLIENT in text
    assert TITLE in text
    for slide in deck.slides:
        if slide.has_notes_slide:
            assert slide.notes_slide.notes_text_frame.text.strip()


def test_21_text_is_text_in_the_workbook(deliverables):
    content = (deliverables / "workbook.xlsx").read_bytes()
    texts = _texts(content, allowed=OUR_FORMULA)
    for name in (*VERBATIM, "+1", "-1", "=cmd|'/c calc'!A1", "CON", "NA", "file:///etc/passwd"):
        assert name in texts, name
    assert max(map(len, texts)) <= 32_767
    assert any(text.endswith("x…") and len(text) == 32_767 for text in texts)


def test_25_sheet_names_are_distinct_in_any_case(deliverables):
    names = CalamineWorkbook.from_path(str(deliverables / "workbook.xlsx")).sheet_names
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 for name in names)


def _texts(book: bytes, allowed: re.Pattern[str]) -> set[str]:
    """All texts of a workbook; no formula but the allowed ones, no link that leaves it."""
    with zipfile.ZipFile(io.BytesIO(book)) as inner:
        for name in inner.namelist():
            content = inner.read(name)
            assert not name.startswith(("xl/externalLinks", "xl/vbaProject"))
            assert b'TargetMode="External"' not in content, name
            if name.startswith("xl/worksheets/sheet"):
                for formula in re.findall(rb"<f>(.*?)</f>", content):
                    assert allowed.fullmatch(formula.decode()), formula
    read = CalamineWorkbook.from_filelike(io.BytesIO(book))
    rows = (row for name in read.sheet_names for row in read.get_sheet_by_name(name).to_python())
    return {cell for row in rows for cell in row if isinstance(cell, str)}


# -- what must not be told -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ['[ledger]\nengine = "postgresql://anna:hunter2@db/sales"', "# pw: postgresql://a:hunter2@db"]
)
def test_27_a_database_address_in_the_file_stops_everything_and_is_told_nowhere(tmp_path, line, capfd):
    create(tmp_path / "acme", sample=True)
    file = tmp_path / "acme" / "engagement.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"\[ledger\][^\[]*", "", text) + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        run(tmp_path / "acme", progress=True)
    out, err = capfd.readouterr()
    assert "hunter2" not in f"{caught.value}{out}{err}"
    assert not (tmp_path / "acme" / "runs").exists() or not list((tmp_path / "acme" / "runs").iterdir())


def test_26_a_parameter_that_nobody_knows_runs_nothing(tmp_path):
    create(tmp_path / "acme", sample=True)
    for given in ("__import__('os').system('x')=1", "{{7*7}}=1", "seeds=1"):
        with pytest.raises(KamkitError):
            run(tmp_path / "acme", parameters=[given], progress=False)
    runs = tmp_path / "acme" / "runs"
    assert not runs.exists() or not list(runs.iterdir())
