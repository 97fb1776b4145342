"""Files of an npm package, taken from exactly the archive that was published."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from realfake_hf.errors import RealFakeError

TRIES = 3


@dataclass(frozen=True)
class NpmPackage:
    """One version of a package.

    Attributes:
        name: As npm knows it.
        version: An exact one.
        integrity: `npm view NAME@VERSION dist.integrity`: "sha512-" and the digest in base64. A download that is
            cut short does not match it; npm itself has been seen to keep such a one and to end with 0.
    """

    name: str
    version: str
    integrity: str

    def extract(self, members: Iterable[str], folder: Path) -> None:
        """Fetches the package by `npm pack`, again where it came damaged, and takes files out of it.

        Args:
            members: Paths within the package, such as "dist/ort.wasm.bundle.min.mjs".
            folder: Where the files go, by their names alone; it exists.

        Raises:
            RealFakeError: npm is missing, cannot fetch the package, or fetches another or a damaged one.
        """
        npm = shutil.which("npm")
        if npm is None:
            raise RealFakeError(f"The page needs npm, once, to fetch {self.name}: install Node.js.")
        for _ in range(TRIES):
            # A cache of its own: npm's would hand out the same damaged archive again.
            with tempfile.TemporaryDirectory(dir=folder) as draft:
                archive = self._pack(npm, Path(draft))
                if self._is_whole(archive):
                    _take_out(archive, members, folder)
                    return
        raise RealFakeError(
            f"npm fetched a damaged {self.name} {self.version}, {TRIES} times. "
            "Check the connection or the registry that npm asks (npm config get registry), then try again."
        )

    def _pack(self, npm: str, draft: Path) -> Path:
        command = [npm, "pack", f"{self.name}@{self.version}", "--pack-destination", str(draft)]
        command += ["--cache", str(draft / "cache"), "--loglevel", "error"]
        done = subprocess.run(command, cwd=draft, capture_output=True, text=True)
        archive = next(draft.glob("*.tgz"), None)
        if done.returncode or archive is None:
            reason = " ".join(done.stderr.split())[:200].rstrip(".")
            raise RealFakeError(f"npm cannot fetch {self.name} {self.version}: {reason}.")
        return archive

    def _is_whole(self, archive: Path) -> bool:
        digest = hashlib.sha512(archive.read_bytes()).digest()
        return f"sha512-{base64.b64encode(digest).decode()}" == self.integrity


def _take_out(archive: Path, members: Iterable[str], folder: Path) -> None:
    with tarfile.open(archive) as package:
        for member in members:
            content = package.extractfile(f"package/{member}")
            assert content is not None
            with content, (folder / Path(member).name).open("wb") as file:
                shutil.copyfileobj(content, file)
