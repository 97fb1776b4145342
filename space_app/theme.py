"""Colours and shapes, of the palette; the rest is in `style.css`."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from realfake_hf.detection.pages.card_html import card_style
from realfake_hf.detection.pages.workbench import export_html
from realfake_hf.detection.pages.workbench import style as bench_style
from realfake_hf.pages.palette import DARK, LIGHT, palette_css

STYLE = Path(__file__).resolve().parent / "style.css"


def theme() -> gr.themes.Base:
    """A quiet theme without a font to fetch: `style.css` names the system's own."""
    sans, mono = gr.themes.Font("sans-serif"), gr.themes.Font("monospace")
    light, dark = LIGHT, DARK
    return gr.themes.Base(
        primary_hue="violet",
        secondary_hue="violet",
        neutral_hue="stone",
        radius_size="lg",
        font=[sans],
        font_mono=[mono],
    ).set(
        body_background_fill=light["ground"],
        body_background_fill_dark=dark["ground"],
        body_text_color=light["ink"],
        body_text_color_dark=dark["ink"],
        body_text_color_subdued=light["quiet"],
        body_text_color_subdued_dark=dark["quiet"],
        block_background_fill=light["card"],
        block_background_fill_dark=dark["card"],
        block_border_color=light["line"],
        block_border_color_dark=dark["line"],
        block_label_text_color=light["quiet"],
        block_label_text_color_dark=dark["quiet"],
        border_color_primary=light["line"],
        border_color_primary_dark=dark["line"],
        input_background_fill=light["card"],
        input_background_fill_dark=dark["sunk"],
        button_primary_background_fill=light["accent"],
        button_primary_background_fill_hover=light["accent"],
        button_primary_background_fill_dark=dark["accent"],
        button_primary_background_fill_hover_dark=dark["accent"],
        button_primary_text_color=light["accent-ink"],
        button_primary_text_color_dark=dark["accent-ink"],
        button_secondary_background_fill=light["sunk"],
        button_secondary_background_fill_hover=light["line"],
        button_secondary_background_fill_dark=dark["sunk"],
        button_secondary_background_fill_hover_dark=dark["line"],
        button_secondary_text_color=light["ink"],
        button_secondary_text_color_dark=dark["ink"],
        color_accent=light["accent"],
        checkbox_background_color_selected=light["accent"],
        checkbox_background_color_selected_dark=dark["accent"],
        checkbox_border_color_selected=light["accent"],
        checkbox_border_color_selected_dark=dark["accent"],
        link_text_color=light["accent"],
        link_text_color_dark=dark["accent"],
    )


def style() -> str:
    """The page's style sheet: the palette, the verdict card, and what is the page's own."""
    palette = palette_css(root=":root, .gradio-container", dark=".dark, .dark .gradio-container")
    return palette + card_style(with_palette=False) + bench_style() + STYLE.read_text(encoding="utf-8")


def head() -> str:
    """What the workbench needs in the page's head: its script, and the style of the pages that it exports."""
    return export_html(runs=True)
