"""Requests that are broken are refused in a sentence, before Gradio fails on them."""

from __future__ import annotations

import json
import logging

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

BROKEN = 'This request cannot be understood: see "Use via API" at the foot of the page.'
NO_JSON = "The body of this request is no JSON: it must be UTF-8, and all its numbers finite."
NO_SESSION = "`session_hash` is empty: leave it out, or give a name of your own."
FAILS_WITH = (AttributeError, LookupError, TypeError, ValueError)
"""How Gradio fails on an upload without a file name, a boundary that is too long, a function that is not there, ..."""


class BrokenRequests:
    """ASGI middleware: 400 for a body that is no JSON, and for whatever else Gradio cannot take.

    One line in the operator's log says what Gradio failed with. The app's own functions answer for themselves.

    Args:
        app: what answers otherwise.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def sent(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            if _has_json(scope):
                receive = await _checked(receive)
            await self.app(scope, receive, sent)
        except HTTPException as error:
            await JSONResponse({"detail": error.detail}, error.status_code)(scope, receive, send)
        except FAILS_WITH as error:
            _note(scope, error)
            await JSONResponse({"detail": BROKEN}, 400)(scope, receive, send)
        except RuntimeError as error:  # of a stream of events, which has said so itself
            if not has_begun or error.__cause__ is None:
                raise
            _note(scope, error.__cause__)
            await send({"type": "http.response.body", "body": b""})


def _note(scope: Scope, error: BaseException) -> None:
    logger.warning("Refused %s %r: %r", scope["method"], scope["path"][:100], str(error)[:200])


def _has_json(scope: Scope) -> bool:
    kind: bytes = dict(scope["headers"]).get(b"content-type", b"")
    return scope["method"] == "POST" and not kind.lower().startswith(b"multipart/")


async def _checked(receive: Receive) -> Receive:
    """Read a body, and give what gives it again.

    Raises:
        HTTPException: it would stay in Gradio's memory and let later calls fail.
    """
    messages: list[Message] = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)
    try:
        value = json.loads(body) if body else None
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):  # half a surrogate is no UTF-8
        raise HTTPException(400, NO_JSON) from None
    if isinstance(value, dict) and value.get("session_hash") == "":
        raise HTTPException(400, NO_SESSION)
    left = iter(messages)

    async def again() -> Message:
        return next(left, None) or await receive()

    return again
