"""What the system refuses, such as a full disk, in one sentence with a remedy: no fault of anybody's program."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}

# safetensors, torch and pyarrow put the system's answer into the text of errors of their own.
_FULL_WORDS = re.compile(
    r"no space left|file too large|disk quota|code: (28|27|122)\b|PytorchStreamWriter failed|iostream error", re.I
)
_REFUSED_WORDS = re.compile(r"read-only file system|permission denied|operation not permitted|code: (13|1|30)\b", re.I)

_NO_TEMPORARY_WORDS = re.compile(r"no usable temporary directory|a temporary directory could not be created", re.I)
_NO_HOME_WORDS = re.compile(r"could not determine home directory", re.I)
_NO_THREAD_WORDS = re.compile(r"can't start new thread", re.I)
_KILLED_WORDS = re.compile(r"DataLoader worker .*(killed by signal: Killed|exited unexpectedly)", re.I | re.S)


def system_sentence(error: BaseException) -> str | None:
    """One sentence for an error whose cause is the system's refusal; None for any other."""
    chain = list(error_chain(error))
    for one in chain:
        if isinstance(one, OSError) and one.errno in _FULL:
            return _full(one.filename)
        if isinstance(one, OSError) and one.errno == errno.EMFILE:
            return "The system allows no more open files (ulimit -n): use fewer --workers, or raise the limit."
        if (isinstance(one, OSError) and one.errno == errno.EAGAIN) or _NO_THREAD_WORDS.search(str(one)):
            return "The system allows no more threads or processes: use fewer workers, or raise the limit (ulimit -u)."
        if _NO_TEMPORARY_WORDS.search(str(one)):
            return "There is no folder for temporary files: set TMPDIR to one that can be written."
        if _NO_HOME_WORDS.search(str(one)):
            return "There is no home folder to keep what is fetched: set HF_HOME to a folder that can be written."
        if isinstance(one, OSError) and one.errno is not None and one.filename is not None:
            name = _name(one.filename if one.filename2 is None else one.filename2)  # of a move: where to
            return f"{name} cannot be used ({_reason(one)}): check the path, or name another one."
        if isinstance(one, UnicodeEncodeError) and "surrogates" in one.reason:  # pyarrow takes no such names
            before, after = one.object[: one.start].rpartition("\n")[2], one.object[one.start :].partition("\n")[0]
            name = f"{before[-200:]}{after[:200]}".encode("utf-8", "backslashreplace").decode()
            return f"{name} has bytes that are no UTF-8: give it another name."
        if isinstance(one, MemoryError) or _KILLED_WORDS.search(str(one)):
            return "The memory does not suffice: use smaller batches or fewer workers."
    for one in chain:
        if _FULL_WORDS.search(str(one)):
            return _full(None)
        if _REFUSED_WORDS.search(str(one)):
            return f"The system refuses a file ({' '.join(str(one).split())}): check the paths, or name others."
    return None


def error_chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _full(filename: object) -> str:
    where = f" while {_name(filename)} was written" if filename is not None else ""
    return (
        f"The disk is full{where}, or a limit of the system is reached: free space, then give the same command again."
    )


def _name(filename: object) -> str:
    return filename.decode("utf-8", "backslashreplace") if isinstance(filename, bytes) else str(filename)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).rstrip(".")
