"""Fetch an image from a web address: off unless REALFAKE_ALLOW_URLS is set, and then within narrow limits."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import tempfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import httpx
from safehttpx import AsyncSecureTransport

from realfake_hf.errors import RealFakeError

VARIABLE = "REALFAKE_ALLOW_URLS"
SECONDS = 10.0
MAX_REDIRECTS = 3
PORTS = range(1, 65536)
LONGEST_NAME = 200
"""Bytes of a file's name, which file systems take."""
TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
"""Addresses that a gateway turns into IPv4 ones, which stand in their last four bytes (RFC 6052, RFC 8215)."""


def addresses_allowed() -> bool:
    """Whether the operator allows to fetch images."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


async def fetch_image(address: str, folder: Path, limit: int) -> Path:
    """Fetch one file: http or https, from a public host, at most `limit` bytes, within `SECONDS`.

    Every host, of redirects too, is resolved once and connected to by the address that was checked.

    Raises:
        RealFakeError: anything else.
    """
    url = _checked(address)
    try:
        content, last = await asyncio.wait_for(_fetch(url, limit), SECONDS)
    except (asyncio.TimeoutError, httpx.TimeoutException):
        raise RealFakeError(f"{url.host} took longer than {SECONDS:.0f} seconds: download the image first.") from None
    except (httpx.HTTPError, OSError):
        raise RealFakeError(f"{url.host} cannot be reached: download the image first.") from None
    try:
        return _written(content, last, folder)
    except OSError:
        raise RealFakeError(f"There is no room here for the image from {url.host}: try again later.") from None


async def _fetch(url: httpx.URL, limit: int) -> tuple[bytes, httpx.URL]:
    """The content, and where it came from in the end."""
    for _ in range(MAX_REDIRECTS + 1):
        transport = AsyncSecureTransport(await _public_address(url.host))
        async with (
            httpx.AsyncClient(transport=transport, trust_env=False) as client,
            client.stream("GET", url, headers={"User-Agent": "realfake-hf", "Accept": "image/*"}) as response,
        ):
            if response.has_redirect_location:  # of what says 3xx, not all leads somewhere
                url = _checked(response.headers["location"], url)
                continue
            if response.status_code != httpx.codes.OK:
                raise RealFakeError(f"{url.host} answers {response.status_code}: check the address.")
            content = bytearray()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > limit:
                    raise RealFakeError(f"The image is larger than the {limit // 2**20} MB allowed here.")
            return bytes(content), url
    raise RealFakeError(f"The address leads through more than {MAX_REDIRECTS} others: give the last one.")


def _checked(address: str, base: str | httpx.URL = "") -> httpx.URL:
    try:
        url = httpx.URL(base).join(address.strip())
        named = bool(url.host)  # decodes it, which not every host can be
    except (httpx.InvalidURL, UnicodeError):
        url, named = httpx.URL(), False
    if url.scheme not in ("http", "https") or not named or url.userinfo or (url.port or 80) not in PORTS:
        raise RealFakeError("That is no web address of an image: it must begin with https:// or http://.")
    return url


async def _public_address(host: str) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RealFakeError(f"There is no host {host}: check the address.") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not all(is_public(address.partition("%")[0]) for address in addresses):
        raise RealFakeError(f"{host} is no public host: only images from the open web are fetched.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one host's of the open web, by whatever way of writing IPv4 within IPv6 it is given."""
    found = ipaddress.ip_address(address)
    inner: list[ipaddress.IPv4Address | None] = []
    if isinstance(found, ipaddress.IPv6Address):
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if any(found in network for network in TRANSLATED):
            inner.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
    return all(one.is_global and not one.is_multicast for one in (found, *inner) if one is not None)


def _written(content: bytes, url: httpx.URL, folder: Path) -> Path:
    name = "".join(c for c in PurePosixPath(unquote(url.path)).name if c.isalnum() or c in "._- ")[-80:]
    name = name.encode()[-LONGEST_NAME:].decode(errors="ignore")
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(dir=folder)) / (name.lstrip(".") or "image")
    path.write_bytes(content)
    return path
