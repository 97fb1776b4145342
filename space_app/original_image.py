"""An image input that hands on the file as it was uploaded."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import is_in_or_equal
from gradio_client.utils import is_http_url_like


def original_image(**options: Any) -> gr.Image:
    """A `gr.Image` whose value is the path of the very file that was uploaded.

    `gr.Image(type="filepath")` opens the file and, where its mode is not RGB or its EXIF says to turn it, saves another
    one: the verdict would be about Gradio's encoder, the metadata would be gone, and a file that is no image would
    end in a message of Pillow's. A subclass would do, but Gradio writes a `.pyi` beside every file with one.
    """
    image = gr.Image(type="filepath", **options)
    image.preprocess = partial(_uploaded, folder=image.GRADIO_CACHE)  # type: ignore[method-assign]
    return without_addresses(image)


def without_addresses(component: Any) -> Any:
    """Refuse web addresses in place of uploads, which Gradio would fetch for a caller of the API, and folders."""
    move = component.async_move_resource_to_block_cache

    async def move_file(path: Any) -> str | None:
        if is_http_url_like(str(path)):
            raise gr.Error("Give a file: this app fetches nothing from the web.", print_exception=False)
        if Path(str(path)).is_dir():  # Gradio would keep it as a file, and fail when it is to be deleted
            raise gr.Error("Give a file, not a folder.", print_exception=False)
        result: str | None = await move(path)
        return result

    component.async_move_resource_to_block_cache = move_file
    return component


def _uploaded(payload: Any, folder: str) -> str | None:
    """The path of a file that was uploaded.

    Gradio looks where a path leads only if it carries Gradio's mark, and to an image it need not carry it.
    """
    if payload is None:
        return None
    if payload.path is None:
        raise gr.Error("Give a file, not its content in an address.", print_exception=False)
    if not is_in_or_equal(payload.path, folder) or Path(payload.path).is_dir():
        raise gr.Error("Give a file that you uploaded, not a path.", print_exception=False)
    return str(payload.path)
