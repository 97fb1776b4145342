"""The whole page: its head, three tabs, its foot."""

from __future__ import annotations

import gradio as gr

from space_app.endpoints import add_endpoints
from space_app.limits import Limits
from space_app.many_images import ManyImages
from space_app.measured_view import measured_html
from space_app.models import Models
from space_app.one_image import OneImage
from space_app.refusals import refuse_in_sentences
from space_app.templates import render

TITLE = "Real or fake?"
DELETE_EVERY_SECONDS = 60
CAMERA = """() => {
    const chooser = document.getElementById("take-photo")?.previousElementSibling;
    if (chooser?.matches("input[type=file]")) chooser.setAttribute("capture", "environment");
}"""
"""A phone then opens its camera for the button that takes a photograph."""

UPLOADS = """() => {
    const tidy = () => {
        for (const inner of document.querySelectorAll("button.upload-container")) {
            const outer = inner.parentElement.closest("button");
            if (!outer) {
                inner.removeAttribute("aria-label");
            } else if (!inner.inert) {
                inner.inert = true;
                outer.title = "Add images";
                outer.setAttribute("aria-label", outer.title);
                outer.addEventListener("click", event => {
                    if (event.target.tagName !== "INPUT") inner.querySelector("input").click();
                });
            }
        }
    };
    tidy();
    new MutationObserver(tidy).observe(document.body, {childList: true, subtree: true});
}"""
"""Gradio's upload areas, for keyboards and screen readers.

An area is called by the words that stand in it, not by others. The small button that adds files to those chosen has a
second button inside, and for a name the key of a translation that Gradio lacks: it becomes one button with a name.
"""


def build_page(models: Models, limits: Limits) -> gr.Blocks:
    """The app, ready to launch."""
    with gr.Blocks(
        title=TITLE, analytics_enabled=False, delete_cache=(DELETE_EVERY_SECONDS, limits.keep_seconds)
    ) as page:
        with gr.Row(equal_height=False, elem_classes="rf-top"):
            with gr.Column(scale=4, min_width=300):
                gr.HTML(render("head.html", title=TITLE))
            with gr.Column(scale=2, min_width=260):
                model = gr.Radio(models.names, value=models.default, label="Model", elem_id="model")
        with gr.Tabs(overflow_behavior="wrap"):
            with gr.Tab("One image"):
                one = OneImage(models, model, limits)
            with gr.Tab("Many images"):
                many = ManyImages(models, model, limits)
            with gr.Tab("Figures"):
                figures = gr.HTML(_figures(models, models.default))
        gr.HTML(render("foot.html", minutes=round(limits.keep_seconds / 60)), elem_classes="rf-foot-block")
        model.change(lambda name: _figures(models, name), model, figures, api_visibility="private")
        page.load(js=CAMERA, api_visibility="private")
        page.load(js=UPLOADS, api_visibility="private")
        add_endpoints(models, limits, one.image, many.files, model)
    page.queue(max_size=limits.max_waiting)
    refuse_in_sentences(page)
    return page


def _figures(models: Models, name: str) -> str:
    return measured_html(models.measured(name), name, models.thresholds(name))
