"""The storage behind a Hub that speaks Xet: files are lists of chunks, which lie compressed in blocks ("xorbs").

A client uploads the xorbs that hold new chunks, then a "shard" that says which chunks make up which file. It reads a
file by asking for its reconstruction and fetching the xorbs' bytes. Formats: https://huggingface.co/docs/xet/api
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from hub_repositories import HubError

if TYPE_CHECKING:
    from email.message import Message

    from hub_server import HubServer

HASH = r"(?P<hash>[0-9a-f]{64})"
XET_ROUTES = [
    (method, re.compile(pattern), name)
    for method, pattern, name in (
        ("GET", r"/api/(?P<kind>model|dataset|space)s/(?P<id>[\w.-]+/[\w.-]+)/xet-(?P<scope>read|write)-token/"
                r"(?P<revision>[^/]+)", "xet_token"),
        ("GET", rf"/v1/chunks/default-merkledb/{HASH}", "xet_chunk"),
        ("POST", rf"/v1/xorbs/default/{HASH}", "xet_xorb"),
        ("POST", r"/v2/shards", "xet_shard"),
        ("POST", r"/v1/telemetry", "xet_telemetry"),
        ("GET", rf"/v2/reconstructions/{HASH}", "xet_reconstruction"),
        ("GET", rf"/xorbs/{HASH}", "xet_bytes"),
    )
]  # fmt: skip
SHARD_TAG = b"HFRepoMetaData\0"
ENTRY = struct.Struct("<32s4I")
"""A hash and four numbers; every entry of a shard has this size."""
WITH_VERIFICATION, WITH_SHA256 = 1 << 31, 1 << 30
CHUNK_HEADER = 8


@dataclass(frozen=True)
class Term:
    """Some chunks in a row of one xorb, which are a part of a file."""

    xorb: str
    first: int
    end: int
    size: int


@dataclass
class XetStorage:
    """Xorbs by their hash, files as lists of terms, and the files' hashes by their sha256."""

    xorbs: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, list[Term]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def bounds(self, xorb: str) -> list[int]:
        """Where its chunks begin, and the end of the last."""
        content, found = self.xorbs[xorb], [0]
        while found[-1] + CHUNK_HEADER <= len(content) and content[found[-1] : found[-1] + 7] != b"XETBLOB":
            found.append(found[-1] + CHUNK_HEADER + int.from_bytes(content[found[-1] + 1 : found[-1] + 4], "little"))
        return found

    def content(self, terms: list[Term]) -> bytes:
        """The bytes of a file."""
        parts = []
        for term in terms:
            if term.xorb not in self.xorbs:
                raise HubError(400, f"The shard names a xorb that was not uploaded: {term.xorb}")
            bounds = self.bounds(term.xorb)
            chunks = [
                unpacked(self.xorbs[term.xorb][bounds[number] : bounds[number + 1]])
                for number in range(term.first, term.end)
            ]
            if sum(map(len, chunks)) != term.size:
                raise HubError(400, "The shard is wrong about the size of a term")
            parts += chunks
        return b"".join(parts)


def unpacked(chunk: bytes) -> bytes:
    """A chunk without its header and compression."""
    scheme, size = chunk[4], int.from_bytes(chunk[5:8], "little")
    if scheme == 0:
        return chunk[CHUNK_HEADER:]
    content = pa.decompress(chunk[CHUNK_HEADER:], size, codec="lz4", asbytes=True)
    if scheme == 1:
        return bytes(content)
    # The first bytes of every four lie together, then the second ones, and so on.
    grouped, whole = np.frombuffer(content, np.uint8), np.empty(size, np.uint8)
    start = 0
    for place in range(4):
        stop = start + len(range(place, size, 4))
        whole[place::4] = grouped[start:stop]
        start = stop
    return whole.tobytes()


def as_hex(hash: bytes) -> str:
    """As Xet writes hashes: four numbers of 64 bits."""
    return "".join(f"{number:016x}" for number in struct.unpack("<4Q", hash))


def files_of(shard: bytes) -> Iterator[tuple[str, list[Term], str]]:
    """Hash, terms and sha256 of each file of a shard."""
    if not shard.startswith(SHARD_TAG):
        raise HubError(400, "No shard")
    entries = ENTRY.iter_unpack(shard[48 : 48 + (len(shard) - 48) // ENTRY.size * ENTRY.size])
    for name, flags, count, *_ in entries:
        if name == b"\xff" * 32:
            return
        rows = [next(entries) for _ in range(count)]
        for _ in range(count if flags & WITH_VERIFICATION else 0):
            next(entries)
        sha256 = as_hex(next(entries)[0]) if flags & WITH_SHA256 else ""
        yield as_hex(name), [Term(as_hex(xorb), first, end, size) for xorb, _, size, first, end in rows], sha256


class XetApi:
    """Methods named as in XET_ROUTES, as `HubApi` has them."""

    hub: HubServer
    headers: Message
    query: dict[str, list[str]]
    body: bytes
    _send: Callable[[int, bytes, dict[str, str]], None]
    _readable: Callable[[str, str], Any]
    _writable: Callable[[str, str], Any]
    _send_ranged: Callable[[bytes, dict[str, str]], None]

    def _xet_token(self, kind: str, id: str, scope: str, revision: str) -> None:
        # Who opens a pull request needs no right to write.
        (self._writable if scope == "write" and "create_pr" not in self.query else self._readable)(kind, id)
        url, token, expires = self.hub.storage_endpoint, f"xet-{scope}", int(time.time()) + 900
        # The Python part of the client reads the headers, the other part the body.
        body = {"casUrl": url, "accessToken": token, "exp": expires}
        headers = {"X-Xet-Cas-Url": url, "X-Xet-Access-Token": token, "X-Xet-Token-Expiration": str(expires)}
        self._send(200, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})

    def _check_scope(self, *scopes: str) -> None:
        if self.headers.get("Authorization") not in [f"Bearer xet-{scope}" for scope in scopes]:
            raise HubError(401, "A token of the storage, not of the Hub, is needed here")

    def _xet_chunk(self, hash: str) -> None:
        self._check_scope("read", "write")
        raise HubError(404, "This chunk is not known to all")

    def _xet_xorb(self, hash: str) -> Any:
        self._check_scope("write")
        is_new = hash not in self.hub.xet.xorbs
        self.hub.xet.xorbs[hash] = self.body
        return {"was_inserted": is_new}

    def _xet_shard(self) -> None:
        self._check_scope("write")
        for name, terms, sha256 in files_of(self.body):
            content = self.hub.xet.content(terms)
            if hashlib.sha256(content).hexdigest() != sha256:
                raise HubError(400, "The content does not match its sha256")
            self.hub.xet.files[name], self.hub.xet.names[sha256] = terms, name
            self.hub.large[sha256] = content
        self._send(200, b'{"type": "result"}\n', {"Content-Type": "application/x-ndjson"})

    def _xet_telemetry(self) -> Any:
        return {}

    def _xet_reconstruction(self, hash: str) -> Any:
        self._check_scope("read", "write")
        terms, storage = self.hub.xet.files.get(hash), self.hub.xet
        if terms is None:
            raise HubError(404, "No such file")
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        start, stop = (int(asked[1]), int(asked[2]) + 1) if asked else (0, sum(term.size for term in terms))
        at, offset, wanted = 0, 0, []
        for term in terms:
            if at < stop and at + term.size > start:
                offset = offset if wanted else max(0, start - at)
                wanted.append(term)
            at += term.size
        if not wanted:
            raise HubError(416, "Range not satisfiable")
        fetches = {}
        for xorb in {term.xorb for term in wanted}:
            first = min(term.first for term in wanted if term.xorb == xorb)
            end = max(term.end for term in wanted if term.xorb == xorb)
            bounds = storage.bounds(xorb)
            place = {
                "chunks": {"start": first, "end": end}, "bytes": {"start": bounds[first], "end": bounds[end] - 1}
            }  # fmt: skip
            fetches[xorb] = [{"url": f"{self.hub.storage_endpoint}/xorbs/{xorb}", "ranges": [place]}]
        shown = [{"hash": t.xorb, "unpacked_length": t.size, "range": {"start": t.first, "end": t.end}} for t in wanted]
        return {"offset_into_first_range": offset, "terms": shown, "xorbs": fetches}

    def _xet_bytes(self, hash: str) -> None:
        self._send_ranged(self.hub.xet.xorbs[hash], {})


def xet_headers(endpoint: str, kind: str, id: str, revision: str, name: str) -> dict[str, str]:
    """Of an answer about a file: its hash, and where a token to read it is to be had."""
    route = f"{endpoint}/api/{kind}s/{id}/xet-read-token/{revision}"
    return {"X-Xet-Hash": name, "Link": f'<{route}>; rel="xet-auth"'}
