"""How languages write days and numbers, loaded as this is imported: kernels forked afterwards have it."""

from __future__ import annotations

from kamkit.locale import LANGUAGES
from kamkit.locale.numbers import Numbers

__all__: list[str] = []

for _language in LANGUAGES:
    Numbers("EUR", _language).month("2025-01-01")
