"""Decode each image once, look at it in every view, prepare it for every model: the loader's workers' part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import datasets
import numpy as np
import torch
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.stored_image import StoredImage, open_stored
from realfake_hf.inference.predictor import prepare_image
from realfake_hf.inference.worker_tensors import sendable

View: TypeAlias = Callable[[Image.Image], Image.Image]
"""What is done to an image before it is judged: RGB in, RGB out, deterministic, picklable."""


@dataclass
class PreparedImage:
    """One row of the data set, ready for the models; without pixels where `error` says why.

    Attributes:
        pixels: (model, view) -> (3, H, W) or (N, 3, H, W).
    """

    index: int
    path: str
    label: int
    source: str
    error: str = ""
    pixels: dict[tuple[str, str], torch.Tensor] = field(default_factory=dict)


@dataclass
class PixelGroup:
    """Inputs of one model that have one shape: `pixels` (G, ...), `members` the (image in batch, view) of each."""

    model: str
    pixels: torch.Tensor | np.ndarray
    members: list[tuple[int, str]]


@dataclass
class PreparedBatch:
    """Several images (their `pixels` empty) and their inputs, grouped so that they stack."""

    images: list[PreparedImage]
    groups: list[PixelGroup]


class PreparedImages(torch.utils.data.Dataset[PreparedImage]):
    """Rows of a data set, decoded once for all views and models.

    Args:
        dataset: columns `image` (any `datasets.Image`), `label` (int) and, if known, `source`.
        rows: which rows, in which order.
        views: name -> view.
        processors: model name -> image processor.
    """

    def __init__(
        self,
        dataset: datasets.Dataset,
        rows: list[int],
        views: Mapping[str, View],
        processors: Mapping[str, Any],
    ) -> None:
        columns = [name for name in ("image", "label", "source") if name in dataset.column_names]
        self.dataset = dataset.select_columns(columns).cast_column("image", datasets.Image(decode=False))
        self.rows = rows
        self.views = views
        self.processors = processors

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, position: int) -> PreparedImage:
        index = self.rows[position]
        row = self.dataset[index]
        encoded: StoredImage = row["image"] or StoredImage(bytes=None, path=None)
        path = encoded["path"] or str(index)
        prepared = PreparedImage(index, path, int(row["label"]), row.get("source") or "")
        try:
            image = open_stored(encoded, name=path)
            for view_name, view in self.views.items():
                seen = view(image)
                for model, processor in self.processors.items():
                    prepared.pixels[model, view_name] = prepare_image(processor, seen)
        except RealFakeError as error:
            prepared.error = str(error)
        except Exception as error:  # one odd image may make a third-party processor raise anything
            reason = " ".join(str(error).split()) or type(error).__name__
            prepared.error = f"{path} cannot be prepared for the model: {reason}."
        if prepared.error:
            prepared.pixels = {}
        return prepared


def collate(images: list[PreparedImage]) -> PreparedBatch:
    """Stack inputs of one model and shape.

    This happens in the workers: every tensor that crosses the process border costs a file descriptor.
    """
    shapes: dict[tuple[str, torch.Size], list[tuple[int, str, torch.Tensor]]] = {}
    for position, image in enumerate(images):
        for (model, view), pixels in image.pixels.items():
            shapes.setdefault((model, pixels.shape), []).append((position, view, pixels))
        image.pixels = {}
    groups = [
        PixelGroup(model, sendable(torch.stack([x for _, _, x in inputs])), [(i, view) for i, view, _ in inputs])
        for (model, _), inputs in shapes.items()
    ]
    return PreparedBatch(images, groups)
