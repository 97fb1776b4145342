"""Training and validation images: decoded, augmented and cut in the loader's workers."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from datasets import Dataset
from PIL import Image

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.degradations import Compose, RandomCrop
from realfake_hf.images.stored_image import open_stored
from realfake_hf.inference.worker_tensors import sendable
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.training.kept_images import KeptImages

if TYPE_CHECKING:
    from realfake_hf.training.encoder_distillation import Lessons

logger = logging.getLogger(__name__)

REPLACEMENTS = 20
"""Rows tried in place of one that cannot be read."""


class Draw(NamedTuple):
    """One draw of a row: which, and the seed of its augmentation.

    The seed travels with the draw, so that the pixels depend neither on the number of workers nor on whether the run
    was interrupted before.
    """

    row: int
    seed: int


class LabelledImages(torch.utils.data.Dataset):
    """Rows of a data set as uint8 crops; indexed by `Draw` (augmented) or by row number (as they are).

    Args:
        dataset: with `image` (`Image(decode=False)`) and `label`.
        processor: its geometry makes the crop.
        augmentation: acts on the whole image before it.
        lessons: of a teacher, one of each row, which travel with a draw of it.
        with_twins: with a draw travels its `teacher_pixels` too: the same crop before its damage.
        kept_bytes: of decoded images that may stay in memory, for when no other process loads them.
        whole: what is given is the image as a whole, reduced, and not the crop in its middle.
        window: what makes the draws' crops in the place of `augmentation`, whose steps follow on the device: they come
            as `window_pixels`, with the `seed` of the steps.
    """

    def __init__(
        self,
        dataset: Dataset,
        processor: RealFakeImageProcessor,
        augmentation: Compose | None = None,
        lessons: Lessons | None = None,
        with_twins: bool = False,
        kept_bytes: int = 0,
        window: RandomCrop | None = None,
        whole: bool = False,
    ) -> None:
        self.images = dataset.select_columns(["image"])
        self.labels = np.asarray(dataset["label"][:], dtype=np.int64)
        self.processor = processor
        self.augmentation = augmentation
        self.lessons = lessons
        self.with_twins = with_twins
        self.window = window
        self.whole = whole
        self._kept = KeptImages(kept_bytes)
        self._unreadable: set[int] = set()

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, draw: Draw | int) -> dict[str, npt.ArrayLike]:
        row = draw.row if isinstance(draw, Draw) else int(draw)
        image, read = self._opened(row)
        taught: dict[str, npt.ArrayLike] = {}
        if isinstance(draw, Draw):
            taught = {} if self.lessons is None else self.lessons.of(read)
            if self.window is not None:
                pixels = np.asarray(self.window(image, np.random.default_rng(draw.seed)))
                return {"window_pixels": pixels, "seed": draw.seed, "labels": self.labels[row], **taught}
            if self.with_twins:
                image, clean = (self.augmentation or Compose()).twins(image, draw.seed)
                taught["teacher_pixels"] = self._crop(clean)
            elif self.augmentation is not None:
                image = self.augmentation(image, np.random.default_rng(draw.seed))
        return {"pixels": self._crop(image), "labels": self.labels[row], **taught}

    def _crop(self, image: Image.Image) -> np.ndarray:
        return self.processor.whole(image) if self.whole else self.processor.crops(image, num_crops=1)[0]

    def _opened(self, row: int) -> tuple[Image.Image, int]:
        """The image of a row or, where it cannot be read, of the next row of its class that can; and which it is.

        Which one depends on the data alone, so that a resumed run sees the same. Each such row is named once in a
        process.
        """
        for candidate in self._candidates(row):
            if (kept := self._kept.get(candidate)) is not None:
                return kept, candidate
            stored = self.images[candidate]["image"]
            name = stored["path"] or f"row {candidate}"
            try:
                image = open_stored(stored, name=name)
            except UnreadableImageError as error:
                failure = str(error)
                if candidate not in self._unreadable:
                    self._unreadable.add(candidate)
                    logger.warning("%s Another image of its class stands in for it.", failure)
            else:
                self._kept.keep(candidate, image)
                return image, candidate
        raise UnreadableImageError(
            f"{failure} None of the {REPLACEMENTS} images after it can be read either: prepare the data first."
        )

    def _candidates(self, row: int) -> Iterator[int]:
        """The row and, where that is not enough, those of its class after it."""
        yield row
        alike = np.flatnonzero(self.labels == self.labels[row])
        first = int(np.searchsorted(alike, row))
        yield from map(int, np.roll(alike, -first)[1 : 1 + REPLACEMENTS])


class CropCollator:
    """Stacks uint8 crops and normalises the batch at once.

    Gives `pixel_values` `(B, 3, H, W)` float32, `labels` `(B,)`, and what lessons came with the images; in a loader's
    worker as arrays where there is no shared memory left for tensors. Windows that are to be augmented on the device
    stay as they are.
    """

    def __init__(self, processor: RealFakeImageProcessor, *, channels_last: bool) -> None:
        self.processor = processor
        self.channels_last = channels_last

    def __call__(self, examples: Sequence[dict[str, npt.ArrayLike]]) -> dict[str, torch.Tensor | np.ndarray]:
        batch = {name: np.stack([example[name] for example in examples]) for name in examples[0]}
        tensors = {name: torch.from_numpy(values) for name, values in batch.items() if name != "pixels"}
        if "pixels" in batch:
            pixel_values = torch.from_numpy(self.processor.normalised(batch["pixels"]))
            tensors["pixel_values"] = pixel_values if self.channels_last else pixel_values.contiguous()
        return {name: sendable(tensor) for name, tensor in tensors.items()}
