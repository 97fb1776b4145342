"""Ways to damage an input; each is `damage(content, rng) -> content`."""

from __future__ import annotations

import copy
import json
import random
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import yaml

NUMBERS = [0, 1, 2, 7, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1]
JSON_VALUES = [None, True, False, *NUMBERS, -1, -(2**63), 0.5, 1e308, float("nan"), float("inf"), "", "x", "\0", "é"]
JSON_VALUES += ["1e999", "\ud800", [], {}, [[]], [{}], {"": None}]
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

Damage = Callable[[bytes, random.Random], bytes]


def bytes_damaged(content: bytes, rng: random.Random) -> bytes:
    """One to four times a bit, a number, a piece or the end."""
    damaged = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(damaged) + 1)
        match rng.randrange(8):
            case 0 if place < len(damaged):
                damaged[place] ^= 1 << rng.randrange(8)
            case 1:
                damaged[place : place + 1] = rng.randbytes(rng.randint(0, 4))
            case 2:
                width = rng.choice((1, 2, 4, 8))
                number = rng.choice(NUMBERS) % 256**width
                damaged[place : place + width] = number.to_bytes(width, rng.choice(("big", "little")))
            case 3:
                del damaged[place : place + rng.randint(1, 64)]
            case 4:
                piece = damaged[place : place + rng.randint(1, 200)]
                damaged[place:place] = piece * rng.randint(1, 20)
            case 5:
                other = rng.randrange(len(damaged) + 1)
                damaged[place:place] = damaged[other : other + rng.randint(1, 200)]
            case 6:
                del damaged[place:]
            case _:
                numbers = list(re.finditer(rb"\d+", damaged[:100_000]))
                if numbers:
                    found = rng.choice(numbers)
                    damaged[found.start() : found.end()] = str(rng.choice(NUMBERS)).encode()
    return bytes(damaged)


def value_damaged(value: Any, rng: random.Random) -> Any:
    """Plain values with another one somewhere; `value` itself is changed."""
    place = value
    while isinstance(place, dict | list) and place:
        key = rng.choice(sorted(place, key=str) if isinstance(place, dict) else range(len(place)))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or rng.random() < 0.3:
            match rng.randrange(4):
                case 0 if isinstance(place, dict):
                    place[rng.choice((*map(str, NUMBERS), "", "x", "label"))] = place.pop(key)
                case 1:
                    del place[key]
                case _:
                    place[key] = copy.deepcopy(rng.choice(JSON_VALUES))  # it may be damaged itself
            return value
        place = inner
    return copy.deepcopy(rng.choice(JSON_VALUES))


def json_damaged(content: bytes, rng: random.Random) -> bytes:
    """JSON with other values at one to three places."""
    value = json.loads(content)
    for _ in range(rng.randint(1, 3)):
        value = value_damaged(value, rng)
    return json.dumps(value).encode()


def yaml_damaged(content: bytes, rng: random.Random) -> bytes:
    """YAML likewise."""
    value = value_damaged(yaml.safe_load(content), rng)
    return yaml.safe_dump(value).encode("utf-8", "replace")


def png_with_sums(content: bytes, rng: random.Random) -> bytes:
    """A PNG with one damaged chunk whose checksum fits all the same, now and then twice."""
    chunks = []
    place = len(PNG_SIGNATURE)
    while place + 12 <= len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        chunks.append((content[place + 4 : place + 8], content[place + 8 : place + 8 + length]))
        place += 12 + length
    index = rng.randrange(len(chunks))
    kind, body = chunks[index]
    chunks[index : index + rng.randint(0, 1)] = [(kind, bytes_damaged(body, rng))]
    written = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return PNG_SIGNATURE + b"".join(written)


def header_damaged(content: bytes, rng: random.Random) -> bytes:
    """A safetensors file whose JSON header has other values, and a length that fits."""
    (length,) = struct.unpack("<Q", content[:8])
    header = json_damaged(content[8 : 8 + length], rng)
    return struct.pack("<Q", len(header)) + header + content[8 + length :]


def random_bytes(content: bytes, rng: random.Random) -> bytes:
    """The beginning of a seed, and anything after it."""
    return content[: rng.randint(0, min(len(content), 64))] + rng.randbytes(rng.randint(0, 200))


BYTES = (bytes_damaged, bytes_damaged, random_bytes)
JSON = (bytes_damaged, json_damaged, json_damaged)
YAML = (bytes_damaged, yaml_damaged, yaml_damaged)
