"""The files in a tar, read from its start to its end in one go."""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Iterator
from typing import IO

from realfake_hf.images.regular_file import MAX_FILE_BYTES


def tar_members(stream: IO[bytes]) -> Iterator[tuple[str, bytes | None]]:
    """Yield name and content of every visible regular file of a tar; no content of one that is too large to be read.

    Args:
        stream: of the tar, compressed or not; need not be seekable.

    Raises:
        tarfile.TarError: it is no tar, or damaged.
    """
    with tarfile.open(fileobj=stream, mode="r|*") as tar:
        for member in tar:
            if not member.isfile() or posixpath.basename(member.name).startswith("."):
                continue
            if member.size > MAX_FILE_BYTES:
                yield member.name, None
                continue
            extracted = tar.extractfile(member)
            assert extracted is not None
            yield member.name, extracted.read()
