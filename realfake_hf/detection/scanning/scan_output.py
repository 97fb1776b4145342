"""The file of a scan, which a kill cannot spoil: every verdict is on the disk before the next batch is judged."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from realfake_hf.errors import RealFakeError
from realfake_hf.records.scan import SUFFIXES, ScanRecord, cut_half_a_line, read_records, write_records
from realfake_hf.storage.files import written_whole
from realfake_hf.storage.remote_file import RemoteFile, is_url


class ScanOutput:
    """Where the records of a scan go.

    Records are appended to a journal of JSON lines and flushed. For `.jsonl` the journal is the file itself; `.csv`
    and `.parquet` are written from it when the scan is through, and it goes away.

    Behind a URL lies what was sent when the scan was through; until then journal and file are this machine's.

    Args:
        file: `.jsonl`, `.csv` or `.parquet`; a path, or a URL that fsspec takes (`s3://bucket/verdicts.parquet`).
        overwrite: start over where the file exists.
        resume: go on where it, or its journal, ends.

    Attributes:
        name: what sentences call it: path or URL.
        file: the path; of a URL that of the file here.
        journal: the file of JSON lines.

    Raises:
        RealFakeError: another suffix, a file that exists and may not be touched, one that is no scan's, or a
            folder or store that cannot be reached.
    """

    def __init__(self, file: Path | str, *, overwrite: bool = False, resume: bool = False) -> None:
        self.name = str(file)
        self._remote = RemoteFile(self.name) if is_url(file) else None
        self.file = file = self._remote.local if self._remote else Path(file)
        suffix = file.suffix.lower()
        if suffix not in SUFFIXES:
            raise RealFakeError(f"`output` {self.name} must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
        if overwrite and resume:
            raise RealFakeError("`overwrite` and `resume` contradict each other: choose one.")
        if not file.absolute().parent.is_dir():
            raise RealFakeError(f"The folder of `output` {file} does not exist: make it first.")
        if file.is_dir():
            raise RealFakeError(f"`output` {file} is a folder: name a file.")
        self.journal = file if suffix == ".jsonl" else file.with_name(file.name + ".unfinished.jsonl")
        self._resume = resume
        self._stream: TextIO | None = None
        if not overwrite and not resume:
            self._refuse_to_touch()

    def earlier(self) -> Iterator[ScanRecord]:
        """The records that are there already, where the scan is resumed.

        Raises:
            RealFakeError: the file does not hold scan records.
        """
        if not self._resume:
            return
        if self.journal.exists():
            cut_half_a_line(self.journal)
            yield from read_records(self.journal)
            return
        if self._remote and not self.file.exists() and self._remote.exists():
            self._remote.fetch()
        if self.file.exists():
            yield from read_records(self.file)

    def keep(self, records: Iterable[ScanRecord]) -> None:
        """Drop all earlier records but these, in one step."""
        with written_whole(self.journal) as partial, partial.open("w", encoding="utf-8") as stream:
            stream.writelines(record.to_json() + "\n" for record in records)

    def write(self, record: ScanRecord) -> None:
        """Append a record, and see it out of this process.

        Raises:
            RealFakeError: somebody removed the file, or put another in its place, since the scan began.
        """
        stream = self._opened()
        self._refuse_lost(stream)
        stream.write(record.to_json() + "\n")
        stream.flush()

    def finish(self) -> None:
        """All is written: turn the journal into the file where it is another.

        Raises:
            RealFakeError: as `write`.
        """
        self._refuse_lost(self._opened())  # a scan that wrote nothing leaves a file all the same
        self.close()
        if self.journal != self.file:
            write_records(read_records(self.journal), self.file)
            self.journal.unlink()
        if self._remote:
            self._remote.send()

    def close(self) -> None:
        """Leave off; `--resume` goes on from here."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _opened(self) -> TextIO:
        if self._stream is None:
            if not self._resume:
                self.journal.unlink(missing_ok=True)
            elif not self.journal.exists() and self.file.exists():
                # A finished .csv or .parquet becomes a journal again, in one step, so that the journal is always all.
                self.keep(read_records(self.file))
            self._stream = self.journal.open("a", encoding="utf-8")
        return self._stream

    def _refuse_lost(self, stream: TextIO) -> None:
        """What is written to a file that was removed is lost, and the system does not say so."""
        try:
            is_there = os.path.samestat(os.fstat(stream.fileno()), self.journal.stat())
        except OSError:
            is_there = False
        if not is_there:
            raise RealFakeError(f"{self.journal} was removed or replaced while the scan wrote it: scan again.")

    def _refuse_to_touch(self) -> None:
        if self._remote.exists() if self._remote else self.file.exists():
            raise RealFakeError(f"{self.name} exists: continue it with `resume`, or replace it with `overwrite`.")
        if self.journal.exists():
            raise RealFakeError(
                f"{self.journal} is left from an interrupted scan: continue it with `resume`, or drop it with "
                f"`overwrite`."
            )
