"""The worst mistakes of a model, and a contact sheet to look at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import datasets
import numpy as np
from PIL import Image

from realfake_hf.detection.words import answer
from realfake_hf.images.stored_image import open_stored
from realfake_hf.models.labels import FAKE, LABEL_NAMES
from realfake_hf.pages.contact_sheet import SheetEntry, contact_sheet, fitted_to_tile
from realfake_hf.records.predictions import Predictions
from realfake_hf.statistics.decision import decide, shown_probability
from realfake_hf.storage.working import counted

Heatmap: TypeAlias = Callable[[Image.Image], Image.Image]
"""From an RGB image to the picture of where the model looked, of about the same aspect."""


@dataclass(frozen=True)
class Mistake:
    """An image on the wrong side of 0.5: its row in the data set, and how wrong it is by `p_fake`."""

    index: int
    path: str
    label: int
    source: str
    p_fake: float


def worst_mistakes(predictions: Predictions, *, n: int = 12) -> list[Mistake]:
    """The n most certain wrong answers, worst first.

    Args:
        predictions: of one model in one tier.
        n: at most so many.
    """
    judged = predictions.judged()
    wrong = judged.where((judged.p_fake >= 0.5) != (judged.label == FAKE))
    # By the logit: p_fake rounds to 1 long before logits stop differing.
    order = np.argsort(-np.abs(wrong.logit), kind="stable")[:n]
    return [
        Mistake(
            int(wrong.index[i]), str(wrong.path[i]), int(wrong.label[i]), str(wrong.source[i]), float(wrong.p_fake[i])
        )
        for i in order
    ]


def mistakes_sheet(
    dataset: datasets.Dataset,
    mistakes: Sequence[Mistake],
    *,
    heatmap: Heatmap | None = None,
    thresholds: tuple[float, float] = (0.5, 0.5),
    columns: int = 4,
    tile: int = 180,
) -> Image.Image:
    """Draw the mistakes as a grid, each with what it is, what a verdict card says of it, and where the model looked.

    Args:
        dataset: the one that was judged.
        mistakes: at least one.
        heatmap: draws the heatmap beside each image.
        thresholds: `threshold_low` and `threshold_high` of the model.
        columns, tile: as for `pages.contact_sheet.contact_sheet`.
    """
    rows = datasets.Dataset.cast_column(dataset, "image", datasets.Image(decode=False))
    entries = []
    for mistake in counted("Drawing the worst mistakes", mistakes):
        image = open_stored(rows[mistake.index]["image"])
        name = f"{LABEL_NAMES[mistake.label]}: {mistake.source or 'unknown source'}"
        verdict = answer(decide(mistake.p_fake, *thresholds), mistake.p_fake)
        pictures = [image] if heatmap is None else [image, heatmap(image).convert("RGB")]
        pictures = [fitted_to_tile(picture, tile) for picture in pictures]
        entries.append(SheetEntry(pictures, (name, f"{verdict}: {shown_probability(mistake.p_fake)}")))
    return contact_sheet(entries, tile=tile, columns=columns)
