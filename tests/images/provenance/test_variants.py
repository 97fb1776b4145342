"""Parameters as tools in the field write them, not as the standards ask; and texts that only look like them."""

from __future__ import annotations

import io
import json

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from realfake_hf.images.opened_image import open_with_facts
from realfake_hf.images.provenance import Provenance

LINES = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: sdxl"
CHINESE = LINES.replace("a cat", "一只猫在草地上,阳光明媚的早晨" * 8)
SWARM = json.dumps({"sui_image_params": {"prompt": "cat", "model": "flux", "seed": 1}})
GRAPH = {"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}
COMFY = json.dumps({"prompt": GRAPH, "workflow": {"nodes": []}})
UNICODE, WEB_UI = b"UNICODE\0", "Stable Diffusion web UI"


def saved(format: str = "JPEG", *, exif: dict[int, object] | None = None, comment: bytes | None = None) -> bytes:
    tags, stream = Image.Exif(), io.BytesIO()
    tags.update(exif or {})
    if comment is not None:
        tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
    Image.linear_gradient("L").convert("RGB").save(stream, format, exif=tags)
    return stream.getvalue()


def declared(content: bytes) -> Provenance:
    return open_with_facts(content).provenance or Provenance()


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
@pytest.mark.parametrize(
    ("comment", "name"),
    [
        (UNICODE + LINES.encode("utf-16-be"), WEB_UI),
        (UNICODE + LINES.encode("utf-16-le"), WEB_UI),
        (UNICODE + CHINESE.encode("utf-16-be"), WEB_UI),
        (UNICODE + LINES.encode(), WEB_UI),
        (UNICODE + CHINESE.encode(), WEB_UI),
        (UNICODE + b"\xff\xfe" + SWARM.encode("utf-16-le"), "SwarmUI"),
        (UNICODE + b"\xfe\xff" + SWARM.encode("utf-16-be"), "SwarmUI"),
        (b"ASCII\0\0\0\xef\xbb\xbf" + SWARM.encode(), "SwarmUI"),
        (b"Unicode\0" + LINES.encode("utf-16-le"), WEB_UI),
        (UNICODE + COMFY.encode("utf-16-be"), "ComfyUI"),
        (UNICODE + LINES.replace("\n", ". ").encode("utf-16-be"), WEB_UI),
        (LINES.encode(), WEB_UI),
    ],
)
def test_user_comments_in_every_code(comment, name, format):
    (claim,) = declared(saved(format, comment=comment)).claims
    assert (claim.name, claim.where) == (name, "EXIF UserComment")


def test_a_user_comment_in_the_first_directory():
    content = saved(exif={ExifTags.Base.UserComment: UNICODE + LINES.encode("utf-16-be")})
    assert [claim.name for claim in declared(content).claims] == [WEB_UI]


def test_parameters_on_one_line_tell_prompt_and_model():
    info, stream = PngImagePlugin.PngInfo(), io.BytesIO()
    info.add_text("parameters", LINES.replace("\n", ", "))
    Image.new("RGB", (32, 32)).save(stream, "PNG", pnginfo=info)
    (claim,) = declared(stream.getvalue()).claims
    assert (claim.name, claim.prompt, claim.model, claim.seed) == (WEB_UI, "a cat,", "sdxl", "1")


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (ExifTags.Base.ImageDescription, "Workflow:" + json.dumps({"nodes": [1]})),
        (ExifTags.Base.Model, "Prompt: " + json.dumps(GRAPH)),
        (ExifTags.Base.Model, "prompt:" + json.dumps(GRAPH)),
        (ExifTags.Base.Make, "workflow:" + json.dumps({"nodes": []})),
    ],
)
def test_a_graph_in_a_tag_is_comfyui_and_no_camera(tag, text):
    provenance = declared(saved("WEBP", exif={tag: text}))
    assert [claim.name for claim in provenance.claims] == ["ComfyUI"]
    assert provenance.camera is None


def test_a_graph_that_is_cut_tells_what_stands_in_its_beginning():
    info, stream = PngImagePlugin.PngInfo(), io.BytesIO()
    nodes = {"1": {"class_type": "Loader", "inputs": {"ckpt_name": "sdxl.safetensors", "seed": 7, "b64": "y" * 10**6}}}
    info.add_text("prompt", json.dumps(nodes))
    Image.new("RGB", (32, 32)).save(stream, "PNG", pnginfo=info)
    (claim,) = declared(stream.getvalue()).claims
    assert (claim.name, claim.model, claim.seed) == ("ComfyUI", "sdxl.safetensors", "7")


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (ExifTags.Base.ImageDescription, "Steps: 5412, a walk by the sea, Seed: none"),
        (ExifTags.Base.ImageDescription, "How Midjourney works: Stable Diffusion steps"),
        (ExifTags.Base.Software, "Recraft Photo Studio"),
    ],
)
def test_what_only_looks_like_parameters_is_none(tag, text):
    provenance = declared(saved(exif={tag: text, ExifTags.Base.Make: "Canon"}))
    assert provenance.claims == ()
    assert provenance.camera.name == "Canon"
