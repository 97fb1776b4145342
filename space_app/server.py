"""Run the app: in a Space, or on one's own machine."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from realfake_hf.errors import RealFakeError
from space_app.limits import Limits
from space_app.upload_folder import swept, upload_folder


@dataclass(frozen=True)
class Address:
    """Where the app listens.

    Attributes:
        host, port: None leaves them to Gradio: its environment variables, or 127.0.0.1 and the first free port from
            7860 on.
        share: make a public link, through a server of Gradio's.
    """

    host: str | None = None
    port: int | None = None
    share: bool = False


def serve_space() -> None:
    """What `python app.py` does; an error ends in one sentence."""
    try:
        serve()
    except RealFakeError as error:
        sys.exit(f"Error: {error}")


def serve(
    model: str | None = None,
    address: Address = Address(),
    *,
    ready: Callable[[str], None] = lambda url: print(f"Listening on {url}", flush=True),
) -> None:
    """Serve until interrupted; what visitors uploaded is deleted at the end.

    Args:
        model: offered first, before the embedded ones; see `Models.offered`.
        address: where to listen.
        ready: called with the app's address when the model is loaded and the app answers.

    Raises:
        RealFakeError: Gradio is not installed, the model cannot be loaded, the host is none of this machine, or the
            port is taken.
    """
    require_host(_host(address))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when Gradio is imported
    limits = Limits.from_environment()
    with upload_folder() as uploads:
        page = build(model, limits)
        with swept(uploads, limits.keep_seconds):
            url = launch(page, address, limits)
            try:
                ready(url)
                page.block_thread()
            finally:
                page.close(verbose=False)


def require_host(host: str) -> None:
    """See at once that one can listen there: Gradio would try a hundred ports, five seconds each.

    Args:
        host: a name or an address.

    Raises:
        RealFakeError: it cannot be resolved, or is no address of this machine.
    """
    refused: Exception | None = None
    try:
        for family, kind, protocol, _, place in socket.getaddrinfo(host.strip("[]"), 0, type=socket.SOCK_STREAM):
            try:
                with socket.socket(family, kind, protocol) as one:
                    one.bind(place)
                return
            except OSError as error:  # of a machine without IPv6, perhaps, which does without that address
                refused = error
    except (OSError, ValueError) as error:  # ValueError: no name at all
        refused = error
    raise RealFakeError(
        f"The app cannot listen on {host} ({getattr(refused, 'strerror', None) or refused}): give the name or address "
        f"of this machine, 127.0.0.1 for itself alone, or 0.0.0.0 for all of its addresses."
    )


def build(model: str | None, limits: Limits) -> Any:
    """The page, with the model loaded.

    Raises:
        RealFakeError: as `serve`.
    """
    from space_app.models import Models

    models = Models.offered(model)
    models.detector(models.default)  # so that the first visitor does not wait, and a wrong model ends here
    try:
        from space_app.page import build_page
    except ModuleNotFoundError as error:
        raise RealFakeError(f"The app needs {error.name}: pip install 'realfake-hf[space]'.") from None
    except ValueError as error:  # Gradio reads its variables while it is imported
        raise RealFakeError(
            f"Gradio refuses the environment ({_reason(error)}): look at its GRADIO_ variables."
        ) from error
    return build_page(models, limits)


def launch(page: Any, address: Address, limits: Limits) -> str:
    """Start the app in the background: its address.

    Raises:
        RealFakeError: the port is taken, or the app does not answer.
    """
    from starlette.middleware import Middleware

    from realfake_hf.detection.gallery import GALLERY_FOLDER
    from space_app.body_limit import BodyLimit
    from space_app.broken_requests import BrokenRequests
    from space_app.other_sites import OtherSites, is_loopback
    from space_app.refusals import HANDLERS
    from space_app.theme import head, style, theme

    is_local = not address.share and is_loopback(_host(address))
    try:
        _, local, public = page.launch(
            theme=theme(),
            css=style(),
            head=head(),
            server_name=address.host,
            server_port=address.port,
            share=address.share,
            allowed_paths=[str(GALLERY_FOLDER)],
            app_kwargs={
                "middleware": [
                    Middleware(OtherSites, is_local=is_local),
                    Middleware(BodyLimit, limits=limits),
                    Middleware(BrokenRequests),
                ],
                "exception_handlers": HANDLERS,
            },
            max_file_size=f"{limits.max_upload_mb}mb",
            footer_links=["api"],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            inbrowser=False,
            prevent_thread_lock=True,
            quiet=True,
        )
    except OSError as error:
        raise RealFakeError(f"The app cannot listen there: {_reason(error)}.") from None
    except Exception as error:  # of many kinds: Gradio asks at its own address whether it answers
        raise RealFakeError(
            f"The app does not answer at its own address ({_reason(error)}): keep that out of a proxy "
            f"(NO_PROXY=localhost,127.0.0.1), or try again where the machine was busy."
        ) from error
    return str(public or local)


def _host(address: Address) -> str:
    return address.host or os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1"


def _reason(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200].rstrip(".")
