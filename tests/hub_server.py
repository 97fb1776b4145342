"""A small, faithful Hugging Face Hub on loopback, for the real `huggingface_hub` client, with faults on demand.

    with HubServer() as hub:
        hub.token                              # of the user "me", who may write below me/
        with hub.failing("PUT /lfs/", 503):    # the next such request fails
            ...

It keeps what the client could notice: git's object ids, LFS with checked hashes, commits in one step, redirects to
another origin for large files, error codes in headers, large files by Xet, or by LFS with HF_HUB_DISABLE_XET=1.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hub_api import ROUTES, HubApi
from hub_repositories import HubError, Repository
from hub_xet import XET_ROUTES, XetApi, XetStorage


@dataclass
class Fault:
    """What goes wrong with the next `times` requests whose `METHOD /path` the pattern is found in."""

    pattern: str
    status: int = 0
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "on demand"
    drop_after: int | None = None
    lose_answer: bool = False


class Handler(HubApi, XetApi, BaseHTTPRequestHandler):
    """HTTP of one request: the body in, the answer or the fault out."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        pass

    def _serve(self) -> None:
        url = urlsplit(self.path)
        self.query = parse_qs(url.query)
        method = "GET" if self.command == "HEAD" else self.command
        self.hub.requests.append(f"{self.command} {url.path}")
        fault = self._fault(f"{self.command} {url.path}")
        if fault is not None and fault.drop_after is not None:
            self.rfile.read(fault.drop_after)
            self._hang_up()
            return
        self.body = self._read_body()
        self.answer_is_lost = fault is not None and fault.lose_answer
        try:
            if fault is not None and fault.status:
                raise HubError(fault.status, fault.message, headers=fault.headers)
            for wanted, pattern, name in (*ROUTES, *XET_ROUTES):
                match = pattern.fullmatch(url.path)
                if match and wanted == method:
                    with self.hub.lock:
                        answer = getattr(self, f"_{name}")(
                            **{k: unquote(v or "") for k, v in match.groupdict().items()}
                        )
                    if answer is not None:
                        self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})
                    return
            raise HubError(404, f"The stand-in knows no {self.command} {url.path}")
        except HubError as error:
            headers = {"X-Error-Message": error.message, "Content-Type": "application/json", **error.headers}
            if error.code:
                headers["X-Error-Code"] = error.code
            self._send(error.status, json.dumps({"error": error.message}).encode(), headers)

    do_GET = do_HEAD = do_POST = do_PUT = _serve

    def _fault(self, request: str) -> Fault | None:
        with self.hub.lock:
            for fault in self.hub.faults:
                if fault.times > 0 and re.search(fault.pattern, request):
                    fault.times -= 1
                    return fault
        return None

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        if self.answer_is_lost:
            self._hang_up()
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), "X-Request-Id": "test", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class Listener(ThreadingHTTPServer):
    """Clients may hang up whenever they like."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class HubServer:
    """The Hub; a context manager.

    Attributes:
        endpoint: for HF_ENDPOINT.
        users: token -> (name, role `write` or `read`); `token` and `read_token` belong to "me", one to "you".
        repositories: `(kind, id)` -> repository.
        large: sha256 -> bytes that were uploaded by LFS or Xet.
        xet: what was uploaded by Xet.
        requests: `METHOD /path` of all, in order.
    """

    token, read_token, other_token = "hf_me_may_write", "hf_me_may_read", "hf_you_may_write"

    def __init__(self) -> None:
        self.users = {self.token: ("me", "write"), self.read_token: ("me", "read"), self.other_token: ("you", "write")}
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.large: dict[str, bytes] = {}
        self.xet = XetStorage()
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.lock = threading.RLock()
        self.http = Listener(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"hub": self}))
        self.endpoint = f"http://127.0.0.1:{self.http.server_port}"
        self.storage_endpoint = f"http://localhost:{self.http.server_port}"  # another origin, as a CDN is

    def __enter__(self) -> HubServer:
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.http.shutdown()
        self.http.server_close()

    def repository(self, id: str, kind: str = "model") -> Repository:
        return self.repositories[kind, id]

    def clear(self) -> None:
        """Forget all repositories and requests; not what Xet stores, for clients know that by heart."""
        self.repositories.clear()
        self.large.clear()
        self.requests.clear()

    @contextmanager
    def failing(self, pattern: str, status: int = 0, **details: Any) -> Iterator[Fault]:
        """Make requests fail: with a status, by hanging up after `drop_after` bytes of their body, or, once everything
        was done, without an answer (`lose_answer`)."""
        fault = Fault(pattern, status, **details)
        self.faults.append(fault)
        try:
            yield fault
        finally:
            self.faults.remove(fault)
