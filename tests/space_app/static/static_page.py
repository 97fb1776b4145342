"""The built page on a server of its own, and a visit to it."""

from __future__ import annotations

import base64
import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on a plain static host: its address. No header makes the page private, the page itself must."""
    handler = functools.partial(_Files, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@dataclass
class Judged:
    """What the page says of an image: the verdict's name, p_fake unrounded, and all the words."""

    label: str
    p_fake: float
    words: str


@dataclass
class Visit:
    """The page in a browser.

    Attributes:
        complaints: errors on the console, and exceptions of scripts.
        requests: all addresses asked for.
    """

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Go there and wait until the detector is loaded."""
        page = self.page
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(self.address)
        page.wait_for_selector("html[data-state=ready]", state="attached", timeout=60_000)

    def judge(self, image: Path) -> Judged:
        """Choose a file."""
        self.page.set_input_files("#file", image)
        return self.verdict()

    def verdict(self) -> Judged:
        """Wait for the verdict."""
        verdict = self.page.locator("#verdict[data-p-fake]")
        verdict.wait_for(timeout=60_000)
        label, p_fake = (verdict.get_attribute(f"data-{name}") for name in ("label", "p-fake"))
        return Judged(str(label), float(str(p_fake)), str(verdict.text_content()).replace("\N{NO-BREAK SPACE}", " "))

    def run(self, script: str, argument: Any = None) -> Any:
        """Evaluate an async arrow function; bytes in its argument become base64, which `bytes(text)` reads there."""
        helper = "const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));"
        return self.page.evaluate(f"(argument) => {{ {helper} return ({script})(argument); }}", _plain(argument))


def _plain(argument: Any) -> Any:
    if isinstance(argument, bytes):
        return base64.b64encode(argument).decode()
    return [_plain(item) for item in argument] if isinstance(argument, list) else argument
