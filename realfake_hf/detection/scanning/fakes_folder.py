"""The folder into which a scan moves the images that it called fake."""

from __future__ import annotations

import csv
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from realfake_hf.detection.scanning.mirrored_paths import mirrored_path
from realfake_hf.errors import RealFakeError
from realfake_hf.images.file_state import FileState
from realfake_hf.records.scan import ScanRecord, guarded_cell, path_key, unguarded_cell
from realfake_hf.storage.output_folder import refuse_file

LIST = "moved.csv"
COLUMNS = ("from", "to", "p_fake")


@dataclass
class FakesFolder:
    """Moves images, below the same folders as they were (`uploads/a.jpg` becomes `DIR/uploads/a.jpg`).

    Nothing is ever replaced, no link is followed, and a file that has changed since it was judged stays. `moved.csv`
    in DIR has a line for each image that was moved, those of earlier scans included.

    Args:
        folder: DIR; made when there is something to move.

    Attributes:
        moved: how many images were.
        kept: a sentence for each fake that had to stay.

    Raises:
        RealFakeError: DIR is a file, or its `moved.csv` is no such list.
    """

    folder: Path
    moved: int = field(default=0, init=False)
    kept: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        refuse_file(self.folder, "move_fakes")
        self._moved_to = self._listed() if self.list_file.exists() else {}

    @property
    def list_file(self) -> Path:
        """The file that says what was moved."""
        return self.folder / LIST

    def take(self, record: ScanRecord) -> None:
        """Move the image of a scan record, or note why it stays."""
        image = Path(record.path or "")
        target = self.folder / mirrored_path(image)
        try:
            self._check(image, record)
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(image, target)
            self._note_or_undo(image, target, record.p_fake)
        except FileExistsError:
            self.kept.append(f"{image} stays where it is: {target} exists.")
        except (OSError, RealFakeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.kept.append(f"{image} stays where it is: {reason.rstrip('.')}.")
        else:
            self.moved += 1

    def found(self, record: ScanRecord) -> ScanRecord:
        """The record of an image that an earlier scan moved, where it is now; any other as it is."""
        return replace(record, path=self._moved_to.get(record.key, record.path))

    def _listed(self) -> dict[str, str]:
        """From where to where earlier scans moved images."""
        try:
            with self.list_file.open(encoding="utf-8", newline="") as stream:
                head, *rows = csv.reader(stream)
            if head == list(COLUMNS):
                return {unguarded_cell(row[0]): unguarded_cell(row[1]) for row in rows if len(row) == len(COLUMNS)}
        except (ValueError, csv.Error):  # empty, no text, or a cell without an end
            pass
        raise RealFakeError(f"{self.list_file} is no list of moved images: name another folder.")

    def _check(self, image: Path, record: ScanRecord) -> None:
        if image.is_symlink():
            raise RealFakeError("it is a link")
        now = FileState.of(image)
        if now.bytes is None:
            raise RealFakeError("it is gone")
        if (now.bytes, now.modified) != (record.bytes, record.modified):
            raise RealFakeError("it has changed since it was judged")

    def _note_or_undo(self, image: Path, target: Path, p_fake: float | None) -> None:
        """What the list cannot say, for the disk is full or it may not be written, is moved back."""
        before = self.list_file.stat().st_size if self.list_file.exists() else 0
        try:
            with self.list_file.open("a", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream)
                if not before:
                    writer.writerow(COLUMNS)
                writer.writerow([guarded_cell(path_key(str(image))), guarded_cell(path_key(str(target))), p_fake])
        except OSError:
            _move(target, image)
            with suppress(OSError):  # no half of a line is to stay
                os.truncate(self.list_file, before)
            raise


def _move(image: Path, target: Path) -> None:
    """Move a file where none is: `rename` would replace one that came in between."""
    try:
        os.link(image, target)
    except FileExistsError:
        raise
    except OSError:  # another file system, or one without hard links
        with image.open("rb") as source, target.open("xb") as copy:
            try:
                shutil.copyfileobj(source, copy)
            except OSError:
                target.unlink()
                raise
        shutil.copystat(image, target)
    try:
        image.unlink()
    except OSError:
        target.unlink()
        raise
