"""Does the exported model say what the model says? Measured on images of the gallery that ships with the package."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.emptiness import shows_nothing
from realfake_hf.images.image_files import open_image
from realfake_hf.images.image_folders import find_images
from realfake_hf.inference.onnx.onnx_model import OnnxModel
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
from realfake_hf.models.square_crops import SquareCrops
from realfake_hf.records.export import Agreement
from realfake_hf.statistics.decision import decide

GALLERY = Path(__file__).resolve().parents[2] / "gallery"
BATCH_SIZE = 3
MAX_LOGIT_DIFFERENCE = 1e-4


def sample_images(first: int = 0) -> list[Image.Image]:
    """Every second image of the gallery that shows anything, from the first or second on: photographs and fakes."""
    images = [open_image(path) for path in find_images(GALLERY)[first::2]]
    return [image for image in images if not shows_nothing(image)]


def check_images() -> Iterator[Image.Image]:
    """The samples as they are, smaller, and as JPEG 50; and a corner of one: tiny, wide and tall.

    Nothing flat: the deviation of a constant map is rounding errors alone, in torch as in ONNX.
    """
    samples = sample_images()
    for image in samples:
        yield image
        yield image.resize((image.width * 2 // 3, image.height * 2 // 3), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=50)
        yield open_image(buffer.getvalue())
    for width, height in ((40, 30), (samples[0].width, 25), (25, samples[0].height)):
        yield samples[0].crop((0, 0, width, height))


def prepared(processor: SquareCrops, images: Iterator[Image.Image]) -> list[npt.NDArray[np.float32]]:
    """Batches (B, N, 3, H, W) of images with as many crops, as a detector would make them."""
    by_crops: dict[int, list[npt.NDArray[np.float32]]] = {}
    for image in images:
        pixels = processor.normalised(processor.crops(image, processor.num_crops))
        by_crops.setdefault(len(pixels), []).append(pixels)
    return [
        np.stack(alike[start : start + BATCH_SIZE])
        for alike in by_crops.values()
        for start in range(0, len(alike), BATCH_SIZE)
    ]


def torch_logits(model: RealFakePreTrainedModel, batches: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[Any]:
    """Logits (images, 2) of the network itself, float64."""
    with torch.inference_mode():
        logits = [model(pixel_values=torch.from_numpy(np.ascontiguousarray(batch))).logits for batch in batches]
    return torch.cat(logits).double().numpy()


def onnx_logits(model: OnnxModel, batches: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[Any]:
    """Logits (images, 2) of the exported model, float64."""
    return np.concatenate([model.class_logits(batch) for batch in batches])


def compare(one: npt.NDArray[Any], other: npt.NDArray[Any], thresholds: tuple[float, float]) -> Agreement:
    """Compare logits (images, 2) of the same images."""
    one_p, other_p = p_fake(one), p_fake(other)
    same = [decide(a, *thresholds) == decide(b, *thresholds) for a, b in zip(one_p, other_p, strict=True)]
    return Agreement(
        images=len(one),
        max_logit_difference=float(np.abs(one - other).max()),
        max_p_fake_difference=float(np.abs(one_p - other_p).max()),
        label_agreement=float(np.mean(same)),
        side_agreement=float(np.mean((one_p >= 0.5) == (other_p >= 0.5))),
    )


def checked_agreement(
    name: str, one: npt.NDArray[Any], other: npt.NDArray[Any], thresholds: tuple[float, float]
) -> Agreement:
    """As `compare`, of torch's logits and those of an ONNX model that is to take its place.

    Raises:
        RealFakeError: they differ by more than `MAX_LOGIT_DIFFERENCE` of the largest, or of 1 where that is smaller.
    """
    difference = float(np.abs(one - other).max())
    if not difference <= MAX_LOGIT_DIFFERENCE * max(1.0, np.abs(one).max()):  # NaN fails it too
        raise RealFakeError(
            f"The ONNX model of {name} does not agree with torch (its logits differ by up to {difference:.2g}), so it "
            "was not written."
        )
    return compare(one, other, thresholds)


def p_fake(logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The probability (images,) of fake of logits (images, 2)."""
    return 0.5 * (1 + np.tanh((logits[:, 1] - logits[:, 0]) / 2))
