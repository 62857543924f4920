"""A run is computed once and written in each language that is asked for."""

from types import SimpleNamespace

import pytest

from kamkit.deliver import renderings, runner
from kamkit.deliver.renderings import languages_of, reports_of
from kamkit.engagement.config import Report
from kamkit.errors import ParameterError
from kamkit.locale import in_language, language
from kamkit.locale.catalogue import SOURCE
from tests.deliver import toy
from tests.locale.pseudo import Pseudo

SHOWN = (
    "from kamkit.deliver.show import show_table",
    "from kamkit.engagement.scene import Scene",
    "import pandas as pd",
    "day = pd.Timestamp('2025-12-31')",
    "scene = Scene('01_first', '', 'Nordvik', 'EUR', day, day)",
    "show_table(scene, pd.DataFrame({'revenue': [1234567.0]}), what='Rules of thumb', when='a year')",
)
WORDS = {"Rules of thumb": "Tumregler", "a year": "om året", "Revenue": "Intäkter"}


class Swedish(Pseudo):
    """A Swedish of few words; all others are in Cyrillic letters."""

    def message(self, text):
        return WORDS.get(text) or super().message(text)


@pytest.fixture
def swedish(monkeypatch):
    from kamkit import locale

    monkeypatch.setattr(locale, "read_catalogue", lambda folder, code: Swedish() if code == "sv" else SOURCE)
    monkeypatch.setattr(renderings, "LANGUAGES", ("en", "et", "sv"))
    with in_language(language()):
        yield


def engagement_in(language="en", *, languages=()):
    report = Report(languages=languages)
    return SimpleNamespace(config=SimpleNamespace(language=language, report=report))


def test_languages_are_those_asked_for_else_those_of_the_configuration(swedish):
    assert languages_of(engagement_in(languages=("et",)), "sv, en,sv") == ("sv", "en")
    assert languages_of(engagement_in(languages=("et", "en"))) == ("et", "en")
    assert languages_of(engagement_in("sv")) == ("sv",)


@pytest.mark.parametrize("asked", ["xx", "en,xx", ","])
def test_a_language_without_a_catalogue_is_refused(swedish, asked):
    with pytest.raises(ParameterError, match="there is no report in"):
        languages_of(engagement_in(), asked)


def test_the_first_stands_at_the_root():
    assert reports_of(["sv", "en"]) == {"sv": "report.html", "en": "en/report.html"}


@pytest.fixture
def first_step(tmp_path, monkeypatch):
    monkeypatch.setattr("kamkit.open", toy.engagement)
    return toy.notebook(tmp_path, "01_first", *SHOWN)


def test_one_run_is_written_in_each_language(swedish, tmp_path, first_step):
    result = runner.run(tmp_path, progress=False, languages="en,sv")
    assert result.succeeded, result.messages
    english, own = (result.reports[code].read_text(encoding="utf-8") for code in ("en", "sv"))
    assert result.reports["sv"] == tmp_path / "deliverables" / "sv" / "report.html"
    assert "Nordvik · Rules of thumb, EUR m · a year" in english
    assert "Nordvik · Tumregler, MEUR · om året" in own
    assert "1.23" in english
    assert "1,23" in own
    assert '<html lang="sv">' in own
    executed = [p for p in tmp_path.glob("runs/*/notebooks/*.ipynb")]
    assert len(executed) == 1


def test_the_terminal_is_told_in_english_whatever_the_client_reads(swedish, tmp_path, first_step, capsys):
    toy.notebook(tmp_path, "02_second", "1/0", writes=("rest",))
    toy.notebook(tmp_path, "03_third", reads=("rest",))
    runs = [runner.run(tmp_path, languages="sv")]
    toy.notebook(tmp_path, "02_second", writes=("rest",))
    runs.append(runner.run(tmp_path, languages="sv"))
    told = "\n".join([capsys.readouterr().err, *(text for run in runs for text in run.messages)])
    for said in ("02_second: failed", "whole traceback", "03_third did not run", "no earlier run stands"):
        assert said in told
    assert not [c for c in told if "а" <= c.lower() <= "я"]
