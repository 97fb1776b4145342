"""Colours and shapes; the rest is in `style.css`."""

from __future__ import annotations

import gradio as gr


def theme() -> gr.themes.Base:
    """A quiet theme without a font to fetch: `style.css` names the system's own."""
    sans, mono = gr.themes.Font("sans-serif"), gr.themes.Font("monospace")
    return gr.themes.Base(
        primary_hue="teal",
        secondary_hue="teal",
        neutral_hue="stone",
        radius_size="lg",
        font=[sans],
        font_mono=[mono],
    ).set(
        body_background_fill="#f8f7f4",
        body_background_fill_dark="#151413",
        body_text_color="#22242a",
        body_text_color_dark="#e9e8e4",
        body_text_color_subdued="#5c5f66",
        body_text_color_subdued_dark="#aeaaa3",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1f1d1b",
        block_border_color="#e3e0d9",
        block_border_color_dark="#3a3733",
        block_label_text_color="#5c5f66",
        block_label_text_color_dark="#bab6af",
        border_color_primary="#d9d5cc",
        border_color_primary_dark="#45413c",
        input_background_fill="#ffffff",
        input_background_fill_dark="#282522",
        button_primary_background_fill="#0f6d66",
        button_primary_background_fill_hover="#0b5a54",
        button_primary_background_fill_dark="#0f6d66",
        button_primary_background_fill_hover_dark="#138077",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
        button_secondary_background_fill="#efece5",
        button_secondary_background_fill_hover="#e4e0d6",
        button_secondary_background_fill_dark="#2e2b28",
        button_secondary_background_fill_hover_dark="#3c3834",
        button_secondary_text_color="#22242a",
        button_secondary_text_color_dark="#e9e8e4",
        color_accent="#0f6d66",
        checkbox_background_color_selected="#0f6d66",
        checkbox_background_color_selected_dark="#2f9d92",
        checkbox_border_color_selected="#0f6d66",
        checkbox_border_color_selected_dark="#2f9d92",
        link_text_color="#0b5a54",
        link_text_color_dark="#5fd0c3",
    )
