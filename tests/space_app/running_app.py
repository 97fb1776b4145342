"""An app in a process of its own, and a visit to it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

STARTS_WITHIN_SECONDS = 180


@dataclass
class App:
    """A running app: its address, and where it puts uploads."""

    url: str
    process: subprocess.Popen[str]
    temporary: Path


def start_app(command: list[str], folder: Path, temporary: Path, port: int, **environment: str) -> App:
    """Start an app as a process of its own and wait until it answers on its port."""
    temporary.mkdir()
    log = temporary.parent / "app.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=stream,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "TMPDIR": str(temporary), **environment},
        )
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while f":{port}" not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"The app did not start: {log.read_text()}")
        time.sleep(0.1)
    return App(f"http://127.0.0.1:{port}/", process, temporary)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Visit:
    """The app's page in a browser, and what must not happen there.

    Attributes:
        complaints: errors on the console, and exceptions of scripts.
        elsewhere: requests to anything but the app.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def open(self, app: App) -> None:
        """Go to the app and wait until it is there."""
        page = self.page
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._look(request.url, app.url))
        page.goto(app.url)
        page.locator(".rf-empty").wait_for()

    def _look(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.elsewhere.append(url)

    def judge(self, image: Path) -> str:
        """Upload an image to the first tab; the words of its verdict."""
        self.page.set_input_files("#image input[type=file]", image)
        heading = self.page.locator(".rf-verdict h2")
        heading.wait_for()
        return heading.inner_text()
