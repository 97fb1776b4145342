"""Mirror images and quarter turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from PIL import Image

from realfake_hf.images.degradations import parameters
from realfake_hf.images.degradations.base import Degradation

HORIZONTAL = (Image.Transpose.FLIP_LEFT_RIGHT,)
RECTANGLE = (*HORIZONTAL, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_180)
SQUARE = (
    *RECTANGLE,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.TRANSVERSE,
)


@dataclass(frozen=True)
class Flip(Degradation):
    """Mirror left and right; optionally draw from all symmetries of a rectangle or of a square.

    Where it acts it draws one of the symmetries other than 'as it is', uniformly. So every symmetry is
    equally likely at probability 1/2 (horizontal only), 3/4 (`vertical`) or 7/8 (`rot90`).

    Attributes:
        probability: 0 to 1, by default one half.
        vertical: also upside down and half a turn.
        rot90: all seven, quarter turns and diagonal mirrors too (the dihedral group; includes `vertical`).
            Width and height are then swapped four times out of seven.
    """

    name: ClassVar[str] = "flip"
    is_geometric: ClassVar[bool] = True

    probability: float = field(default=0.5, kw_only=True)
    vertical: bool = False
    rot90: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("vertical", parameters.boolean(self.name, "vertical", self.vertical))
        self._set("rot90", parameters.boolean(self.name, "rot90", self.rot90))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        symmetries = SQUARE if self.rot90 else RECTANGLE if self.vertical else HORIZONTAL
        return image.transpose(symmetries[int(rng.random() * len(symmetries))])
