"""A figure with its words, for a page and for a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.pages.style import figure_svg, narrow_figures
from realfake_hf.storage.files import written_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawing:
    """A drawn figure.

    Attributes:
        name: of its file, without suffix.
        title, caption: what stands above and below it on a page.
        svg: the file's bytes.
        narrow_svg: of the same for a telephone; None where there is none.
    """

    name: str
    title: str
    caption: str
    svg: bytes
    narrow_svg: bytes | None = None

    @classmethod
    def of(cls, name: str, title: str, caption: str, figure: Figure) -> Drawing:
        """Render a figure."""
        return cls(name, title, caption, figure_svg(figure))

    @classmethod
    def twice(cls, name: str, title: str, caption: str, draw: Callable[[], Figure]) -> Drawing:
        """Draw and render a figure as it is and narrow."""
        wide = figure_svg(draw())
        with narrow_figures():
            return cls(name, title, caption, wide, figure_svg(draw()))

    def write(self, folder: Path) -> None:
        """Write `name.svg` in one step."""
        with written_whole(folder / f"{self.name}.svg") as partial:
            partial.write_bytes(self.svg)
