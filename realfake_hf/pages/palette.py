"""The one palette: the web demo, the static page, reports, figures and heatmaps take their colours from here.

Blue speaks for real and vermilion for fake (Okabe and Ito's palette of 2008, which the colour-blind tell apart); what
is printed in grey is told apart by its words and marks too. Letters stand out by 4.5 to 1 or more.
"""

from __future__ import annotations

BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#000000",
)
"""Okabe and Ito's palette (2008)."""

FONT = '-apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'
"""The one font of pages: the system's own, for none is fetched."""

REAL_COLOUR, FAKE_COLOUR = BLUE, VERMILION

LIGHT = {
    "ground": "#f8f7f5",
    "card": "#ffffff",
    "sunk": "#f0eeea",
    "ink": "#1c1d20",
    "quiet": "#565a62",
    "line": "#d9d6cf",
    "accent": "#4a3f96",
    "accent-ink": "#ffffff",
    "real": "#00527f",
    "real-fill": REAL_COLOUR,
    "real-zone": "#9ecbe6",
    "real-tint": "#eef6fb",
    "unsure": "#5c5200",
    "unsure-fill": "#a89a2c",
    "unsure-zone": "#e6deaa",
    "unsure-tint": "#faf8ea",
    "fake": "#9c4300",
    "fake-fill": FAKE_COLOUR,
    "fake-zone": "#f4b98b",
    "fake-tint": "#fdf3eb",
}
"""Colours by name on white: `-fill` for marks, `-zone` for areas, `-tint` for grounds, the bare name for words."""

DARK = {
    "ground": "#141517",
    "card": "#1e2023",
    "sunk": "#282b2f",
    "ink": "#e9e9e6",
    "quiet": "#b0b3b9",
    "line": "#43474d",
    "accent": "#b9b0ff",
    "accent-ink": "#17152b",
    "real": "#7cc3ef",
    "real-fill": "#3d9bd6",
    "real-zone": "#24597c",
    "real-tint": "#16242e",
    "unsure": "#dccd62",
    "unsure-fill": "#b8a93c",
    "unsure-zone": "#5d5620",
    "unsure-tint": "#26241a",
    "fake": "#ffa66b",
    "fake-fill": "#ee7d2b",
    "fake-zone": "#8a4716",
    "fake-tint": "#2e2118",
}
"""The same names on a dark ground."""

PREFIX = "--rf-"


def palette_css(root: str = ":root", dark: str | None = None) -> str:
    """The palette as CSS variables, `--rf-real` and so on; paper is always light.

    Args:
        root: the selector that they are set on.
        dark: the selector under which a page is dark; by default the system's own setting decides.
    """
    night = f"{{{_declarations(DARK)}}}"
    on_dark = f"{dark} {night}" if dark else f"@media (prefers-color-scheme: dark) {{ {root} {night} }}"
    # Last, so that it wins over a dark theme.
    on_paper = f"@media print {{ {root}{', ' + dark if dark else ''} {{{_declarations(LIGHT)}}} }}"
    return f"{root} {{{_declarations(LIGHT)}}}\n{on_dark}\n{on_paper}\n"


def office_colour(name: str) -> str:
    """A light colour by its name, as Word and PowerPoint take it: `4A3F96`."""
    return LIGHT[name].removeprefix("#").upper()


def _declarations(colours: dict[str, str]) -> str:
    return " ".join(f"{PREFIX}{name}: {colour};" for name, colour in colours.items())
