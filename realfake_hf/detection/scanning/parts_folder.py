"""The folder of a scan in parts: one parquet file for each unit, and what they are parts of."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from realfake_hf.errors import RealFakeError, first_line
from realfake_hf.records.scan import ScanRecord, write_records
from realfake_hf.records.scan_parts import PARTS_RECORD, SCAN_FILE, PartsRecord
from realfake_hf.storage.files import written_whole

PART = re.compile(r"part-[0-9a-f]{16}\.parquet")


class PartsFolder:
    """Where the parts go: a folder here, or a URL that fsspec takes and every worker can write to.

    A part is whole or absent, and named after its unit: two workers that judge the same unit write the same file.

    Args:
        folder: path or URL.

    Raises:
        RealFakeError: fsspec knows no such file system, or the package that speaks to it is not installed.
    """

    def __init__(self, folder: str) -> None:
        import fsspec

        self.name = folder
        try:
            self._system, self._root = fsspec.core.url_to_fs(str(folder))
        except (ImportError, ValueError) as error:
            raise RealFakeError(f"{folder} cannot be used: {first_line(error)}.") from None

    def begin(self, model: str, ids: Iterable[str], *, resume: bool = False, overwrite: bool = False) -> set[str]:
        """Claim the folder.

        Args:
            model: identity of the model that judges.
            ids: of all units.
            resume: go on with what an earlier run of the same model on the same files left.
            overwrite: drop what is there.

        Returns:
            The ids of the units whose parts are there already.

        Raises:
            RealFakeError: there are parts already and neither was asked for, or they are of another model or of
                other files.
        """
        if overwrite and resume:
            raise RealFakeError("`overwrite` and `resume` contradict each other: choose one.")
        there = self.parts()
        known = self._record()
        if (there or known) and not (resume or overwrite):
            raise RealFakeError(
                f"{self.name} holds a scan already: continue it with `resume`, or replace it with `overwrite`."
            )
        if overwrite:
            for id in there:
                self._system.rm_file(self._part(id))
            there = set()
        if there and (known is None or known.model != model):
            raise RealFakeError(
                f"{self.name} holds verdicts of {known and known.model}, and this scan's are of {model} (another "
                "model, or other crops, thresholds or runtime): name another folder, or replace it."
            )
        if stale := there - set(ids):
            raise RealFakeError(
                f"{self.name} holds {len(stale)} parts of files that are not among these, or have changed since: name "
                "another folder, or judge all again with `overwrite`."
            )
        self._system.makedirs(self._root, exist_ok=True)
        self._write(PartsRecord(model, complete=False))
        return there

    def finish(self, model: str) -> None:
        """Note that every part is there."""
        self._write(PartsRecord(model, complete=True))

    def parts(self) -> set[str]:
        """The ids of the parts that are there."""
        found = self._system.glob(f"{self._root}/part-*.parquet") if self._system.exists(self._root) else []
        return {str(name).rpartition("/part-")[2].removesuffix(".parquet") for name in found}

    def write(self, id: str, records: Iterable[ScanRecord]) -> None:
        """Write the part of a unit."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "part.parquet"
            write_records(records, file)
            self._put(file, self._part(id))

    def holds(self, name: str) -> bool:
        """Whether a file of that path or URL is one of the parts, which are nothing to judge."""
        import fsspec

        parent, _, base = name.rpartition("/")
        if not PART.fullmatch(base):
            return False
        system, folder = fsspec.core.url_to_fs(parent)
        return isinstance(system, type(self._system)) and self._placed(folder) == self._placed(self._root)

    def counts(self, id: str) -> Counter[str]:
        """Images of a part by label; those that could not be judged are `""`."""
        import pyarrow.parquet as pq

        with self._system.open(self._part(id), "rb") as stream:
            labels = pq.read_table(stream, columns=["label"]).column("label").to_pylist()
        return Counter(label or "" for label in labels)

    def _part(self, id: str) -> str:
        return f"{self._root}/part-{id}.parquet"

    def _record(self) -> PartsRecord | None:
        path = f"{self._root}/{SCAN_FILE}"
        if not self._system.exists(path):
            return None
        return PARTS_RECORD.decode(self._system.cat_file(path), origin=f"{self.name}/{SCAN_FILE}")

    def _write(self, record: PartsRecord) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / SCAN_FILE
            PARTS_RECORD.write(record, file)
            self._put(file, f"{self._root}/{SCAN_FILE}")

    @property
    def _is_local(self) -> bool:
        protocol = self._system.protocol
        return "file" in (protocol if isinstance(protocol, tuple) else [protocol])

    def _placed(self, folder: str) -> str:
        """The one name of a folder that may have several."""
        return os.path.realpath(folder) if self._is_local else folder.rstrip("/")

    def _put(self, file: Path, target: str) -> None:
        """A store takes a file whole or not at all; a file system of one's own needs a second step."""
        if self._is_local:
            with written_whole(Path(target)) as partial:
                partial.write_bytes(file.read_bytes())
        else:
            self._system.put_file(str(file), target)
