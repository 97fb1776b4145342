"""Colours and shapes, of the palette; the rest is in `style.css`."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from realfake_hf.detection.pages.card_html import card_style
from realfake_hf.detection.pages.workbench import export_html
from realfake_hf.detection.pages.workbench import style as bench_style
from realfake_hf.pages.palette import DARK, LIGHT, palette_css

STYLE = Path(__file__).resolve().parent / "style.css"

COLOURS = {
    "body_background_fill": "ground",
    "body_text_color": "ink",
    "body_text_color_subdued": "quiet",
    "block_background_fill": "card",
    "block_border_color": "line",
    "block_label_text_color": "quiet",
    "border_color_primary": "line",
    "input_background_fill": "sunk",
    "button_primary_background_fill": "accent",
    "button_primary_background_fill_hover": "accent",
    "button_primary_text_color": "accent-ink",
    "button_secondary_background_fill": "sunk",
    "button_secondary_background_fill_hover": "line",
    "button_secondary_text_color": "ink",
    "checkbox_background_color_selected": "accent",
    "checkbox_border_color_selected": "accent",
    "link_text_color": "accent",
}
"""Gradio's names of what has a colour, and the palette's names of the colour, which differs by day and by night."""


def theme() -> gr.themes.Base:
    """A quiet theme without a font to fetch: `style.css` names the system's own."""
    colours = {"color_accent": LIGHT["accent"]}
    for ending, palette in (("", LIGHT), ("_dark", DARK)):
        colours |= {name + ending: palette[colour] for name, colour in COLOURS.items()}
    colours["input_background_fill"] = LIGHT["card"]
    return gr.themes.Base(
        primary_hue="violet",
        secondary_hue="violet",
        neutral_hue="stone",
        radius_size="lg",
        font=[gr.themes.Font("sans-serif")],
        font_mono=[gr.themes.Font("monospace")],
    ).set(**colours)


def style() -> str:
    """The page's style sheet: the palette, the verdict card, and what is the page's own."""
    palette = palette_css(root=":root, .gradio-container", dark=".dark, .dark .gradio-container")
    return palette + card_style(with_palette=False) + bench_style() + STYLE.read_text(encoding="utf-8")


def head() -> str:
    """What the workbench needs in the page's head: its script, and the style of the pages that it exports."""
    return export_html(runs=True)
