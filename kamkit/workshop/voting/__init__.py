"""Blind voting on the participants' own phones: one small web server, no kernel, no account, no internet.

:func:`start` runs it beside other work, ``kamkit vote`` by itself. Nothing here loads pandas: the ballot
and the results are made by processes of their own, so that the server stays small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamkit.workshop.voting.running import Running

__all__ = ["start"]


def start(engagement: Any, **options: Any) -> Running:
    """Start the voting page beside other work; see :class:`kamkit.workshop.voting.options.Options`.

    Parameters
    ----------
    engagement : the engagement folder.
    options : instrument, subjects, earlier, lan, address, port.

    Returns
    -------
    Running
        With the addresses of the pages, and ``stop()``; it ends with the process that started it.

    Raises
    ------
    KamkitError
        The port is taken, there is nothing to vote on, another voting is under way.
    """
    from kamkit.workshop.voting.options import Options
    from kamkit.workshop.voting.running import start_process

    return start_process(Options(engagement, **options))
