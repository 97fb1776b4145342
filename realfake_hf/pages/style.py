"""How every figure looks: readable in grey, safe for the colour-blind, without pyplot's global state."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict

from realfake_hf.errors import RealFakeError
from realfake_hf.pages.palette import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
)
from realfake_hf.storage.files import written_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

P = ParamSpec("P")


class LineStyle(TypedDict):
    """How a series is drawn: matplotlib's keywords."""

    color: str
    linestyle: str | tuple[float, tuple[float, ...]]
    marker: str


class Fill(TypedDict, total=False):
    """How a bar or shape is filled: matplotlib's keywords."""

    color: str
    facecolor: str
    edgecolor: str
    hatch: str
    linewidth: float


GREY = "#767676"
REAL_HATCH, FAKE_HATCH = "", "////"
NARROW = 4.8
"""Inches; shrunk to a telephone's screen, letters can still be read."""

_is_narrow: ContextVar[bool] = ContextVar("is_narrow", default=False)

SERIES: tuple[LineStyle, ...] = (
    {"color": BLUE, "linestyle": "-", "marker": "o"},
    {"color": VERMILION, "linestyle": "--", "marker": "s"},
    {"color": GREEN, "linestyle": "-.", "marker": "^"},
    {"color": PURPLE, "linestyle": ":", "marker": "D"},
    {"color": BLACK, "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "v"},
    {"color": ORANGE, "linestyle": (0, (8, 2)), "marker": "P"},
    {"color": SKY, "linestyle": (0, (1, 1)), "marker": "X"},
)
"""Line styles: each series differs in colour, dashes and marker, so that grey paper loses nothing."""

SETTINGS: Any = {
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "hatch.linewidth": 0.7,
    "svg.fonttype": "path",
    "svg.hashsalt": "realfake-hf",
}


def series_style(position: int) -> LineStyle:
    """Colour, dashes and marker of the n-th series; they repeat after seven."""
    return SERIES[position % len(SERIES)]


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make a function draw in the house style: matplotlib reads its settings while it draws.

    The function then raises RealFakeError where matplotlib is not installed.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        try:
            from matplotlib import rc_context
        except ImportError as error:
            raise RealFakeError(
                "Figures need matplotlib, which is not installed: pip install 'realfake-hf[report]'."
            ) from error
        with rc_context(SETTINGS):
            return draw(*args, **kwargs)

    return drawn


@contextmanager
def narrow_figures() -> Iterator[None]:
    """Figures drawn in this block fit a telephone: they are at most `NARROW` wide."""
    token = _is_narrow.set(True)
    try:
        yield
    finally:
        _is_narrow.reset(token)


def columns_across(wanted: int, least: float) -> int:
    """How many panels, or entries of a legend, stand beside one another.

    Args:
        wanted: where there is room; at least 1 is given.
        least: inches that one can do with.
    """
    return max(1, min(wanted, int(NARROW / least)) if _is_narrow.get() else wanted)


def models_legend(figure: Figure, panel: Axes) -> None:
    """Above all panels the names of the models that one of them shows, where they are several."""
    handles, names = panel.get_legend_handles_labels()
    if len(names) > 1:
        columns = columns_across(min(3, len(names)), NARROW)
        figure.legend(handles, names, loc="outside upper left", ncols=columns, handlelength=4.5)


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1, **grid: Any) -> tuple[Figure, list[Axes]]:
    """A figure of the given size in inches and its axes, row by row; it is not registered with pyplot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if _is_narrow.get():
        width = min(width, NARROW)
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, list(figure.subplots(rows, columns, squeeze=False, **grid).flat)


def error_lengths(values: Sequence[float], bounds: Sequence[Sequence[float]]) -> list[list[float]]:
    """What matplotlib's `errorbar` takes: how far each interval `(low, high)` reaches below its value, and above."""
    below = [max(0.0, value - low) for value, (low, _) in zip(values, bounds, strict=True)]
    above = [max(0.0, high - value) for value, (_, high) in zip(values, bounds, strict=True)]
    return [below, above]


def plain_log_ticks(axis: Axis, steps: Sequence[float] = (1, 2, 5)) -> None:
    """Ticks at these steps of every power of ten of a logarithmic axis, written out rather than as powers."""
    from matplotlib.ticker import LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(subs=steps))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def figure_png(figure: Figure, dpi: int = 150) -> bytes:
    """A figure as the bytes of a PNG."""
    return _rendered(figure, "png", dpi=dpi)


def figure_svg(figure: Figure) -> bytes:
    """A figure as the bytes of an SVG, the same for the same data."""
    return _rendered(figure, "svg", metadata={"Date": None})


def write_figure(figure: Figure, path: Path) -> Path:
    """Write `path` as PNG or SVG by its suffix, in one step."""
    content = figure_svg(figure) if path.suffix == ".svg" else figure_png(figure)
    with written_whole(path) as partial:
        partial.write_bytes(content)
    return path


def short_name(name: str, limit: int = 32) -> str:
    """A model or source name that fits into a legend: its last parts, shortened in the middle."""
    return name if len(name) <= limit else f"{name[: limit // 2 - 1]}…{name[-(limit // 2) :]}"


def _rendered(figure: Figure, kind: str, **options: Any) -> bytes:
    from matplotlib import rc_context

    buffer = io.BytesIO()
    with rc_context(SETTINGS):
        figure.savefig(buffer, format=kind, **options)
    return buffer.getvalue()
