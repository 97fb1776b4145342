"""From uploads to verdicts: the bytes as they came, one limit after the other, an error in one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from space_app.limits import MEGABYTE, Limits
from space_app.uploads import UploadedImage


def judge_image(detector: Detector, path: str | Path, limits: Limits) -> Verdict:
    """The verdict of one uploaded file, under its own name instead of the server's path."""
    image = UploadedImage(Path(path).name, Path(path))
    try:
        stream = image.read(limits.max_image_mb * MEGABYTE)
    except RealFakeError as error:
        return Verdict(path=image.name, error=str(error))
    return detector(stream)  # by itself, so that the verdict remembers the image for its heatmap


def judge_images(detector: Detector, images: list[UploadedImage], limits: Limits) -> Iterator[Verdict]:
    """The verdicts of a batch, in order; a few images are in memory at a time."""
    waiting = iter(images)
    left = limits.max_batch_mb * MEGABYTE
    while some := list(islice(waiting, detector.batch_size)):
        verdicts: list[Verdict | None] = []
        streams: list[BytesIO] = []
        for image in some:
            try:
                if left <= 0:
                    raise RealFakeError(
                        f"{image.name} was left out: the images before it have {limits.max_batch_mb} MB together, "
                        f"which is all that is read at a time here."
                    )
                stream = image.read(limits.max_image_mb * MEGABYTE)
            except RealFakeError as error:
                verdicts.append(Verdict(path=image.name, error=str(error)))
            else:
                left -= stream.getbuffer().nbytes
                streams.append(stream)
                verdicts.append(None)
        judged = iter(detector(streams))
        yield from (verdict or next(judged) for verdict in verdicts)
