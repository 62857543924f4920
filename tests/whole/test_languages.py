"""One computation, several renderings: the figures are the same in all, and no word bypasses the catalogue."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import kamkit
from kamkit import locale
from kamkit.deliver.deck import build_deck
from kamkit.deliver.plans import showing
from kamkit.deliver.plans.page import build_plan
from kamkit.deliver.record import RunRecord
from kamkit.deliver.renderings import in_words_of
from kamkit.deliver.report import build_report
from kamkit.deliver.workbook import build_workbook
from kamkit.engagement.schemas import TABLES
from kamkit.locale import LANGUAGES, in_language
from kamkit.locale.catalogue import SOURCE
from tests.locale.pseudo import CODE, Pseudo
from tests.whole.readable import cells_of, pictures_of, slides_of, text_of

NUMERAL = re.compile(r"(?<![\w.,])\d+(?:\.\d+)?(?!\w)")
WORD = re.compile(r"[A-Za-zÀ-žæøåõäöü]{2,}")
SAID = {
    "parquet",
    "nordvik",
    "industri",
    "ab",
    "eur",
    "kamkit",
    "python",
    "kam",
    "utc",
    "ebit",
    "pdf",
    "csv",
    "sha",
    "toml",
    "labels",
    "raci",
}


@pytest.fixture(scope="module")
def engagement(whole):
    return kamkit.open(whole)


def plan_of(engagement, run_folder: Path, account: str) -> str:
    executed = next((run_folder / "plans" / account).glob("*.ipynb"))
    record = RunRecord.load(run_folder)
    assert record is not None
    return build_plan(executed, engagement, record, account)


def written(engagement, run_folder: Path, target: Path, code: str) -> dict[str, str]:
    """Report, deck and a plan in a language, as text; a glossary is each language's own."""
    account = next(p.name for p in sorted((run_folder / "plans").iterdir()) if p.is_dir())
    with in_language(code), in_words_of(engagement):
        page = build_report(run_folder, engagement, target / f"{code}.html").read_text("utf-8")
        deck = build_deck(run_folder, engagement, target / f"{code}.pptx")
        plan = plan_of(engagement, run_folder, account)
    report = re.sub(r'<section[^>]*id="field-terms".*?</section>', "", page, flags=re.DOTALL)
    return {"report": report, "plan": plan, "deck": slides_of(deck)}


def figures(text: str, code: str) -> Counter[str]:
    """The numerals of a text, each without the signs of its language; a one may be a word."""
    signs = {"en": (",", "."), "sv": ("\u00a0", ","), "et": ("\u00a0", ",")}[code]
    plain = re.sub(rf"(?<=\d){re.escape(signs[0])}(?=\d{{3}}(?!\d))", "", text)
    plain = re.sub(rf"(?<=\d){re.escape(signs[1])}(?=\d)", ".", plain) if signs[1] != "." else plain
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", plain)
    return Counter(n for n in NUMERAL.findall(plain) if n != "1")


@pytest.fixture(scope="module")
def spoken(engagement, run_folder, tmp_path_factory):
    """What each language says; the pictures, which are drawn from the same tables, are left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["kamkit.deliver.show"], "_picture", lambda *args: "")
        patch.setattr(showing, "to_svg", lambda figure: b"")
        target = tmp_path_factory.mktemp("spoken")
        return {code: written(engagement, run_folder, target, code) for code in LANGUAGES}


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
@pytest.mark.parametrize("medium", ["report", "plan", "deck"])
def test_the_figures_are_the_same_in_every_language(spoken, code, medium):
    ours, theirs = (figures(text_of(spoken[c][medium]), c) for c in ("en", code))
    assert sum(ours.values()) > 20
    assert {"lost": ours - theirs, "new": theirs - ours} == {"lost": Counter(), "new": Counter()}


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_page_says_its_language(spoken, code):
    for medium in ("report", "plan"):
        assert f'<html lang="{code}">' in spoken[code][medium]


@pytest.fixture(scope="module")
def names(whole) -> set[str]:
    """The words of the client's tables, and the names of tables and columns."""
    texts = [*TABLES, *(c.name for t in TABLES.values() for c in t.columns)]
    for file in (whole / "data").iterdir():
        table = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, dtype="str")
        texts += [str(v) for name in table.select_dtypes(["object", "str"]) for v in table[name].unique()]
    return {word.lower() for text in texts for word in WORD.findall(text)} | SAID


def strangers(text: str, names: set[str]) -> list[str]:
    """Words in Latin letters that no table has, with the line they stand in; a cut word is let pass."""
    lines = (re.sub(r"\S*(?:…|\d)\S*", "", line) for line in text.split("\n"))
    return [f"{w}: {line}" for line in lines for w in WORD.findall(line) if w.lower() not in names]


def test_no_word_bypasses_the_catalogue(engagement, run_folder, names, tmp_path, monkeypatch):
    catalogues = {CODE: Pseudo()}
    monkeypatch.setattr(locale, "read_catalogue", lambda folder, code: catalogues.get(code, SOURCE))
    said = written(engagement, run_folder, tmp_path, CODE)
    with in_language(CODE), in_words_of(engagement):
        said["workbook"] = cells_of(build_workbook(run_folder, engagement, tmp_path / "w.xlsx"))
    said["report"] = re.sub(r'<section[^>]*id="provenance".*?</section>', "", said["report"], flags=re.DOTALL)
    pages = [text_of(said["report"]), text_of(said["plan"]), said["deck"], said["workbook"]]
    drawn = [pictures_of(said["report"]), pictures_of(said["plan"])]
    assert all(len(text) > 1000 for text in pages + drawn[:1])
    assert [found for text in pages + drawn for found in strangers(text, names)] == []


def test_a_word_that_bypasses_the_catalogue_is_seen(names):
    assert strangers("Соурце: sales\nXylophone of sales", names) == ["Xylophone: Xylophone of sales"]
