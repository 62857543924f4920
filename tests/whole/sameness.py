"""What is left of a deliverable without what belongs to a run: its id, its times, its day."""

from __future__ import annotations

import io
import re
import zipfile

OF_A_RUN = re.compile(
    r"\d{8}T\d{6}Z-[0-9a-f]{8}|\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?|\d\d:\d\d(?::\d\d)?"
    r"|\d+\.\d s\b"
)
"""What differs: the id of the run, its times, how long its steps took."""


def parts(content: bytes) -> dict[str, str | bytes]:
    """The parts of a package, or the page, without what belongs to a run; workbooks within it likewise."""
    if not content.startswith(b"PK"):
        return {"": plain(content.decode("utf-8", errors="replace"))}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        held = {name: package.read(name) for name in package.namelist()}
    return {
        name: str(sorted(parts(part).items())) if part.startswith(b"PK") else plain(part.decode("latin-1"))
        for name, part in held.items()
    }


def plain(text: str) -> str:
    return OF_A_RUN.sub("…", text)
