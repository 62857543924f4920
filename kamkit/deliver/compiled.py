"""The templates of what notebooks show, compiled as this is imported: kernels forked afterwards have them."""

from __future__ import annotations

from kamkit.deliver.templates import prepare

__all__ = ["SHOWN"]

SHOWN = ("exhibit.html.j2", "table.html.j2", "gap.html.j2", "plan_head.html.j2", "plan_part.html.j2")

prepare(SHOWN)
