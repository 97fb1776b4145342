"""What can go wrong between here and the Hub, each in one sentence that says what to do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from realfake_hf.errors import RealFakeError

SENTENCE_LIMIT = 300
"""Characters of a server's own words that are passed on."""

XET_REFUSAL = re.compile(r"HTTP status \w+ error \((\d{3})")
"""In errors of hf_xet, which have no type of their own for an answer that the server gave."""


@contextmanager
def told_in_a_sentence(repo: str) -> Iterator[None]:
    """Turn whatever `huggingface_hub` raises about a repository into a RealFakeError of one sentence."""
    from huggingface_hub.errors import HfHubHTTPError

    # The base of every error of its HTTP library, which is httpx in one release and httpx2 in the next.
    http_error = cast("type[Exception]", next(b for b in HfHubHTTPError.__mro__ if b.__name__ == "HTTPError"))
    try:
        yield
    except RealFakeError:
        raise
    except (http_error, OSError, ValueError, RuntimeError) as error:
        raise RealFakeError(_sentence(error, repo)) from error


def commit_was_lost(error: BaseException) -> bool:
    """Whether it was the commit itself that a server's fault or a broken connection hit.

    The client tries everything else again by itself, but not that: it could be made twice.
    """
    from huggingface_hub.errors import HfHubHTTPError

    if isinstance(error, HfHubHTTPError):
        return error.response.status_code >= 500 and "/commit/" in str(error.response.request.url)
    return _is_transport_error(error) and "/commit/" in str(getattr(error, "request").url)  # noqa: B009 - of httpx


def _sentence(error: BaseException, repo: str) -> str:
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalTokenNotFoundError,
        OfflineModeIsEnabled,
        RevisionNotFoundError,
    )

    cause = _cause(error)
    if isinstance(cause, HFValidationError):
        return f"{repo} is no name of a repository: give NAME or OWNER/NAME, of letters, digits, '-', '_' and '.'."
    if isinstance(cause, LocalTokenNotFoundError):
        return "You are not logged in to the Hub: run `hf auth login`, or set HF_TOKEN."
    if isinstance(cause, OfflineModeIsEnabled):
        return "The Hub is switched off here by HF_HUB_OFFLINE: unset that variable to push."
    if isinstance(cause, RevisionNotFoundError):
        return f"{repo} has no such revision: check `revision`."
    if isinstance(cause, HfHubHTTPError):
        return _answer(cause.response.status_code, cause.response.headers, cause.server_message or "", repo)
    if refused := XET_REFUSAL.search(str(cause)):
        return _answer(int(refused[1]), {}, str(cause), repo)
    if _is_network_error(cause):
        from huggingface_hub import constants

        reason = _first_line(str(cause) or type(cause).__name__)
        return f"The Hub ({constants.ENDPOINT}) cannot be reached ({reason}): check the network and push again."
    return f"The Hub refuses {repo}: {_first_line(str(cause))}."


def _answer(status: int, headers: Mapping[str, str], message: str, repo: str) -> str:
    if status == 401 and "RepoNotFound" not in headers.get("X-Error-Code", ""):
        where = "the one in HF_TOKEN" if os.environ.get("HF_TOKEN") else "the stored one"
        return f"The Hub does not know your token ({where}): log in again with `hf auth login`, or set HF_TOKEN."
    if status == 403:
        return (
            f"Your token may not write to {repo} ({_first_line(message)}): use a token with write access, a repository "
            "of your own, or `create_pr`."
        )
    if status in (401, 404):
        return f"There is no {repo} on the Hub, or your token may not see it: check the name, or log in as its owner."
    if status in (409, 412):
        return f"{repo} was changed by somebody else meanwhile: push again."
    if status == 429:
        seconds = headers.get("Retry-After", "")
        wait = f"wait {seconds} s" if seconds.isdigit() else "wait some minutes"
        return f"The Hub asks for patience (too many requests): {wait} and push again."
    if status >= 500:
        return f"The Hub fails at the moment (status {status}): push again later."
    return f"The Hub refuses {repo} (status {status}): {_first_line(message) or 'it does not say why'}."


def _cause(error: BaseException) -> BaseException:
    """The error of the transfer below what a thread of the client wrapped around it."""
    from huggingface_hub.errors import HfHubHTTPError

    while not isinstance(error, HfHubHTTPError) and type(error) is RuntimeError and error.__cause__ is not None:
        error = error.__cause__
    return error


def _is_network_error(error: BaseException) -> bool:
    return isinstance(error, OSError) or _is_transport_error(error)


def _is_transport_error(error: BaseException) -> bool:
    """Of httpx, or of httpx2 in later releases of the client."""
    return any(base.__name__ == "TransportError" for base in type(error).__mro__)


def _first_line(text: str) -> str:
    lines = [line.strip(" -") for line in text.splitlines() if line.strip(" -")]
    return " ".join(lines)[:SENTENCE_LIMIT].rstrip(".")
