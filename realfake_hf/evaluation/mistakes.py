"""The worst mistakes of a model, and a contact sheet to look at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import datasets
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from realfake_hf.detection.words import answer
from realfake_hf.images.stored_image import open_stored
from realfake_hf.models.fitted import fit_inside
from realfake_hf.models.labels import FAKE, LABEL_NAMES
from realfake_hf.pages.contact_sheet import FRAME, GAP, INK, PAPER
from realfake_hf.records.predictions import Predictions
from realfake_hf.statistics.decision import decide, shown_probability

Heatmap: TypeAlias = Callable[[Image.Image], Image.Image]
"""From an RGB image to the picture of where the model looked, of about the same aspect."""

CAPTION_HEIGHT = 34


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


def contact_sheet(
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
        columns: images in a row.
        tile: side in px into which an image is fitted, its aspect kept.
    """
    rows = datasets.Dataset.cast_column(dataset, "image", datasets.Image(decode=False))
    panels = 1 if heatmap is None else 2
    columns = min(columns, len(mistakes))
    width, height = panels * tile + GAP, tile + CAPTION_HEIGHT + GAP
    sheet = Image.new("RGB", (columns * width + GAP, -(-len(mistakes) // columns) * height + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=11)
    for number, mistake in enumerate(mistakes):
        left, top = GAP + number % columns * width, GAP + number // columns * height
        image = open_stored(rows[mistake.index]["image"])
        pictures = [image] if heatmap is None else [image, heatmap(image)]
        for panel, picture in enumerate(pictures):
            fitted = fit_inside(picture.convert("RGB"), tile, Image.Resampling.BICUBIC)
            x, y = left + panel * tile + (tile - fitted.width) // 2, top + (tile - fitted.height) // 2
            sheet.paste(fitted, (x, y))
        draw.rectangle((left, top, left + panels * tile - 1, top + tile - 1), outline=FRAME)
        name = f"{LABEL_NAMES[mistake.label]}: {mistake.source or 'unknown source'}"
        verdict = answer(decide(mistake.p_fake, *thresholds), mistake.p_fake)
        said = f"{verdict}: {shown_probability(mistake.p_fake)}"
        draw.text((left, top + tile + 3), _fitting(name, font, panels * tile), fill=INK, font=font)
        draw.text((left, top + tile + 17), _fitting(said, font, panels * tile), fill=INK, font=font)
    return sheet


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    while font.getlength(text) > width and len(text) > 1:
        text = text[:-2] + "…"
    return text
