"""The gallery: every exhibit of a run of the sample, how to read it, and the cell that makes it.

    python docs/make_gallery.py [--run RUN_FOLDER]

Without a run folder the sample is run first. The pages go to ``docs/gallery``; they are made, not kept.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat

import kamkit
from kamkit import plots
from kamkit.deliver import run
from kamkit.deliver.kept import FOLDER, Kept, read_kept
from kamkit.engagement.new import create
from kamkit.locale.numbers import Numbers
from kamkit.plots.svg import to_png

DOCS = Path(__file__).parent
GALLERY, NOTEBOOKS = DOCS / "gallery", DOCS.parent / "notebooks"


def main() -> None:
    arguments = argparse.ArgumentParser(description="Make the gallery of exhibits.")
    arguments.add_argument("--run", type=Path, help="folder of a run of the sample")
    given = arguments.parse_args().run
    if given:
        make_gallery(given)
        return
    with tempfile.TemporaryDirectory() as folder:
        engagement = create(Path(folder) / "nordvik", sample=True)
        make_gallery(run(engagement, progress=False).run_folder)


def make_gallery(run_folder: Path) -> None:
    """One page per step with its exhibits, and a page of contents."""
    numbers = kamkit.open(run_folder.parents[1]).numbers
    shutil.rmtree(GALLERY, ignore_errors=True)
    GALLERY.mkdir()
    pages = {step: list(exhibits) for step, exhibits in _by_step(run_folder)}
    for step, exhibits in pages.items():
        parts = [_exhibit(shown, step, numbers) for shown in exhibits]
        _write(f"{step}.md", f"# {_title(step)}\n\n" + "\n".join(parts))
    _write("index.md", _contents(pages))


def _by_step(run_folder: Path) -> Iterator[tuple[str, Iterable[Kept]]]:
    """Each exhibit once, in the step that shows it first, in the order of the notebook."""
    held = [read_kept(run_folder, file.stem) for file in sorted((run_folder / FOLDER).glob("*.json"))]
    seen: set[str] = set()
    for step in sorted({shown.step for shown in held}):
        source = _cells(step)
        mine = {s.draw: s for s in held if s.step == step and s.draw and s.draw not in seen}
        seen |= mine.keys()
        order = {draw: next(i for i, cell in enumerate(source) if draw in cell) for draw in mine}
        yield step, [mine[draw] for draw in sorted(mine, key=order.__getitem__)]


def _exhibit(shown: Kept, step: str, numbers: Numbers) -> str:
    draw = getattr(plots, shown.draw)
    figure = draw(*shown.tables, numbers=numbers, **shown.options).get_figure(root=True)
    (GALLERY / f"{shown.draw}.png").write_bytes(to_png(figure, dpi=130))
    plt.close(figure)
    code = next(cell for cell in _cells(step) if f"plots.{shown.draw}" in cell)
    message, alt = _as_text(shown.message), _as_text(draw.alt(*shown.tables, numbers=numbers))
    return f"""
## {shown.draw}

**{message}**

{_as_text(shown.title)}

![{alt}]({shown.draw}.png)

*How to read it:* {_as_text(shown.how)}

```{{eval-rst}}
.. autofunction:: kamkit.plots.{shown.draw}
```

```python
{code}
```
"""


def _contents(pages: dict[str, list[Kept]]) -> str:
    rows = [f"| [{_title(step)}]({step}.md) | {_links(step, held)} |" for step, held in pages.items() if held]
    tree = "\n".join(step for step, held in pages.items() if held)
    return (
        "# Gallery\n\nEvery exhibit that a run of the sample shows, with the sentence it computes, how to read it, and the cell of "
        "the notebook that makes it. The pictures are drawn anew each time this site is built.\n\n| Step | Exhibits |\n|---|---|\n"
        + "\n".join(rows)
        + f"\n\n```{{toctree}}\n:hidden:\n\n{tree}\n```\n"
    )


def _links(step: str, held: list[Kept]) -> str:
    return " · ".join(f"[{s.draw}]({step}.md#{s.draw.replace('_', '-')})" for s in held)


def _title(step: str) -> str:
    """The notebook's heading."""
    first = nbformat.read(NOTEBOOKS / f"{step}.ipynb", as_version=4).cells[0].source
    return str(first.splitlines()[0].lstrip("# "))


def _cells(step: str) -> list[str]:
    cells = nbformat.read(NOTEBOOKS / f"{step}.ipynb", as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def _as_text(text: str) -> str:
    """Text of the run as text of the page, whatever it holds."""
    for sign in "\\`*_[]<>$|":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")


def _write(name: str, text: str) -> None:
    (GALLERY / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
