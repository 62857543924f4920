"""Catalogues are whole, and the check tells what is not."""

from __future__ import annotations

import io
import json
import pickle
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kamkit.errors import ConfigError, Sentence
from kamkit.locale import LANGUAGES, _, in_language, language, ngettext, use_catalogue
from kamkit.locale.catalogue import Catalogue, read_catalogue
from kamkit.locale.check import faults, faults_of
from kamkit.locale.glossary import Term, glossary
from kamkit.locale.messages import template, update
from kamkit.locale.sources import untranslatable

HEADER = (
    'msgid ""\nmsgstr ""\n"Language: sv\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
TRANSLATED = tuple(code for code in LANGUAGES if code != "en")


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogue_is_whole(code: str) -> None:
    assert [str(fault) for fault in faults(code)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_glossary_says_what_each_term_means_and_of_most_where_it_is_used_so(code: str) -> None:
    terms = glossary(code)
    assert terms
    assert all(t.term and t.definition for t in terms)
    assert sum(bool(t.source) for t in terms) > len(terms) / 2
    assert len({t.term for t in terms}) == len(terms)


@pytest.mark.parametrize(
    ("message", "translation", "kind"),
    [
        ("{n} of {all} accounts", "{n} av kunder", "placeholder"),
        ("{n} of {all} accounts", "{n} av {allt} kunder", "placeholder"),
        ("{share:.0%} lost", "{share:.1%} förlorade", "placeholder"),
        ("worth {a}", "värd {a", "placeholder"),
        ("%(n)s votes", "%(m)s röster", "placeholder"),
        ("<strong>Draft</strong>", "<strong>Utkast", "markup"),
        ("decide `choice.hours`", "bestäm `val.timmar`", "markup"),
        ("# Title\n\ntext", "Titel\n\ntext", "markup"),
        ("One.\n\nTwo.", "Ett. Två.", "paragraphs"),
        ("Source: ", "Källa:", "edges"),
        ("Take care.", "Var försiktig", "edges"),
    ],
)
def test_a_translation_at_odds_with_its_message_is_told(message: str, translation: str, kind: str) -> None:
    assert kind in {fault.kind for fault in _faults(message, translation)}


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        ("{n} of {all} accounts", "av {all} kunder {n}"),
        ("# Title\n\n- `sales`", "# Rubrik\n\n- `sales`"),
        ("a set {of braces", "en {mängd"),
    ],
)
def test_another_order_is_no_fault(message: str, translation: str) -> None:
    if message.count("{") == message.count("}"):
        assert _faults(message, translation) == []


def test_one_of_a_plural_may_say_one_in_words_and_many_may_not() -> None:
    wanted = Catalog()
    wanted.add(("{n} row", "{n} rows"))
    text = 'msgid "{n} row"\nmsgid_plural "{n} rows"\nmsgstr[0] "en rad"\nmsgstr[1] "%s"\n'
    assert faults_of(_po(text % "{n} rader"), wanted) == []
    assert [f.kind for f in faults_of(_po(text % "rader"), wanted)] == ["placeholder"]
    assert [f.kind for f in faults_of(_po(text % ""), wanted)] == ["missing"]


def test_what_is_missing_gone_or_guessed_is_told() -> None:
    wanted = Catalog()
    for message in ("yes", "no", "perhaps"):
        wanted.add(message)
    po = 'msgid "yes"\nmsgstr ""\n\n#, fuzzy\nmsgid "no"\nmsgstr "nej"\n\nmsgid "gone"\nmsgstr "borta"\n'
    found = {(f.kind, f.message) for f in faults_of(_po(po), wanted)}
    assert found == {("missing", "yes"), ("missing", "perhaps"), ("fuzzy", "no"), ("obsolete", "gone")}


def test_a_term_reads_as_the_glossary_says() -> None:
    term = Term("Key account", "Nyckelkund", "…", stem="nyckelkund")
    assert [f.kind for f in _faults("All key accounts", "Alla storkunder", term)] == ["glossary"]
    assert _faults("All key accounts", "Alla nyckelkunder", term) == []
    assert _faults("Monkey accountant", "Apräknare", term) == []


def test_an_update_keeps_translations_adds_what_is_new_and_guesses_nothing(tmp_path: Path) -> None:
    (tmp_path / "babel.cfg").write_text("[kamkit.locale.sources.extract_python: kamkit/**.py]\n")
    code = tmp_path / "kamkit" / "code.py"
    (tmp_path / "kamkit" / "locale").mkdir(parents=True)
    code.write_text('_("Revenue of the year")\n')
    file = update("sv", tmp_path)
    file.write_text(file.read_text().replace('msgstr ""\n', 'msgstr "Årets intäkter"\n').replace(
        'msgid ""\nmsgstr "Årets intäkter"\n', 'msgid ""\nmsgstr ""\n', 1))  # fmt: skip
    code.write_text(
        '_("Revenue of the year")\nN_("Revenue of the years")\nNotDefinedError("no deal is open")\n'
    )
    with update("sv", tmp_path).open("rb") as stream:
        read = {m.id: (m.string, m.fuzzy) for m in read_po(stream) if m.id}
    assert read == {
        "Revenue of the year": ("Årets intäkter", False),
        "Revenue of the years": ("", False),
        "no deal is open": ("", False),
    }


def test_a_catalogue_that_is_up_to_date_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "babel.cfg").write_text("[kamkit.locale.sources.extract_python: kamkit/**.py]\n")
    code = tmp_path / "kamkit" / "code.py"
    (tmp_path / "kamkit" / "locale").mkdir(parents=True)
    code.write_text('_("Revenue of the year")\n')
    file = update("sv", tmp_path)
    dated = re.sub(r"-Date: \d{4}", "-Date: 2001", file.read_text("utf-8"))
    file.write_text(dated, "utf-8")
    update("sv", tmp_path)
    assert file.read_text("utf-8") == dated
    code.write_text('_("Revenue of the years")\n')
    update("sv", tmp_path)
    assert '"Revenue of the years"' in file.read_text("utf-8")
    assert "Creation-Date: 2001" not in file.read_text("utf-8")


def test_messages_of_code_templates_and_notebooks_are_found() -> None:
    found = {m.id if isinstance(m.id, str) else m.id[0] for m in template()}
    assert "Key-account review" in found
    assert "Customer profit" in found
    assert any(text.startswith("# Customers and their profitability\n\n") for text in found)


def test_a_catalogue_is_read_as_it_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "sv" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = 'msgid "yes"\nmsgstr "ja"\n\nmsgid "{n} row"\nmsgid_plural "{n} rows"\nmsgstr[0] "{n} rad"\nmsgstr[1] "{n} rader"\n'
    (folder / "kamkit.po").write_text(HEADER + po, encoding="utf-8")
    for code in ("sv", "sv-FI"):
        read = read_catalogue(tmp_path, code)
        assert (read.message("yes"), read.message("no")) == ("ja", "no")
        assert [read.plural("{n} row", "{n} rows", n) for n in (0, 1, 2)] == [
            "{n} rader",
            "{n} rad",
            "{n} rader",
        ]


def test_a_sentence_is_said_again_around_its_values() -> None:
    words = Catalogue({"{who} lost {n}": "{n} förlorades av {who}", "all": "alla"})
    told = pickle.loads(pickle.dumps(Sentence("{who} lost {n}", who=Sentence("all"), n=3)))
    with in_language("en"):
        assert _(told) == told == "all lost 3"
        use_catalogue("sv", words)
        assert _(told) == "3 förlorades av alla"
        assert (language(), ngettext("one", "many", 2)) == ("sv", "many")
    assert language() == "en"


def test_an_entry_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "sv").mkdir()
    (tmp_path / "sv" / "glossary.toml").write_text('[[term]]\nenglish = "Deal"\nword = "Affär"\n')
    with pytest.raises(ConfigError, match="'Deal'"):
        glossary("sv", tmp_path)


def _po(text: str) -> Catalog:
    return read_po(io.BytesIO((HEADER + text).encode()), locale="sv")


def _faults(message: str, translation: str, *terms: Term) -> list:
    wanted, given = Catalog(), Catalog(locale="sv")
    wanted.add(message)
    given.add(message, translation)
    return faults_of(given, wanted, terms)


def test_no_mark_holds_a_text_that_no_catalogue_can_hold() -> None:
    root = Path(__file__).resolve().parents[2]
    found = [(f.name, *t) for f in root.glob("kamkit/**/*.py") for t in untranslatable(f.read_text("utf-8"))]
    for book in root.glob("notebooks/*.ipynb"):
        cells = json.loads(book.read_text("utf-8"))["cells"]
        code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        found += [(book.name, *t) for text in code for t in untranslatable(text, notebook=True)]
    assert found == []


def test_an_f_string_is_found() -> None:
    assert [t for _line, t in untranslatable("_(f'{n} deals')\nf(what=f'{n}')")] == ["f'{n} deals'"]
    assert len(untranslatable("f(what=f'{n}')", notebook=True)) == 1
