"""Voilà's server, reduced to one page: no configuration of others, no files, no way to run code."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from tornado.httpserver import HTTPServer
from tornado.web import HTTPError
from traitlets.config import Application, Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration
from voila.notebook_renderer import NotebookRenderer
from voila.request_info_handler import RequestInfoSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import AllowListFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.utils import get_page_config

from kamkit.engagement.config import load
from kamkit.kernels import CHANCES, StillbornKernelError
from kamkit.locale import use_language
from kamkit.workshop.server.gate import Gate, GuardedApplication
from kamkit.workshop.server.handlers import KernelSocket, Own, TokenHolder, own_handlers
from kamkit.workshop.server.inputs import Inputs
from kamkit.workshop.server.kernels import Kernels, OwnInterpreter
from kamkit.workshop.server.options import Options
from kamkit.workshop.server.pages import Pages
from kamkit.workshop.server.words import bar_labels, bar_words, waiting_page

__all__ = ["WorkshopServer"]

_HERE = Path(__file__).parent
_IDLE_SECONDS, _LOOK_EVERY = 30 * 60, 60
_LARGEST_MESSAGE = 8 * 1024**2
_WIDGETS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8")
_LEFT_OUT = (
    RequestInfoSocketHandler, VoilaShutdownKernelHandler, AllowListFileHandler, TornadoVoilaHandler,
)  # fmt: skip


class WorkshopServer(Voila):
    """Serves the panels of one engagement to who has the token.

    Parameters
    ----------
    shown : which engagement, and where.
    gate : who is let in.
    """

    name = "voila"

    def __init__(self, shown: Options, gate: Gate, **options: Any) -> None:
        for quiet in ("tornado.access", "tornado.general"):
            logging.getLogger(quiet).setLevel(logging.ERROR)
        use_language(load(shown.folder).language)
        super().__init__(config=_configuration(shown), log_level=logging.ERROR, **options)
        self.shown, self.gate = shown, gate
        self.initialize()

    def initialize(self, argv: Any = None) -> None:
        """Set up from what was given alone: no file of configuration, no signal handler of Voilà's."""
        Application.initialize(self, [])
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()

    def setup_template_dirs(self) -> None:
        """Voilà's templates, with kamkit's page in front of them."""
        super().setup_template_dirs()
        self.template_paths: list[str] = [str(_HERE / "templates"), *self.template_paths]

    def init_handlers(self) -> list[Any]:
        """Voilà's, without those that serve files or end kernels, and kamkit's own."""
        theirs = [rule for rule in super().init_handlers() if rule[1] not in _LEFT_OUT]
        theirs = [
            (rule[0], KernelSocket, *rule[2:]) if rule[1] is VoilaKernelWebsocketHandler else rule
            for rule in theirs
        ]
        return [*own_handlers(Own(self.pages, self.gate, self.shown.voting, waiting_page())), *theirs]

    def open(self, connection_dir: str, sockets: list[Any]) -> None:
        """Answer requests; the event loop is the caller's."""
        self.connection_dir = connection_dir
        settings = self.init_settings()
        self.kernel_manager.engagement = str(self.shown.folder)
        self.pages = Pages(self._make, self.kernel_manager, Inputs(self.shown.folder))
        self.app = GuardedApplication(self.gate, **settings)
        self.app.add_handlers(".*$", self.init_handlers())
        self.http = HTTPServer(self.app, max_body_size=1024, idle_connection_timeout=600, body_timeout=15)
        self.http.add_sockets(sockets)

    async def close(self) -> None:
        """End the connections and every kernel; one that is still starting is told twice, once in vain."""
        self.http.stop()
        await self.pages.stop()
        with suppress(HTTPError):
            await ensure_async(self.kernel_manager.shutdown_all(now=True))
        await self.http.close_all_connections()

    def init_settings(self) -> Any:
        """Voilà's, with the token of the gate for those of its handlers that ask on their own, too."""
        settings = super().init_settings()
        self.identity_provider = TokenHolder(parent=self, token=self.gate.token)
        self.authorizer.identity_provider = self.identity_provider
        return settings | {
            "identity_provider": self.identity_provider,
            "config": self.config,
            "allow_remote_access": False,
            "mathjax_url": "/workshop/static/formulas.js",
            "websocket_max_message_size": _LARGEST_MESSAGE,
        }

    async def _make(self) -> tuple[str, str]:
        """Start a kernel, let it build the panels, and keep the page; another where one is stillborn."""
        chances = CHANCES
        while True:
            renderer = await self._renderer()
            kernel = await self.kernel_manager.start_kernel(kernel_name="python3")
            try:
                manager = self.kernel_manager.get_kernel(kernel)
                return kernel, await renderer.generate_content_str(kernel, manager)
            except StillbornKernelError:
                await ensure_async(self.kernel_manager.shutdown_kernel(kernel, now=True))
                chances -= 1
                if not chances:
                    raise

    async def _renderer(self) -> NotebookRenderer:
        renderer = NotebookRenderer(
            voila_configuration=self.voila_configuration,
            traitlet_config=self.config,
            notebook_path=Path(self.shown.notebook).name,
            template_paths=self.template_paths,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            base_url=self.base_url,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config=get_page_config(
                base_url=self.base_url,
                settings=self.app.settings,
                log=self.log,
                voila_configuration=self.voila_configuration,
            ),
        )
        await renderer.initialize()
        return renderer


def _configuration(shown: Options) -> Config:
    """All that Voilà is told; files of the user's or of the working directory are not read."""
    notebook = Path(shown.notebook).resolve()
    return Config(
        Voila={
            "notebook_path": str(notebook),
            "root_dir": str(notebook.parent),
            "port": shown.port,
            "open_browser": False,
        },
        VoilaConfiguration={
            "template": "lab",
            "theme": "light",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "extension_allowlist": list(_WIDGETS),
            "show_tracebacks": True,
            "multi_kernel_manager_class": Kernels,
            "kernel_spec_manager_class": OwnInterpreter,
            "resources": {"workshop": _bar(shown)},
        },
        Kernels={"cull_idle_timeout": _IDLE_SECONDS, "cull_interval": _LOOK_EVERY},
        ZMQChannelsWebsocketConnection={"limit_rate": False},
    )


def _bar(shown: Options) -> dict[str, Any]:
    """What stands in the bar above the panels."""
    return {
        "title": load(shown.folder).client,
        "voting": bool(shown.voting),
        "labels": bar_labels(),
        "words": json.dumps(bar_words()),
    }
