"""Generators are known by what they write, wherever they write it."""

from __future__ import annotations

import json

import pytest

from realfake_hf.records.json_record import json_values

from .conftest import exif, provenance_of, saved, xmp

PROMPT = "a lighthouse at dusk, oil on canvas"
WEB_UI = (
    f"{PROMPT}\nNegative prompt: blurry\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 965400086, Size: 512x512, Model: sd_xl_base_1.0, Version: v1.10.1"
)
COMFY_PROMPT = json.dumps(
    {
        "3": {"class_type": "KSampler", "inputs": {"seed": 5, "model": ["4", 0]}},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "flux1-dev.safetensors"}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lighthouse"}},
    }
)
SWARM = json.dumps({"sui_image_params": {"prompt": "a lighthouse", "model": "sd_xl_base_1.0", "seed": 12}})
FOOOCUS = json.dumps({"prompt": "a lighthouse", "base_model": "juggernautXL", "seed": "77", "version": "Fooocus v2.5"})
DREAM = '"a lighthouse" -s 50 -S 1234 -W 512 -H 512 -C 7.5 -A k_lms'
INVOKE = json.dumps({"positive_prompt": "a lighthouse", "seed": 9, "model": {"name": "dreamshaper-8"}})
NOVEL = json.dumps({"prompt": "a lighthouse", "steps": 28, "sampler": "k_euler", "seed": 4, "uc": "lowres"})
DRAW_THINGS = json.dumps({"c": "a lighthouse", "uc": "", "sampler": "Euler", "seed": 3, "model": "sdxl.ckpt"})
EASY = json.dumps({"prompt": "a lighthouse", "seed": 1, "use_stable_diffusion_model": "sd-v1-5"})
MIDJOURNEY = "a lighthouse --ar 2:1 --v 6 Job ID: a7421d2f-b262-44f9-977c-ac23e9c7d3e3"
AIGC = json.dumps({"AIGC": {"Label": "1", "ContentProducer": "001191440300708461136T1XGW3", "ProduceID": "x"}})


def user_comment(text: str) -> bytes:
    return b"UNICODE\0" + text.encode("utf-16-be")


@pytest.mark.parametrize(
    ("texts", "name", "prompt", "model", "seed"),
    [
        ({"parameters": WEB_UI}, "Stable Diffusion web UI", PROMPT, "sd_xl_base_1.0", "965400086"),
        ({"prompt": COMFY_PROMPT}, "ComfyUI", "a lighthouse", "flux1-dev.safetensors", "5"),
        ({"workflow": json.dumps({"nodes": [], "links": []})}, "ComfyUI", None, None, None),
        ({"parameters": SWARM}, "SwarmUI", "a lighthouse", "sd_xl_base_1.0", "12"),
        ({"parameters": FOOOCUS, "fooocus_scheme": "fooocus"}, "Fooocus", "a lighthouse", "juggernautXL", "77"),
        ({"parameters": WEB_UI, "fooocus_scheme": "a1111"}, "Fooocus", PROMPT, "sd_xl_base_1.0", "965400086"),
        ({"invokeai_metadata": INVOKE}, "InvokeAI", "a lighthouse", "dreamshaper-8", "9"),
        ({"Dream": DREAM}, "InvokeAI", DREAM, None, None),
        ({"Software": "NovelAI", "Comment": NOVEL}, "NovelAI", "a lighthouse", None, "4"),
        ({"Description": MIDJOURNEY}, "Midjourney", "a lighthouse --ar 2:1 --v 6", None, None),
    ],
)
def test_png_texts_name_the_generator_and_its_parameters(photo, texts, name, prompt, model, seed):
    provenance = provenance_of(saved(photo, texts=texts))
    assert [claim.name for claim in provenance.claims] == [name]
    claim = provenance.claims[0]
    assert (claim.prompt, claim.model, claim.seed) == (prompt, model, seed)
    assert claim.where.startswith("PNG text '")
    assert provenance.note == f"made by {name}"


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
@pytest.mark.parametrize(
    ("text", "name"),
    [(WEB_UI, "Stable Diffusion web UI"), (SWARM, "SwarmUI"), (EASY, "Easy Diffusion"), (FOOOCUS, "Fooocus")],
)
def test_exif_user_comment_names_the_generator(photo, format, text, name):
    provenance = provenance_of(saved(photo, format, exif=exif(UserComment=user_comment(text))))
    assert [(claim.name, claim.where) for claim in provenance.claims] == [(name, "EXIF UserComment")]


def test_user_comment_in_the_other_byte_order_and_in_ascii(photo):
    for comment in (b"UNICODE\0" + WEB_UI.encode("utf-16-le"), b"ASCII\0\0\0" + WEB_UI.encode()):
        assert provenance_of(saved(photo, "JPEG", exif=exif(UserComment=comment))).claims[0].seed == "965400086"


def test_comfyui_keeps_its_graph_in_the_tags_of_the_camera(photo):
    tags = exif(Model=f"prompt:{COMFY_PROMPT}", Make='workflow:{"nodes": []}')
    provenance = provenance_of(saved(photo, "WEBP", exif=tags))
    assert (provenance.claims[0].name, provenance.claims[0].seed, provenance.camera) == ("ComfyUI", "5", None)


def test_flux_names_itself_as_the_camera(photo):
    tags = exif(Software="AI generated;txt2img;flux", Make="Black Forest Labs", Model="flux-dev")
    provenance = provenance_of(saved(photo, "JPEG", exif=tags))
    assert [claim.name for claim in provenance.claims] == ["Flux"]
    assert provenance.camera is None


@pytest.mark.parametrize(
    ("attributes", "name", "note"),
    [
        ('photoshop:Credit="Made with Google AI"', "Google AI", "made by Google AI"),
        ('photoshop:Credit="Edited with Google AI"', "Google AI", "edited with Google AI"),
        ('xmp:CreatorTool="Adobe Firefly 3"', "Adobe Firefly", "made by Adobe Firefly"),
        ('Iptc4xmpExt:AISystemUsed="Somebody 2"', "Somebody 2", "made by Somebody 2"),
    ],
)
def test_xmp_names_the_generator(photo, attributes, name, note):
    provenance = provenance_of(saved(photo, "JPEG", xmp=xmp(attributes)))
    assert ([claim.name for claim in provenance.claims], provenance.note) == ([name], note)


def test_draw_things_writes_json_into_xmp(photo):
    packet = xmp(elements=f"<exif:UserComment><rdf:Alt><rdf:li>{DRAW_THINGS}</rdf:li></rdf:Alt></exif:UserComment>")
    claim = provenance_of(saved(photo, "JPEG", xmp=packet)).claims[0]
    assert (claim.name, claim.where, claim.model) == ("Draw Things", "XMP UserComment", "sdxl.ckpt")


def test_label_of_the_chinese_standard(photo):
    claim = provenance_of(saved(photo, "JPEG", exif=exif(UserComment=b"ASCII\0\0\0" + AIGC.encode()))).claims[0]
    assert claim.name == "an AI service (producer 001191440300708461136T1XGW3)"


@pytest.mark.parametrize(
    "texts",
    [
        {"Comment": "Created with GIMP"},
        {"Description": "How Midjourney and DALL-E are made: a lecture"},
        {"Software": "Adobe Photoshop 25.0"},
        {"prompt": "a question to the reader"},
        {"parameters": "exposure 1/250"},
        {"Software": "FLIR Firefly camera"},
        {"Software": "Imagen Lightroom plug-in"},
    ],
)
def test_texts_of_other_software_name_no_generator(photo, texts):
    assert provenance_of(saved(photo, texts=texts)) is None


def test_text_behind_the_pixels_counts(photo):
    content = saved(photo, texts={"parameters": WEB_UI})
    start = content.index(b"tEXt") - 4
    chunk = content[start : start + 12 + int.from_bytes(content[start : start + 4], "big")]
    end = content.index(b"IEND") - 4
    moved = content[:start] + content[start + len(chunk) : end] + chunk + content[end:]
    assert provenance_of(moved).claims[0].name == "Stable Diffusion web UI"


def test_excerpts_are_short_whatever_the_file_holds(photo):
    graph = json.dumps({"1": {"class_type": "A", "inputs": {"text": "y" * 10**5}}})
    texts = {"parameters": "very " * 200_000 + WEB_UI, "prompt": graph}
    values = json.dumps(json_values(provenance_of(saved(photo, texts=texts))))
    assert len(values) < 3000
