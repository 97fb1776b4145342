"""One scan: which images, by which model, into which file, and how it ended."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from realfake_hf.detector import Detector
from realfake_hf.scanning.inputs import ScanInputs, find_inputs
from realfake_hf.scanning.output import ScanOutput
from realfake_hf.scanning.records import path_key
from realfake_hf.verdict import Label, Verdict

FailOn = Literal["fake", "unsure"]


@dataclass
class ScanSummary:
    """How a scan ended.

    Attributes:
        labels: images by label; None counts those that could not be judged. Records of an earlier, resumed run
            of the same images are among them.
        earlier: how many of them are from an earlier run.
        seconds: of judging, the model's loading not counted.
    """

    labels: Counter[Label | None] = field(default_factory=Counter)
    earlier: int = 0
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """Images in all."""
        return sum(self.labels.values())

    def exit_code(self, fail_on: FailOn | None = None) -> int:
        """3 if `fail_on` is met (`unsure` is met by fakes too), else 1 if an image could not be judged, else 0."""
        if fail_on and (self.labels["fake"] or (fail_on == "unsure" and self.labels["unsure"])):
            return 3
        return 1 if self.labels[None] else 0


@dataclass
class Scan:
    """A scan that has been checked and can begin.

    Attributes:
        images: those left to judge.
        failures: given paths that lead to no image.
        output: the file, if any.
        summary: grows while `verdicts` runs.
    """

    images: list[Path]
    failures: list[Verdict]
    output: ScanOutput | None = None
    summary: ScanSummary = field(default_factory=ScanSummary)

    @classmethod
    def prepare(
        cls,
        paths: Iterable[str],
        *,
        stdin: BinaryIO | None = None,
        output: Path | None = None,
        overwrite: bool = False,
        resume: bool = False,
    ) -> Scan:
        """Find the images and open the output, before any model is loaded.

        Args:
            paths: files, folders, globs, `-` for those on `stdin`.
            stdin: see `find_inputs`.
            output: `.jsonl`, `.csv` or `.parquet`.
            overwrite, resume: see `ScanOutput`; a resumed scan leaves out the images that have a record.

        Raises:
            RealFakeError: nothing to scan, or an output that cannot be used.
        """
        opened = ScanOutput(output, overwrite=overwrite, resume=resume) if output else None
        inputs = find_inputs(paths, stdin)
        return cls._without_earlier(inputs, opened) if opened else cls(inputs.images, inputs.failures)

    @classmethod
    def _without_earlier(cls, inputs: ScanInputs, output: ScanOutput) -> Scan:
        labels: dict[str, Label | None] = {path_key(r["path"]): r["label"] for r in output.earlier()}
        scan = cls([], [], output)
        for image in inputs.images:
            if (key := path_key(str(image))) in labels:
                scan.summary.labels[labels[key]] += 1
                scan.summary.earlier += 1
            else:
                scan.images.append(image)
        # A path that led nowhere is looked up again each time: its record may be there, the exit code must be.
        scan.failures = [failure for failure in inputs.failures if path_key(failure.path) not in labels]
        scan.summary.labels[None] += len(inputs.failures) - len(scan.failures)
        return scan

    def verdicts(self, load_detector: Callable[[], Detector]) -> Iterator[Verdict]:
        """Judge what is left; the detector is loaded only if there is something.

        Each verdict is in the output file before it is given. Stopping in between leaves a file that a resumed
        scan completes.
        """
        try:
            yield from map(self._kept, self.failures)
            if self.images:
                detector = load_detector()
                start = time.perf_counter()
                for verdict in detector.stream(self.images):
                    self.summary.seconds = time.perf_counter() - start
                    yield self._kept(verdict)
            if self.output:
                self.output.finish()
        finally:
            if self.output:
                self.output.close()

    def _kept(self, verdict: Verdict) -> Verdict:
        self.summary.labels[verdict.label] += 1
        if self.output:
            self.output.write(verdict.to_record())
        return verdict
