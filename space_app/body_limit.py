"""Requests that are too large are refused before their body is read."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from space_app.limits import MEGABYTE, Limits

UPLOAD = "/gradio_api/upload"
FORM = MEGABYTE
"""What the form around uploaded files may take."""
OTHERS = 4 * MEGABYTE
"""Of requests that upload nothing: file names and settings."""


class BodyLimit:
    """ASGI middleware: 413 for a body that is declared, or turns out, to be larger than `Limits` allow.

    Args:
        app: what answers otherwise.
        limits: of one visitor.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.upload = max(limits.max_batch_mb, limits.max_upload_mb) * MEGABYTE + FORM

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.upload if scope["path"].rstrip("/").endswith(UPLOAD) else OTHERS
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            answer = JSONResponse({"detail": _refusal(limit)}, 413, {"Connection": "close"})
            await answer(scope, receive, send)
            return
        await self.app(scope, _Counted(receive, limit), send)


class _Counted:
    """Receives a body of which nobody said how long it is."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive, self.limit, self.read = receive, limit, 0

    async def __call__(self) -> Message:
        message = await self.receive()
        self.read += len(message.get("body", b""))
        if self.read > self.limit:
            raise HTTPException(413, _refusal(self.limit))
        return message


def _refusal(limit: int) -> str:
    return f"The request is larger than the {limit // MEGABYTE} MB allowed here."
