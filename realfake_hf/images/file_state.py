"""The state of a file, by which a later run knows whether it is still the one that was judged."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class FileState:
    """Size and time of change of a file; both None where there is no file.

    Attributes:
        bytes: its size.
        modified: ISO 8601, UTC, to the microsecond.
    """

    bytes: int | None = None
    modified: str | None = None

    @classmethod
    def of(cls, source: object) -> FileState:
        """The state of the file at a path; of anything else there is none."""
        if not isinstance(source, str | Path):
            return cls()
        try:
            status = os.stat(source)  # noqa: PTH116
            moment = _EPOCH + timedelta(microseconds=status.st_mtime_ns // 1000)
        except (OSError, ValueError, OverflowError):  # gone, a name that no file can have, a time beyond year 9999
            return cls()
        return cls(status.st_size, moment.isoformat(timespec="microseconds").replace("+00:00", "Z"))
