"""A file behind a URL (s3://, gs://, hf://, memory://, ...), by fsspec: it is written here, then sent whole."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import Any

from realfake_hf.errors import RealFakeError, first_line
from realfake_hf.storage.files import written_whole

CACHE_VARIABLE = "REALFAKE_CACHE"
NAME_DIGITS = 16


def is_url(name: str | Path) -> bool:
    """Whether a name is a URL of a file system other than this machine's."""
    scheme, separator, _ = str(name).partition("://")
    return bool(separator) and len(scheme) > 1 and scheme.replace("+", "").isalnum()


class RemoteFile:
    """A file that other machines see, and the local one that becomes it.

    Args:
        url: as fsspec takes it, `s3://bucket/verdicts.parquet`.

    Attributes:
        url: as given.
        local: where it is written to here, always the same for one URL, so that an interrupted run goes on; below
            `REALFAKE_CACHE`, by default `~/.cache/realfake-hf`.

    Raises:
        RealFakeError: fsspec knows no such file system, or the package that speaks to it is not installed.
    """

    def __init__(self, url: str) -> None:
        import fsspec

        self.url = url
        try:
            self._system, self._path = fsspec.core.url_to_fs(url)
        except ImportError as error:
            raise RealFakeError(f"{url} needs a package that is not installed: {error}.") from None
        except ValueError as error:
            raise RealFakeError(f"{url} cannot be used: {first_line(error)}.") from None
        digest = hashlib.sha256(url.encode()).hexdigest()[:NAME_DIGITS]
        cache = Path(os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "realfake-hf")
        self.local = cache / "outputs" / digest / PurePosixPath(self._path).name
        self.local.parent.mkdir(parents=True, exist_ok=True)

    def exists(self) -> bool:
        """Whether the remote file is there.

        Raises:
            RealFakeError: its system does not answer.
        """
        return bool(self._ask("exists", self._path))

    def fetch(self) -> None:
        """Copy the remote file over the local one, whole or not at all."""
        with written_whole(self.local) as partial:
            self._ask("get_file", self._path, str(partial))

    def send(self) -> None:
        """Copy the local file over the remote one, and delete it here."""
        parent = self._path.rpartition("/")[0]
        if parent:
            self._ask("makedirs", parent, exist_ok=True)
        self._ask("put_file", str(self.local), self._path)
        self.local.unlink()

    def _ask(self, method: str, *arguments: Any, **settings: Any) -> Any:
        try:
            return getattr(self._system, method)(*arguments, **settings)
        except Exception as error:  # every store has errors of its own
            raise RealFakeError(f"{self.url} cannot be reached: {first_line(error)}.") from error
