"""A folder that one run at a time writes to, and that holds the result of one set of settings alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar

from filelock import FileLock, Timeout
from typing_extensions import Self

from realfake_hf.errors import RealFakeError

LOCK_PATIENCE = 5.0
"""Seconds to wait for the lock: the workers of a killed run hold it until they notice."""


class LockedFolder(ABC):
    """A command's destination, locked while it is open.

    Args:
        root: the folder; made where it is missing.
        overwrite: remove an earlier result first.

    Attributes:
        settings_file: name of the file that holds the settings.
        state: name of the hidden folder that only a run needs.

    Raises:
        RealFakeError: it holds another result or other files, or another run is writing to it.
    """

    settings_file: ClassVar[str]
    state: ClassVar[str]

    def __init__(self, root: Path, *, overwrite: bool) -> None:
        self.root = root
        self._overwrite = overwrite
        self._lock: FileLock | None = None

    def __enter__(self) -> Self:
        if self.root.exists() and not self.root.is_dir():
            raise RealFakeError(f"{self.root} is a file: give a folder to write to.")
        ours = (self.root / self.settings_file).exists() or (self.root / self.state).exists()
        if self.root.exists() and not ours and any(self.root.iterdir()):
            raise RealFakeError(f"{self.root} holds other files: give an empty or new folder.")
        (self.root / self.state).mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.root / self.state / "lock", self.root)
        try:
            if self._overwrite:
                self._clear()
            self._compare()
            self.write_settings(complete=False)
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            is_lost = not Path(self._lock.lock_file).exists()
            self._lock.release()
            if is_lost and kind is None:  # what was written last made the folder anew, without what was in it
                raise RealFakeError(f"{self.root} was removed while it was written: run the command again.")

    @abstractmethod
    def write_settings(self, *, complete: bool) -> None:
        """Write the settings file, atomically."""

    @abstractmethod
    def _clear(self) -> None:
        """Remove an earlier result and nothing else."""

    @abstractmethod
    def _compare(self) -> None:
        """Raise unless the folder holds nothing or a result of the same settings."""

    def _require_same(self, before: object, now: object) -> None:
        """Raise unless two sets of settings, both of one dataclass, are the same."""
        for name, value in vars(now).items():
            if (other := getattr(before, name)) != value:
                raise RealFakeError(
                    f"{self.root} was made with {name} {other!r}, not {value!r}: give another folder, or `overwrite`."
                )


def _lock(path: Path, root: Path) -> FileLock:
    """Hold a file lock, which the system gives back when the process ends, however it ends."""
    lock = FileLock(path, timeout=LOCK_PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise RealFakeError(f"{root} is being written by another run: wait for its end.") from None
    return lock
