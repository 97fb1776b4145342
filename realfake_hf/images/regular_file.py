"""Files that may be opened: regular ones, of a size that can be read. Nothing else is ever opened."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from realfake_hf.errors import RealFakeError, UnreadableImageError

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Larger files are named, not read."""

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_ESCAPED = re.compile(r"\\udc([89a-f][0-9a-f])")


def open_regular(path: str | Path, name: str | None = None) -> BinaryIO:
    """Open a regular file to read; whatever else a folder may hold is refused by a look at it.

    Opening a named pipe waits for a writer, perhaps for ever; opening some devices does something.

    Args:
        path: of the file; may be written as `escaped_name` writes names that are no UTF-8.
        name: what error messages call it, by default the path.

    Raises:
        UnreadableImageError: not there, no regular file, too large, or the system does not give it.
    """
    name = str(path) if name is None else name
    try:
        return _opened(os.fspath(path), name)
    except FileNotFoundError as error:
        raw = _raw_name(os.fspath(path))
        if raw != os.fspath(path):
            try:
                return _opened(raw, name)
            except (OSError, ValueError):
                pass
        raise UnreadableImageError(file_error(name, error)) from None
    except OSError as error:
        raise UnreadableImageError(file_error(name, error)) from None
    except ValueError:  # a zero byte in the name
        raise UnreadableImageError(f"{printable_name(name)} is no name that a file can have: check the path.") from None


def require_folder_of(path: str) -> None:
    """See that the folder of a file that cannot be read is still there: without it no other can be read either.

    Args:
        path: of the file, as `open_regular` takes it. `load_data` gives absolute ones of folders that it saw; others
            may never have been there.

    Raises:
        RealFakeError: it is gone.
    """
    folder = Path(_raw_name(path)).parent
    try:
        if folder.is_absolute():
            folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        name = printable_name(escaped_name(str(folder)))
        raise RealFakeError(
            f"{name} is not there any more, and its images were not all read: put it back, and begin again."
        ) from None
    except (OSError, ValueError):  # there, perhaps: it is the file's own error that counts
        pass


def read_regular(path: str | Path, name: str | None = None) -> bytes:
    """The content of a regular file; raises as `open_regular`."""
    name = str(path) if name is None else name
    with open_regular(path, name) as stream:
        try:
            return stream.read()
        except OSError as error:
            raise UnreadableImageError(file_error(name, error)) from None


def escaped_name(name: str) -> str:
    """A name that every format can hold: bytes that are no UTF-8 become escapes, which `open_regular` understands."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def printable_name(name: str) -> str:
    """A name on one line, whatever characters are in it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def file_error(name: str | Path, error: OSError) -> str:
    """One sentence for a file that the system does not give."""
    if isinstance(error, FileNotFoundError):
        return f"{name} does not exist: check the path."
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder, not an image."
    reason = (error.strerror or str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    return f"{name} cannot be read: {reason}."


def listing_error(folder: str | Path) -> str | None:
    """One sentence for a folder whose files cannot be listed; None where they can."""
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as error:
        return f"{folder} cannot be listed: {(error.strerror or str(error)).rstrip('.')}."
    return None


def _raw_name(name: str) -> str:
    """As the system has it, of a name that `escaped_name` may have written."""
    return _ESCAPED.sub(lambda match: chr(0xDC00 + int(match[1], 16)), name)


def _opened(path: str, name: str) -> BinaryIO:
    _refuse_unless_regular(os.stat(path), path, name)  # noqa: PTH116 (before a Path is made: once per image)
    # Between the two looks somebody may have put a pipe there: it is then opened without waiting, and closed.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    stream = os.fdopen(descriptor, "rb")
    try:
        _refuse_unless_regular(os.fstat(descriptor), path, name)
    except BaseException:
        stream.close()
        raise
    return stream


def _refuse_unless_regular(status: os.stat_result, path: str, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableImageError(listing_error(path) or f"{name} is a folder, not an image.")
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise UnreadableImageError(f"{name} is no regular file but {kind}: it was not opened.")
    if status.st_size > MAX_FILE_BYTES:
        raise UnreadableImageError(
            f"{name} is too large ({status.st_size / 1e6:.0f} MB; at most {MAX_FILE_BYTES / 1e6:.0f} are read)."
        )
