"""Is the exported model in 8 bits worth having on this machine? Calibrated, checked and timed before it is offered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from realfake_hf.data.measured_split import one_split
from realfake_hf.errors import RealFakeError, UnreadableImageError
from realfake_hf.images.image_folders import find_images
from realfake_hf.images.stored_image import StoredImage, open_stored
from realfake_hf.inference.onnx.checking import check_images, compare, onnx_logits, p_fake, prepared, sample_images
from realfake_hf.inference.onnx.onnx_model import OnnxModel
from realfake_hf.inference.onnx.quantization import write_int8
from realfake_hf.inference.onnx.side_by_side import side_by_side
from realfake_hf.records.export import Int8Check, Int8Record
from realfake_hf.storage.working import working

if TYPE_CHECKING:
    from datasets import Dataset

CALIBRATION_IMAGES = 96
"""Of many, so many are taken, evenly spread: ranges hardly change with more, and their pixels lie in memory at once."""
MAX_LOSS = 0.01
"""Of balanced accuracy, 0..1."""
MIN_SPEEDUP = 1.1
"""Less is within what the same model differs from itself."""
ROUNDS, TIMED_IMAGES = 7, 4


@dataclass(frozen=True)
class Int8Options:
    """How the 8-bit model is made and judged.

    Attributes:
        calibration_images: a folder of images, or a data set as `load_data` takes it; by default images of the gallery.
        check_data: labelled images to measure the loss on, as `load_data` takes them; by default other images of the
            gallery, on which changed verdicts are counted.
        split: of the check data; by default test, else val.
        keep: write the file even where it is not offered.
    """

    calibration_images: str | Path | None = None
    check_data: str | Path | None = None
    split: str | None = None
    keep: bool = False


class Int8Trial:
    """Reads what the options name, and then makes, checks and times the model.

    Args:
        options: see there.

    Raises:
        RealFakeError: images or data that cannot be used.
    """

    def __init__(self, options: Int8Options) -> None:
        self.keep = options.keep
        self._calibration, self._calibrated_on = _calibration_images(options.calibration_images)
        self._rows: Dataset | None = None
        if options.check_data is not None:
            self._rows, self._checked_on = one_split(options.check_data, options.split)

    def run(self, source: Path, target: Path, thresholds: tuple[float, float]) -> Int8Record:
        """Write the 8-bit model of an exported one and say what it is worth; it stays where it is to.

        Args:
            source: model.onnx, its configs beside it.
            target: a new file beside it; it is removed where it is neither offered nor to be kept.
            thresholds: of the verdicts.
        """
        exported = OnnxModel(source)
        with working("Writing the model in 8 bits"):
            calibration = prepared(exported.processor, _opened(self._calibration))
            if not calibration:
                raise RealFakeError(f"None of the {self._calibrated_on} can be read: give others to calibrate with.")
            write_int8(source, target, [exported.feed(batch) for batch in calibration])
        quantized = OnnxModel(target)
        with working("Checking the model in 8 bits"):
            check = self._check(exported, quantized, thresholds)
        with working("Timing the model in 8 bits"):
            batches = [batch[:1] for batch in calibration[:TIMED_IMAGES]]
            runs = {path: partial(onnx_logits, OnnxModel(path, threads=1), batches) for path in (source, target)}
            laps = side_by_side(runs, ROUNDS)
        before, after = laps[source], laps[target]
        speed_ratio, processor_ratio = after.times_as_fast_as(before)
        is_faster = min(speed_ratio, processor_ratio) >= MIN_SPEEDUP
        offered = is_faster and check.loss <= MAX_LOSS  # NaN is no offer
        size = target.stat().st_size
        if not (offered or self.keep):
            target.unlink()
        return Int8Record(
            offered=offered,
            written=offered or self.keep,
            verdict=_verdict(speed_ratio, processor_ratio, check, offered=offered),
            size=size,
            size_ratio=size / source.stat().st_size,
            speed_ratio=speed_ratio,
            processor_ratio=processor_ratio,
            float32=before.per(len(batches)),
            int8=after.per(len(batches)),
            calibration=self._calibrated_on,
            check=check,
        )

    def _check(self, exported: OnnxModel, quantized: OnnxModel, thresholds: tuple[float, float]) -> Int8Check:
        if self._rows is None:
            batches = prepared(exported.processor, check_images())
            agreement = compare(onnx_logits(exported, batches), onnx_logits(quantized, batches), thresholds)
            return Int8Check("images of the gallery", agreement)
        return check_on_rows(self._rows, self._checked_on, exported, quantized, thresholds)


def check_on_rows(
    rows: Dataset, name: str, exported: OnnxModel, quantized: OnnxModel, thresholds: tuple[float, float]
) -> Int8Check:
    """Both models on labelled images, those that cannot be read left out; `name` is what the record calls them.

    Raises:
        RealFakeError: one class, or all of it, cannot be read or is not there.
    """
    from sklearn.metrics import balanced_accuracy_score
    from tqdm.auto import tqdm

    labels: list[int] = []
    logits: tuple[list[npt.NDArray[Any]], list[npt.NDArray[Any]]] = ([], [])
    for row in tqdm(rows.select_columns(["image", "label"]), desc="Checking 8 bits", unit="img", disable=None):
        for image in _opened([row["image"]]):
            pixels = exported.prepare(image)[None]
            labels.append(row["label"])
            for found, model in zip(logits, (exported, quantized), strict=True):
                found.append(model.class_logits(pixels))
    if len(set(labels)) < 2:
        raise RealFakeError(f"{name} has no readable images of one class: both, real and fake, are needed.")
    one, other = (np.concatenate(found) for found in logits)
    accuracies = [float(balanced_accuracy_score(labels, p_fake(found) >= 0.5)) for found in (one, other)]
    return Int8Check(name, compare(one, other, thresholds), *accuracies)


def _calibration_images(given: str | Path | None) -> tuple[Sequence[StoredImage | Image.Image], str]:
    """The images, those given still files, and what a sentence calls them."""
    if given is None:  # those that nothing is checked on
        samples = sample_images(1)
        return samples, f"{len(samples)} images of the gallery"
    paths = find_images(given) if Path(given).expanduser().is_dir() else []
    stored = [StoredImage(bytes=None, path=str(path)) for path in paths[:: _step(paths)]]
    if not stored:
        rows = one_split(given, None, preferred=("train", "val"))[0]
        stored = [row["image"] for row in rows.select(range(0, len(rows), _step(rows))).select_columns(["image"])]
    return stored, f"{len(stored)} images of {given}"


def _step(images: Sized) -> int:
    return -(-len(images) // CALIBRATION_IMAGES) or 1


def _opened(images: Sequence[StoredImage | Image.Image]) -> Iterator[Image.Image]:
    """Those that can be read, one at a time."""
    for image in images:
        try:
            yield image if isinstance(image, Image.Image) else open_stored(image)
        except UnreadableImageError:
            continue


def _verdict(speed_ratio: float, processor_ratio: float, check: Int8Check, *, offered: bool) -> str:
    speed = f"{speed_ratio:.2f} times as fast as 32 on this machine ({processor_ratio:.2f} in processor time)"
    changed = f"{1 - check.agreement.label_agreement:.1%} of the verdicts change"
    if check.balanced_accuracy is None:
        cost = f"on {check.agreement.images} {check.data} {changed}, {check.loss:.1%} from one side of 0.5 to the other"
    else:
        cost = (
            f"on the {check.agreement.images:,} images of {check.data} balanced accuracy goes from "
            f"{check.balanced_accuracy:.3f} to {check.int8_balanced_accuracy:.3f} and {changed}"
        )
    if offered:
        return f"8 bits are {speed}, and {cost}."
    return (
        f"8 bits are {speed}, and {cost}: not offered, which they are from {MIN_SPEEDUP} times as fast on and where "
        f"at most {MAX_LOSS} is lost."
    )
