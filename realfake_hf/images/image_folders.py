"""Find image files in folders: by their suffix, or by their first bytes where the suffix says nothing."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

IMAGE_EXTENSIONS = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".avif", ".avifs", ".bmp", ".dib",
        ".gif", ".tif", ".tiff", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".ppm", ".pgm", ".pbm", ".pnm",
        ".pfm", ".tga", ".icb", ".vda", ".psd", ".ico", ".cur", ".icns", ".dds", ".qoi", ".pcx", ".dcx", ".sgi",
        ".rgb", ".rgba", ".bw", ".ras", ".im", ".msp", ".pxr", ".pcd", ".fit", ".fits", ".fli", ".flc", ".blp",
        ".ftc", ".ftu", ".gbr", ".xbm", ".xpm", ".heic", ".heif", ".hif", ".jxl",
    }
)  # fmt: skip
"""Suffixes that count as images: what Pillow reads, and HEIC and JPEG XL, so that they are named, not overlooked."""

RAW_EXTENSIONS = frozenset(
    {
        ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".k25", ".kdc", ".mef",
        ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw",
        ".x3f",
    }
)  # fmt: skip
"""Cameras' raw files. Many are TIFF inside, whose first picture is a thumbnail: they are passed over."""

NO_SUFFIX = "no suffix"
SHOWN_SUFFIXES = 8

_SIGNATURES = (
    (0, b"\xff\xd8\xff"),  # JPEG
    (0, b"\x89PNG\r\n\x1a\n"),
    (0, b"GIF87a"),
    (0, b"GIF89a"),
    (8, b"WEBP"),
    (0, b"II*\0"),  # TIFF
    (0, b"MM\0*"),
    (0, b"II+\0"),  # BigTIFF
    (0, b"MM\0+"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n"),  # JPEG 2000, boxed
    (0, b"\xff\x4f\xff\x51"),  # and its codestream
    (4, b"ftypavif"),
    (4, b"ftypavis"),
    (4, b"ftypheic"),
    (4, b"ftypheix"),
    (4, b"ftypmif1"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n"),  # JPEG XL, boxed
    (0, b"\xff\x0a"),  # and its codestream
    (0, b"8BPS\0\x01"),  # PSD
    (0, b"qoif"),
    (0, b"DDS \x7c\0\0\0"),
)
"""Offset and bytes by which a file is known as an image whatever its name; formats with weaker marks need a suffix."""

_LONGEST = max(offset + len(mark) for offset, mark in _SIGNATURES)


def find_images(paths: Iterable[str | Path] | str | Path, passed_over: Counter[str] | None = None) -> list[Path]:
    """Like `find_image_names`, as `Path`s."""
    return [Path(name) for name in find_image_names(paths, passed_over)]


def find_image_names(paths: Iterable[str | Path] | str | Path, passed_over: Counter[str] | None = None) -> list[str]:
    """Expand files, folders (recursive, sorted) and globs into image files, each once, in the order given.

    Hidden files and folders are skipped inside folders. A file that is named outright is kept whatever
    its suffix, and so is a path that does not exist: `open_image` then names it in its error.

    Args:
        paths: see above.
        passed_over: counts, by suffix, the files in folders that are no images.
    """
    if isinstance(paths, str | Path):
        paths = [paths]
    found: dict[str, None] = {}
    for given in paths:
        path = Path(given).expanduser()
        matches = [path]
        if not path.exists() and glob.has_magic(str(path)):
            matches = sorted(map(Path, glob.glob(str(path), recursive=True))) or [path]  # noqa: PTH207 (absolute ones)
        for match in matches:
            if match.is_dir():
                found.update(dict.fromkeys(walk_images(match, passed_over)))
            elif len(matches) == 1 or is_image(str(match)):
                found[str(match)] = None
            elif passed_over is not None and match.name[:1] != ".":
                passed_over[_suffix(match.name)] += 1
    return list(found)


def walk_images(folder: str | Path, passed_over: Counter[str] | None = None) -> Iterator[str]:
    """Yield the image files below a folder, sorted, following links once, skipping hidden names.

    A folder below that cannot be listed is yielded too: whoever opens it gets the sentence that says so, so that
    what is in it is missed aloud. Strings, not `Path`s: over a hundred thousand files the difference is seconds.

    Args:
        folder: to search.
        passed_over: counts, by suffix, the files that are no images.
    """
    seen: set[tuple[int, int]] = set()
    unlisted: list[str] = []

    def remember(error: OSError) -> None:
        unlisted.append(str(error.filename or folder))

    for root, folders, files in os.walk(folder, followlinks=True, onerror=remember):
        yield from unlisted
        unlisted.clear()
        try:
            status = os.stat(root)  # noqa: PTH116
        except OSError:  # it went away meanwhile
            yield root
            folders.clear()
            continue
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(root, name)  # noqa: PTH118
            if is_image(path):
                yield path
            elif passed_over is not None and name[0] != ".":
                passed_over[_suffix(name)] += 1
    yield from unlisted


def is_image(path: str) -> bool:
    """Whether a visible file is an image by its suffix or, where that says nothing, by its first bytes."""
    name = os.path.basename(path)  # noqa: PTH119
    if not name or name[0] == ".":
        return False
    suffix = _suffix(name)
    return suffix in IMAGE_EXTENSIONS or (suffix not in RAW_EXTENSIONS and _begins_like_an_image(path))


def is_image_name(name: str) -> bool:
    """Whether a file name is a visible one with an image's suffix."""
    return name[:1] not in ("", ".") and _suffix(name) in IMAGE_EXTENSIONS


def begins_like_an_image(head: bytes) -> bool:
    """Whether the first bytes of a file are those of an image in a common format."""
    return any(head.startswith(mark, offset) for offset, mark in _SIGNATURES)


def passed_over_sentence(passed_over: Counter[str]) -> str | None:
    """One sentence with the number of files passed over, by suffix; None where there are none."""
    total = sum(passed_over.values())
    if not total:
        return None
    shown = [f"{count} {suffix}" for suffix, count in sorted(passed_over.items(), key=lambda entry: (-entry[1], entry))]
    more = ", ..." if len(shown) > SHOWN_SUFFIXES else ""
    files = "1 file is no image" if total == 1 else f"{total} files are no images"
    return f"{files} and passed over ({', '.join(shown[:SHOWN_SUFFIXES])}{more})."


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower() or NO_SUFFIX  # noqa: PTH122


def _begins_like_an_image(path: str) -> bool:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            return False
        with open(path, "rb") as stream:  # noqa: PTH123
            return begins_like_an_image(stream.read(_LONGEST))
    except OSError:
        return False
