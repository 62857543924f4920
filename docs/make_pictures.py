"""The README's pictures: a page of the report, slides of the deck, a panel of the workshop.

    python docs/make_pictures.py [--engagement FOLDER]

Without a folder the sample is run first. Needs Chromium, LibreOffice and poppler's pdftoppm.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

from kamkit.deliver import run
from kamkit.deliver.chromium import find_chromium
from kamkit.engagement.new import create

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 1400
REPORT_PAGES, SLIDES = (3, 10), (10, 21)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Make the README's pictures.")
    arguments.add_argument("--engagement", type=Path, help="an engagement that was run")
    given = arguments.parse_args().engagement
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        engagement = given or create(Path(scratch) / "nordvik", sample=True)
        if not given:
            run(engagement, progress=False)
        made = engagement / "deliverables"
        _save(_pages(made / "report.pdf", REPORT_PAGES, Path(scratch)), "report")
        _save(_pages(_as_pdf(made / "deck.pptx", Path(scratch)), SLIDES, Path(scratch)), "deck")
        _save([_panel(engagement, Path(scratch))], "panel")


def _pages(pdf: Path, numbers: tuple[int, ...], scratch: Path) -> list[Image.Image]:
    made = []
    for number in numbers:
        target, page = scratch / f"{pdf.stem}-{number}", str(number)
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
