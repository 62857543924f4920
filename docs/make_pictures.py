"""The README's pictures: pages of the report, slides of the deck, a panel, one page in three languages.

    python docs/make_pictures.py [--engagement FOLDER] [--only languages]

Without a folder the sample is run first. Needs Chromium, LibreOffice and poppler's pdftoppm. An engagement
that is given must have been run with ``--lang en,sv,et``.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

from kamkit.deliver import run
from kamkit.deliver.chromium import find_chromium
from kamkit.engagement.new import create

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 1400
REPORT_PAGES, SLIDES = (3, 10), (10, 21)
LANGUAGES, CHAPTER = ("en", "sv", "et"), "Customers and their profitability"
UPPER_PART = (0.07, 0.06, 0.93, 0.575)
"""Of a page: its left, upper, right and lower edge."""


def main() -> None:
    arguments = argparse.ArgumentParser(description="Make the README's pictures.")
    arguments.add_argument("--engagement", type=Path, help="an engagement that was run")
    arguments.add_argument("--only", choices=["report", "deck", "panel", "languages"], help="one of them")
    given = arguments.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        engagement = given.engagement or create(scratch / "nordvik", sample=True)
        if not given.engagement:
            run(engagement, progress=False, languages=LANGUAGES)
        made = engagement / "deliverables"
        makers: dict[str, Callable[[], list[Image.Image]]] = {
            "report": lambda: _pages(made / "report.pdf", REPORT_PAGES, scratch),
            "deck": lambda: _pages(_as_pdf(made / "deck.pptx", scratch), SLIDES, scratch),
            "panel": lambda: [_panel(engagement, scratch)],
            "languages": lambda: _in_languages(made, scratch),
        }
        for name, make in makers.items():
            if given.only in (None, name):
                _save(make(), name)


def _in_languages(made: Path, scratch: Path) -> list[Image.Image]:
    """The upper part of one chapter's first page, in each language."""
    reports = [made / ("" if code == LANGUAGES[0] else code) / "report.pdf" for code in LANGUAGES]
    chapters = [_chapters(report) for report in reports]
    place = [title for title, _page in chapters[0]].index(CHAPTER)
    found = []
    for report, chapter in zip(reports, chapters, strict=True):
        [page] = _pages(report, (chapter[place][1],), scratch)
        edges = zip(UPPER_PART, (*page.size, *page.size), strict=True)
        found.append(page.crop(tuple(round(part * size) for part, size in edges)))
    return found


def _chapters(pdf: Path) -> list[tuple[str, int]]:
    """The chapters of a report, with the number of the page that each begins on."""
    read = pypdf.PdfReader(pdf)
    entries = [entry for entry in read.outline if not isinstance(entry, list)]
    return [(str(entry.title), read.get_destination_page_number(entry) + 1) for entry in entries]


def _pages(pdf: Path, numbers: tuple[int, ...], scratch: Path) -> list[Image.Image]:
    made = []
    for number in numbers:
        target, page = scratch / f"{pdf.parent.name}-{pdf.stem}-{number}", str(number)
        subprocess.run(
            ["pdftoppm", "-png", "-singlefile", "-r", "90", "-f", page, "-l", page, pdf, target], check=True
        )
        made.append(Image.open(target.with_suffix(".png")).convert("RGB"))
    return made


def _as_pdf(deck: Path, scratch: Path) -> Path:
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", scratch, deck]
    subprocess.run(command, check=True, capture_output=True)
    return scratch / "deck.pdf"


def _panel(engagement: Path, scratch: Path) -> Image.Image:
    target = scratch / "panel.png"
    with _workshop(engagement) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(find_chromium()), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(address)
        page.wait_for_selector(".kk-picture", timeout=60_000)
        page.locator(".kk-screen .lm-TabBar-tab").filter(has_text=re.compile("^1 ")).click()
        page.wait_for_timeout(2_000)
        page.screenshot(path=target)
        browser.close()
    return Image.open(target).convert("RGB")


@contextmanager
def _workshop(engagement: Path) -> Iterator[str]:
    """``kamkit workshop`` as it is started by hand; the address of its panels."""
    command = [sys.executable, "-m", "kamkit.cli", "workshop", str(engagement), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        said = (re.search(r"Panels.*?(http\S+)", line) for line in process.stdout)
        yield next(found[1] for found in said if found)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _save(pages: list[Image.Image], name: str) -> None:
    """Side by side with a thin frame, in few colours, so that the file stays small."""
    framed = [ImageOps.expand(page, border=2, fill="#c9d1da") for page in pages]
    height = max(page.height for page in framed)
    sheet = Image.new("RGB", (sum(page.width for page in framed) + 24 * (len(framed) - 1), height), "white")
    left = 0
    for page in framed:
        sheet.paste(page, (left, 0))
        left += page.width + 24
    sheet.thumbnail((WIDTH, WIDTH))
    sheet.quantize(128).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
