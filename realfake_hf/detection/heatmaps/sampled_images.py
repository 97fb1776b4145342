"""Images of a data set, drawn at random, the unreadable ones passed over and named."""

from __future__ import annotations

from collections.abc import Iterator

import datasets
import numpy as np
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.stored_image import open_stored


class DrawnImages:
    """Readable images of a data set's rows in random order, again from the start when all were drawn.

    Args:
        dataset: columns `image` and `label`.
        label: take this class alone; None takes both.
        rng: decides the order.

    Attributes:
        errors: one sentence for each row that could not be read.
    """

    def __init__(self, dataset: datasets.Dataset, label: int | None, rng: np.random.Generator) -> None:
        self.errors: list[str] = []
        self._images = dataset.select_columns("image").cast_column("image", datasets.Image(decode=False))
        labels = np.asarray(dataset["label"][:])
        self._rows = rng.permutation(len(labels) if label is None else np.flatnonzero(labels == label))
        self._bad: set[int] = set()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[tuple[int, Image.Image]]:
        """Rows and their images, upright RGB, without end; it ends only where no row can be read."""
        while len(self._bad) < len(self._rows):
            for row in map(int, self._rows):
                if row in self._bad:
                    continue
                stored = self._images[row]["image"]
                try:
                    yield row, open_stored(stored, name=f"row {row}")
                except RealFakeError as error:
                    self._bad.add(row)
                    self.errors.append(str(error))
