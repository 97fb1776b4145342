"""One image of a workbench."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from PIL import Image

from realfake_hf.detection.pages.card import Judged, VerdictCard
from realfake_hf.detection.pages.card_html import card_html
from realfake_hf.models.fitted import fit_inside
from realfake_hf.pages.data_uri import jpeg_uri
from realfake_hf.records.json_record import json_values
from realfake_hf.records.scan import path_key
from realfake_hf.statistics.decision import shown_probability

LARGE, SMALL = 320, 168
"""Longest side of a thumbnail in pixels: of up to `MANY` images, and of more."""
MANY = 400


class Recorded(Judged, Protocol):
    """What a tile needs of a verdict; see `realfake_hf.detection.verdict.Verdict`."""

    @property
    def words(self) -> str: ...
    @property
    def notes(self) -> list[str]: ...


@dataclass(frozen=True)
class Tile:
    """A thumbnail with its answer, and the card that a click opens.

    Attributes:
        key: the same for the same verdict on the same file: a reviewer's note is kept under it.
        name: the file's name; `path` is all of it.
        words, shown: the answer, and its probability in whole per cent, "" where there is none.
        kind: of the card.
        notes: what is searched beside the path.
        picture, heatmap: data URIs; "" where there is none.
        record: the scan record as JSON.
        card: HTML, without what all cards share.
    """

    key: str
    path: str
    name: str
    words: str
    shown: str
    kind: str
    p_fake: float
    notes: str
    picture: str
    heatmap: str
    record: str
    card: str

    @classmethod
    def of(cls, verdict: Recorded, picture: Image.Image | None = None, heatmap: Image.Image | None = None) -> Tile:
        """The tile of a verdict.

        Args:
            verdict: judged or not.
            picture: a small copy of the image.
            heatmap: of the same shape.
        """
        record, card = verdict.record, VerdictCard.of(verdict)
        path = record.key or "image"
        p_fake = None if card.bar is None else record.p_fake
        identity = f"{path}|{record.p_fake}|{record.width}|{record.height}"
        return cls(
            key=hashlib.sha256(identity.encode("utf-8")).hexdigest()[:16],
            path=path,
            name=PurePath(path.replace("\\", "/")).name or path,
            words=verdict.words,
            shown="" if p_fake is None else shown_probability(p_fake),
            kind=card.kind if card.kind != "conflict" else str(record.label),
            p_fake=-1 if p_fake is None else p_fake,
            notes=path_key("; ".join([*verdict.notes, *([record.error] if record.error else [])])),
            picture=_uri(picture),
            heatmap=_uri(heatmap),
            record=json.dumps(json_values(record), ensure_ascii=True),
            card=card_html(card, shared_parts=False),
        )


def thumbnail(image: Image.Image, side: int = LARGE) -> Image.Image:
    """A small copy, aspect kept; small images stay as they are."""
    return fit_inside(image, side) if max(image.size) > side else image


def _uri(image: Image.Image | None) -> str:
    return "" if image is None else jpeg_uri(image, quality=76)
