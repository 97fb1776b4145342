"""One scan: which images, by which model, into which file, and how it ended."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from PIL import Image

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.pages.tile import LARGE, thumbnail
from realfake_hf.detection.scanning.fakes_folder import FakesFolder
from realfake_hf.detection.scanning.heatmap_files import HeatmapFiles
from realfake_hf.detection.scanning.mirrored_paths import outside
from realfake_hf.detection.scanning.report_pictures import ReportPictures
from realfake_hf.detection.scanning.scan_inputs import ScanInputs, find_inputs
from realfake_hf.detection.scanning.scan_output import ScanOutput
from realfake_hf.detection.scanning.scan_report import Pair, check_report, write_report
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.images.file_state import FileState
from realfake_hf.images.image_files import open_image
from realfake_hf.images.image_paths import ImagePaths
from realfake_hf.inference.allocator import keep_freed_memory
from realfake_hf.records.scan import ScanRecord, path_key
from realfake_hf.statistics.decision import Label

if TYPE_CHECKING:
    from realfake_hf.detection.heatmaps.heatmap import Heatmap

FailOn = Literal["fake", "unsure"]


@dataclass
class ScanSummary:
    """How a scan ended.

    Attributes:
        labels: images by label; None counts those that could not be judged. Records of an earlier, resumed run
            of the same images are among them.
        earlier: how many of them are from an earlier run.
        seconds: of judging, the model's loading not counted.
        undrawn: one sentence for each heatmap that could not be made.
        moved: fakes that were moved into their folder.
        unmoved: one sentence for each fake that had to stay.
        passed_over: files in folders that are no images, by suffix.
        changed: images that an earlier run judged and that were judged again, for their files had changed.
        left_out: a sentence for each output folder in which images lie, for nothing is judged there.
    """

    labels: Counter[Label | None] = field(default_factory=Counter)
    earlier: int = 0
    seconds: float = 0.0
    undrawn: list[str] = field(default_factory=list)
    moved: int = 0
    unmoved: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Images in all."""
        return sum(self.labels.values())

    def exit_code(self, fail_on: FailOn | None = None) -> int:
        """3 if `fail_on` is met (`unsure`: by fakes too), 1 if an image was not judged, drawn or moved, else 0."""
        if fail_on and (self.labels["fake"] or (fail_on == "unsure" and self.labels["unsure"])):
            return 3
        return 1 if self.labels[None] or self.undrawn or self.unmoved else 0


@dataclass
class Scan:
    """A scan that has been checked and can begin.

    Attributes:
        images: those left to judge.
        failures: given paths that lead to no image.
        output: the file, if any.
        heatmaps: where they go, if anywhere.
        report: the page to write at the end, if any.
        fakes: where the images called fake are moved to at the very end, if anywhere.
        summary: grows while `verdicts` runs.
        earlier: records of an earlier, resumed run.
        absent: further ones, of images that were moved since, or are gone: they are on the page.
    """

    images: ImagePaths
    failures: list[Verdict]
    output: ScanOutput | None = None
    heatmaps: HeatmapFiles | None = None
    report: Path | None = None
    fakes: FakesFolder | None = None
    summary: ScanSummary = field(default_factory=ScanSummary)
    earlier: list[ScanRecord] = field(default_factory=list)
    absent: list[ScanRecord] = field(default_factory=list)
    _records: list[ScanRecord] = field(default_factory=list)
    _pictures: ReportPictures = field(default_factory=ReportPictures)

    @classmethod
    def prepare(
        cls,
        paths: Iterable[str],
        *,
        stdin: BinaryIO | None = None,
        output: Path | str | None = None,
        heatmaps: Path | None = None,
        report: Path | None = None,
        move_fakes: Path | None = None,
        overwrite: bool = False,
        resume: bool = False,
        identity: Callable[[], str] | None = None,
    ) -> Scan:
        """Find the images and open the output, before any model is loaded.

        Args:
            paths: files, folders, globs, `-` for those on `stdin`.
            stdin: see `find_inputs`.
            output: `.jsonl`, `.csv` or `.parquet`, a path or a URL; see `ScanOutput`.
            heatmaps: the folder of heatmaps; see `HeatmapFiles`.
            report: the page, `.html`; a resumed scan writes it again. It shows heatmaps where `heatmaps` are wanted.
            move_fakes: the folder that gets the images called fake; see `FakesFolder`.
            overwrite, resume: see `ScanOutput`; a resumed scan leaves out the images that have a record, unless their
                files have changed since.
            identity: of the model that is to judge, see `model_identity`; asked for where a scan is resumed.

        Raises:
            RealFakeError: nothing to scan, or an output that cannot be used or holds another model's verdicts.
        """
        if resume and not (output or heatmaps or report):
            raise RealFakeError("`resume` goes on with a file of verdicts: name it with `output`.")
        opened = ScanOutput(output, overwrite=overwrite, resume=resume) if output else None
        if report:
            check_report(report, replace=overwrite or resume)
        inputs = find_inputs(paths, stdin)
        fakes = FakesFolder(move_fakes) if move_fakes else None
        files = HeatmapFiles(heatmaps, overwrite=overwrite, resume=resume) if heatmaps else None
        left_out = []
        for option, folder in (("move_fakes", move_fakes), ("heatmaps", heatmaps)):
            if folder:
                before, inputs = len(inputs.images), _without_own(inputs, folder, option)
                if own := before - len(inputs.images):
                    left_out.append(f"{own} of the images lie in `{option}` {folder}, where nothing is judged.")
        if files:
            files.refuse_to_touch(inputs.images)
        scan = cls._without_earlier(inputs, opened, identity) if opened else cls(inputs.images, inputs.failures)
        scan.heatmaps, scan.report, scan.fakes = files, report, fakes
        if fakes:
            scan.absent = [fakes.found(record) for record in scan.absent]
        scan.summary.passed_over, scan.summary.left_out = inputs.passed_over, left_out
        return scan

    @classmethod
    def _without_earlier(
        cls, inputs: ScanInputs, output: ScanOutput, identity: Callable[[], str] | None = None
    ) -> Scan:
        written = list(output.earlier())
        records = {record.key: record for record in written}
        if records and identity:
            _refuse_other_model(output.name, records.values(), identity())
        scan = cls(ImagePaths(), [], output)
        changed = {key for image in inputs.images if _has_changed(image, records.get(key := path_key(str(image))))}
        kept = [record for key, record in records.items() if key not in changed]
        if len(kept) < len(written):  # somebody may have doubled a line, too
            output.keep(kept)
        scan.summary.changed = len(changed)
        for image in inputs.images:
            if (key := path_key(str(image))) in records and key not in changed:
                scan.summary.labels[records[key].label] += 1
                scan.summary.earlier += 1
                scan.earlier.append(replace(records[key], path=str(image)))
            else:
                scan.images.append(image)
        here = {path_key(str(image)) for image in inputs.images}
        scan.absent = [record for record in kept if record.key not in here and not os.path.lexists(record.path or "")]
        # A path that led nowhere is looked up again each time: its record may be there, the exit code must be.
        scan.failures = [failure for failure in inputs.failures if failure.record.key not in records]
        scan.summary.labels[None] += len(inputs.failures) - len(scan.failures)
        return scan

    def verdicts(self, load_detector: Callable[[], Detector]) -> Iterator[Verdict]:
        """Judge what is left; the detector is loaded only if there is something.

        Each verdict is in the output file before it is given. Stopping in between leaves a file that a resumed
        scan completes.
        """
        try:
            yield from map(self._kept, self.failures)
            undrawn = self._earlier_undrawn()
            if self.images or undrawn or self.report:
                keep_freed_memory()
                detector = load_detector()
                pictured = self.heatmaps is not None
                if pictured:
                    detector.heatmap(Image.new("RGB", (64, 64), "grey"))  # whatever is missing is said now
                start = time.perf_counter()
                for path, verdict in zip(self.images, detector.stream(self.images, keep_images=pictured), strict=True):
                    self._picture(path, verdict)
                    self.summary.seconds = time.perf_counter() - start
                    yield self._kept(verdict)
                for path in undrawn:
                    if heatmap := self._made(path, partial(detector.heatmap, path)):
                        self._save(path, heatmap)
            if self.output:
                self.output.finish()
            if self.report:
                self._write_report(self.report, detector)
            self._move_fakes()
        finally:
            if self.output:
                self.output.close()

    def _kept(self, verdict: Verdict) -> Verdict:
        self.summary.labels[verdict.label] += 1
        if self.output:
            self.output.write(verdict.record)
        if self.report or (self.fakes and verdict.label == "fake"):
            self._records.append(verdict.record)
        return verdict

    def _move_fakes(self) -> None:
        """Last of all, when nothing needs the images in their places any more."""
        if self.fakes:
            for record in (*self.earlier, *self._records):
                if record.label == "fake":
                    self.fakes.take(record)
            self.summary.moved, self.summary.unmoved = self.fakes.moved, self.fakes.kept

    def _earlier_undrawn(self) -> list[Path]:
        """Images that an earlier run judged without drawing their heatmaps."""
        if not self.heatmaps:
            return []
        judged = (Path(record.path) for record in self.earlier if record.label and record.path)
        return [path for path in judged if self.heatmaps.is_wanted(path)]

    def _picture(self, path: Path, verdict: Verdict) -> None:
        """Make an image's heatmap, once for all that it serves; before its record, so that a record means all."""
        is_saved = self.heatmaps is not None and self.heatmaps.is_wanted(path)
        is_shown = self.report is not None and self.heatmaps is not None and self._pictures.wants(verdict)
        if verdict.label is None or not (is_saved or is_shown):
            return
        heatmap = self._made(path, verdict.heatmap, quiet=not is_saved)
        if heatmap and is_saved:
            self._save(path, heatmap)
        if heatmap and is_shown:
            self._pictures.keep(verdict, _small(heatmap))

    def _made(self, path: Path, make: Callable[[], Heatmap], *, quiet: bool = False) -> Heatmap | None:
        try:
            return make()
        except (RealFakeError, RuntimeError, ValueError, OSError) as error:  # one image must not end the scan
            if not quiet:
                self._note(path, error)
            return None

    def _save(self, path: Path, heatmap: Heatmap) -> None:
        assert self.heatmaps
        try:
            heatmap.save(self.heatmaps.path_of(path), overwrite=True)
        except (RealFakeError, RuntimeError, ValueError, OSError) as error:
            self._note(path, error)

    def _note(self, path: Path, error: Exception) -> None:
        said = getattr(error, "strerror", None) or str(error)
        reason = " ".join(said.split())[:200].rstrip(".") or type(error).__name__
        self.summary.undrawn.append(f"{path} has no heatmap: {reason}.")

    def _write_report(self, file: Path, detector: Detector) -> None:
        def pictures(path: Path, side: int, with_heatmap: bool) -> Pair:
            if not self.heatmaps or not with_heatmap:
                return thumbnail(open_image(path), side), None
            picture, heatmap = self._pictures.of(path) or _small(detector.heatmap(path))
            return thumbnail(picture, side), heatmap and thumbnail(heatmap, side)

        write_report(
            file,
            [*self.earlier, *self.absent, *self._records],
            model=detector.identity.partition("@")[0],
            thresholds=(detector.threshold_low, detector.threshold_high),
            pictures=pictures,
            track_record=detector.track_record(),
        )


def _without_own(inputs: ScanInputs, folder: Path, option: str) -> ScanInputs:
    """The inputs less what an earlier scan moved or drew; a folder that holds all of them is a mistake."""
    images = ImagePaths(outside(folder, inputs.images))
    if inputs.images and not images:
        raise RealFakeError(
            f"All images lie in `{option}` {folder}, where nothing is judged: name a folder that holds none of them."
        )
    return replace(inputs, images=images)


def _small(heatmap: Heatmap) -> Pair:
    return thumbnail(heatmap.image), heatmap.overlay(longest_side=LARGE, legend=False)


def _has_changed(image: Path, record: ScanRecord | None) -> bool:
    """Whether a file is no longer the one that was judged."""
    return record is not None and FileState.of(image) != FileState(record.bytes, record.modified)


def _refuse_other_model(file: str, records: Iterable[ScanRecord], identity: str) -> None:
    for record in records:
        if record.model not in (None, path_key(identity)):
            raise RealFakeError(
                f"{file} holds verdicts of {record.model}, and this scan's are of {identity} (another model, "
                "or other crops, thresholds or runtime): name another file, or replace it."
            )
