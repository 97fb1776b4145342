"""Other web sites in a visitor's browser get nothing of an app on that visitor's own machine, and nobody a fetch."""

from __future__ import annotations

import ipaddress
import os
import re
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

VARIABLE = "REALFAKE_HOSTS"
NO_FETCH = "Give a file: this app fetches nothing from the web."
_FETCH = re.compile(r"/file[=/]+https?:", re.IGNORECASE)
"""Of Gradio, which would ask a name server for any host that a caller names, and fetch from it."""


class OtherSites:
    """ASGI middleware: 403 for what another web site makes a browser ask, and for files at web addresses.

    An app that listens for its own machine alone is no secret to the browser there. A page from elsewhere can send
    requests to it, and where its name is made to lead to this machine (DNS rebinding) read the answers too. So the app
    must be called by a name of this machine, or by one in REALFAKE_HOSTS, for a proxy before it; and what a page of
    another site wants is refused, but for a link to here.

    Args:
        app: what answers otherwise.
        is_local: whether the app listens for this machine alone.
    """

    def __init__(self, app: ASGIApp, *, is_local: bool) -> None:
        self.app, self.is_local = app, is_local
        self.names = frozenset(name.strip().lower() for name in os.environ.get(VARIABLE, "").split(","))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await JSONResponse({"detail": refusal}, 403)(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        if _FETCH.search(scope["path"]):
            return NO_FETCH
        if not self.is_local:
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._is_own(host := headers.get("host", "")):
            return f"This app is here for its own machine alone, not as {host}: name that in {VARIABLE} if it is yours."
        origin = headers.get("origin")
        if origin is not None and not self._is_own(origin.partition("://")[2]):
            return f"This app answers to no page of {origin}: name its host in {VARIABLE} if it is yours."
        is_link = scope["method"] in ("GET", "HEAD") and headers.get("sec-fetch-dest") == "document"
        if origin is None and headers.get("sec-fetch-site") == "cross-site" and not is_link:
            return "This app answers to no page of another web site."
        return None

    def _is_own(self, place: str) -> bool:
        """Whether `host:port` is this machine's, or the operator's."""
        try:
            host = urlsplit(f"//{place}").hostname or ""
        except ValueError:
            return False
        return bool(host) and (host in self.names or is_loopback(host))


def is_loopback(host: str) -> bool:
    """Whether a host can be nothing but the machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
