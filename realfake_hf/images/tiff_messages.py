"""What libtiff writes to standard error while it decodes: one warning with the file's name instead of bare lines."""

from __future__ import annotations

import logging
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

logger = logging.getLogger(__name__)

STDERR = 2
_LIBTIFF_LINE = re.compile(rb"[\w ,]+: [^\r]*\.\r?\n?")
_REDIRECTED = threading.Lock()  # the descriptor belongs to the whole process


def decoded_by_libtiff(image: Image.Image) -> bool:
    """Whether Pillow leaves the decoding of an opened image to libtiff."""
    tiles = getattr(image, "tile", None) or []
    return image.format == "TIFF" and bool(tiles) and tiles[0][0] == "libtiff"


@contextmanager
def named_tiff_messages(name: str) -> Iterator[None]:
    """Gather libtiff's lines and log the first of them as one warning that names the file.

    libtiff has no other way to speak than the process's standard error; whatever else arrives there meanwhile is
    passed on as it is.
    """
    with _REDIRECTED, tempfile.TemporaryFile() as gathered:
        try:
            kept = os.dup(STDERR)
        except OSError:  # no standard error, so nothing to keep off it
            yield
            return
        try:
            os.dup2(gathered.fileno(), STDERR)
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            gathered.seek(0)
            lines = gathered.readlines()
    said = [line for line in lines if _LIBTIFF_LINE.fullmatch(line)]
    for line in lines:
        if not _LIBTIFF_LINE.fullmatch(line):
            os.write(STDERR, line)
    if said:
        first = said[0].decode("utf-8", "replace").strip().rstrip(".")
        more = f", and {len(said) - 1} more" if len(said) > 1 else ""
        logger.warning("%s is damaged in part (libtiff: %s%s).", name, first, more)
