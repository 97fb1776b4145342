"""What is asked for in a wrong way is refused in a sentence, and leaves no traceback in the operator's log."""

from __future__ import annotations

from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.requests import Request
from starlette.responses import JSONResponse

from realfake_hf.errors import RealFakeError

MEANT = 'This call has other arguments than it needs: see "Use via API" at the foot of the page.'
LONGEST = 300
"""Characters of an error, which may repeat what the caller gave."""


def refuse_in_sentences(page: gr.Blocks) -> None:
    """Give callers of an app that is being built a sentence for every argument that does not fit.

    Gradio fails on them in many ways, and each would be `"error": null` for the caller and a traceback in the log.
    """
    preprocess_data, process_api = page.preprocess_data, page.process_api

    async def preprocessed(*arguments: Any, **options: Any) -> Any:
        try:
            return await preprocess_data(*arguments, **options)
        except gr.Error as error:
            raise _refusal(str(error.message)) from None
        except Exception:  # of pydantic, of the operating system for a path that cannot be, ...
            raise _refusal(MEANT) from None

    async def processed(block_fn: Any, *arguments: Any, **options: Any) -> Any:
        if getattr(block_fn, "fn", block_fn) is None:  # what a browser does by itself
            raise _refusal(MEANT)
        try:
            return await process_api(block_fn, *arguments, **options)
        except RealFakeError as error:
            raise _refusal(str(error)) from None

    page.preprocess_data = preprocessed  # type: ignore[method-assign]
    page.process_api = processed  # type: ignore[method-assign]


def _refusal(words: str) -> gr.Error:
    return gr.Error(words if len(words) <= LONGEST else f"{words[:LONGEST]} …", print_exception=False)


def no_such_call(request: Request, error: Exception) -> JSONResponse:
    """The answer to a call of a function that the app does not have."""
    return JSONResponse({"detail": f'There is no such call: see "Use via API" at the foot of {request.base_url}.'}, 404)


def wrong_arguments(request: Request, error: Exception) -> JSONResponse:
    """The answer to a body that lacks something; FastAPI's own would repeat it, whatever is in it."""
    return JSONResponse({"detail": MEANT}, 422)


HANDLERS = {FnIndexInferError: no_such_call, RequestValidationError: wrong_arguments}
"""What Starlette shall answer to which exception."""
