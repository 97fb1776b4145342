"""The generators that are known by what they write into files, each with the source of its signature.

A signature is a fact about a tool's output format, read in the tool's own code or documents or in a reader of such
files; `receyuki` stands for github.com/receyuki/stable-diffusion-prompt-reader (image_data_reader.py, format/*.py),
which reads most of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from realfake_hf.images.provenance.generator_claim import (
    MAX_CUT_JSON,
    GeneratorClaim,
    Kind,
    claim_from_cut_json,
    claim_from_json,
    claim_from_text,
)
from realfake_hf.images.provenance.metadata import Metadata
from realfake_hf.images.provenance.text import clean, parse_json

_NAMED_GRAPH = re.compile(r"\s*(?:prompt|workflow)\s*:\s*\{", re.IGNORECASE)
_GRAPH = re.compile(r'"nodes"\s*:\s*\[|"class_type"\s*:')
_WEB_UI_SETTINGS = (
    r"Sampler: \w",
    r"CFG scale: \d",
    r"Seed: -?\d",
    r"Size: \d+x\d",
    r"Model(?: hash)?: \S",
    r"Schedule type: \w",
)


@dataclass(frozen=True)
class Candidate:
    """A text that may hold parameters.

    Attributes:
        where: as people read it.
        key: keyword of a text chunk, or tag or property name, lower case.
        text: whole.
    """

    where: str
    key: str
    text: str

    @cached_property
    def json(self) -> Any:
        """The text's value where it is JSON, else None."""
        return parse_json(self.text)

    @property
    def keys(self) -> Mapping[str, Any]:
        """The JSON object, empty where the text is none."""
        return self.json if isinstance(self.json, dict) else {}


@dataclass(frozen=True)
class ParameterSignature:
    """How one tool writes its parameters.

    Attributes:
        name: the tool.
        recognises: whether a candidate is that tool's.
        source: where that was read.
    """

    name: str
    recognises: Callable[[Candidate], bool]
    source: str


def _is_comfyui(candidate: Candidate) -> bool:
    if candidate.json is None:
        head = candidate.text[:MAX_CUT_JSON]
        if _NAMED_GRAPH.match(head):  # in a tag of EXIF, where it is not the camera
            return candidate.key in ("make", "model") or _GRAPH.search(head) is not None
        return candidate.key in ("workflow", "prompt") and head[:1] == "{" and _GRAPH.search(head) is not None
    return _is_graph(candidate.keys) or any(_is_graph(candidate.keys.get(name)) for name in ("prompt", "workflow"))


def _is_graph(value: Any) -> bool:
    """Whether JSON is a workflow (`nodes`) or what it runs as (numbered nodes with a `class_type`)."""
    if not isinstance(value, dict):
        return False
    return isinstance(value.get("nodes"), list) or any(
        isinstance(node, dict) and "class_type" in node for node in list(value.values())[:50]
    )


def _is_web_ui(candidate: Candidate) -> bool:
    start = re.search(r"(?:^|\s)Steps: \d{1,4}\b", candidate.text)
    if start is None:
        return False
    rest = candidate.text[start.end() : start.end() + 2000]
    named = sum(re.search(rf"\b{setting}", rest) is not None for setting in _WEB_UI_SETTINGS)
    # Elsewhere than under its own key one setting may be chance.
    return named >= (1 if candidate.key == "parameters" else 2)


def _is_fooocus(candidate: Candidate) -> bool:
    version = candidate.keys.get("version") or candidate.keys.get("Version")
    return str(version).startswith("Fooocus") or "Version: Fooocus" in candidate.text[-300:]


PARAMETERS = (
    ParameterSignature(
        "SwarmUI",
        lambda candidate: "sui_image_params" in candidate.keys,
        "mcmonkeyprojects/SwarmUI, Image.GetSUIMetadata: JSON with sui_image_params in PNG text or EXIF UserComment",
    ),
    ParameterSignature(
        "Fooocus",
        _is_fooocus,
        "lllyasviel/Fooocus, modules/meta_parser.py: PNG text parameters with fooocus_scheme; EXIF UserComment",
    ),
    ParameterSignature(
        "InvokeAI",
        lambda candidate: (
            candidate.key in ("invokeai_metadata", "invokeai_graph", "sd-metadata")
            or (candidate.key == "dream" and re.search(r" -S ?\d", candidate.text[-500:]) is not None)
        ),
        "invoke-ai.github.io, development/architecture/media-metadata: invokeai_metadata; older files: receyuki",
    ),
    ParameterSignature(
        "NovelAI",
        lambda candidate: candidate.key == "comment" and {"uc", "sampler"} <= candidate.keys.keys(),
        "github.com/NovelAI/novelai-image-metadata: PNG text Software, Source, Description, Comment (JSON)",
    ),
    ParameterSignature(
        "ComfyUI",
        _is_comfyui,
        "Comfy-Org/ComfyUI, nodes.py SaveImage: PNG text prompt and workflow; comfy_extras/nodes_images.py: WebP EXIF "
        "Model 'prompt:{...}' and Make 'workflow:{...}'",
    ),
    ParameterSignature(
        "Easy Diffusion",
        lambda candidate: bool({"use_stable_diffusion_model", "Stable Diffusion model"} & candidate.keys.keys()),
        "receyuki, format/easydiffusion.py: JSON in EXIF UserComment, keys as PNG text",
    ),
    ParameterSignature(
        "Draw Things",
        lambda candidate: {"c", "uc", "sampler", "seed"} <= candidate.keys.keys(),
        "receyuki, format/drawthings.py: JSON in XMP exif:UserComment",
    ),
    ParameterSignature(
        "Midjourney",
        lambda candidate: re.search(r"Job ID: [0-9a-f]{8}-[0-9a-f]{4}-", candidate.text[-5000:]) is not None,
        "exiftool -Description of files from midjourney.com: 'PROMPT --v 6 Job ID: UUID'; PNG text, XMP dc:description",
    ),
    ParameterSignature(
        "Stable Diffusion web UI",
        _is_web_ui,
        "AUTOMATIC1111/stable-diffusion-webui, modules/images.py: PNG text parameters, EXIF UserComment; also its "
        "heirs Forge, SD.Next and Civitai",
    ),
)
"""In this order: the web UI's text is written by others too, who say so elsewhere in it."""

NAMES = (
    # GPT-4o and DALL-E files carry C2PA (help.openai.com, "C2PA in ChatGPT images"); others put the names in tags.
    ("OpenAI", r"\bDALL[-·\s]?E\b|\bOpenAI\b|\bChatGPT\b|\bgpt-?(?:4o|image)"),
    ("Adobe Firefly", r"\bAdobe[ _]Firefly\b|\bFirefly Image\b"),  # helpx.adobe.com, Content Credentials of Firefly
    # iptc.org/news/google-ai-transparency-based-on-iptc-standards: Credit "Made with Google AI"
    ("Google AI", r"\bwith Google AI\b|\bGoogle (?:Generative AI|Gemini|Imagen)\b|\bNano Banana\b"),
    ("Midjourney", r"\bMidjourney\b"),
    ("NovelAI", r"\bNovelAI\b"),
    ("Fooocus", r"\bFooocus\b"),
    ("InvokeAI", r"\bInvokeAI\b"),
    ("ComfyUI", r"\bComfyUI\b"),
    ("SwarmUI", r"\bSwarmUI\b|\bStableSwarmUI\b"),
    ("Draw Things", r"^Draw Things\b"),
    # black-forest-labs/flux, src/flux/util.py: Software "AI generated;txt2img;flux", Make "Black Forest Labs"
    ("Flux", r"^Black Forest Labs$|^AI generated;.*flux|\bFLUX\.\d"),
    ("Stable Diffusion", r"\bStable ?Diffusion\b|\bDreamStudio\b"),
    ("Bing Image Creator", r"\b(?:Bing|Microsoft) Image Creator\b|\bMicrosoft Designer\b"),
    ("Meta AI", r"\bImagined with (?:Meta )?AI\b|\bMeta AI\b"),
    ("Leonardo.Ai", r"\bLeonardo\.?[Aa]i\b"),
    ("Ideogram", r"\bIdeogram\b"),
    ("Recraft", r"^Recraft(?:\.ai| ?AI| V\d\S*)?$"),
)
"""Names, and how they stand in the fields that tell which software made a file.

Only in those: in a description any of them may be a subject. "Firefly" alone is a camera too, "Imagen" an editor.
"""

_NAME_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in NAMES)


def find_claims(metadata: Metadata) -> list[GeneratorClaim]:
    """The generators that a file's metadata declare: parameters first, then names, then labels.

    Each stands once, where the file tells most about it.

    Nothing is concluded: a text that no signature recognises is passed over.
    """
    claims: dict[str, GeneratorClaim] = {}
    for claim in (*_parameter_claims(metadata), *_name_claims(metadata), *_label_claims(metadata)):
        if claim.name not in claims or claim.facts > claims[claim.name].facts:
            claims[claim.name] = claim
    return list(claims.values())


def names_generator(text: str) -> bool:
    """Whether the name of a program or a maker is a generator's."""
    return any(pattern.search(text) for _, pattern in _NAME_PATTERNS)


def _parameter_claims(metadata: Metadata) -> Iterator[GeneratorClaim]:
    for candidate in _candidates(metadata):
        name = next((known.name for known in PARAMETERS if known.recognises(candidate)), None)
        if name == "Stable Diffusion web UI" and "fooocus_scheme" in metadata.texts:
            name = "Fooocus"  # which can write its parameters in the web UI's way
        if name:
            value = candidate.json or parse_json(candidate.text.partition(":")[2])
            if value is None and re.match(r"\s*(?:\w+\s*:\s*)?[{\[]", candidate.text):
                yield claim_from_cut_json(name, candidate.where, candidate.text)
            elif value is None:
                yield claim_from_text(name, candidate.where, candidate.text)
            else:
                yield claim_from_json(name, candidate.where, candidate.text, value)


def _candidates(metadata: Metadata) -> Iterator[Candidate]:
    text = f"{metadata.format} text" if metadata.format else "text"
    for key, value in metadata.texts.items():
        yield Candidate(f"{text} '{clean(key, 40)}'", key, value)
    for tag in ("UserComment", "ImageDescription", "Make", "Model"):
        if tag in metadata.exif:
            yield Candidate(f"EXIF {tag}", tag.lower(), metadata.exif[tag])
    for name in ("UserComment", "description"):
        if name in metadata.xmp:
            yield Candidate(f"XMP {name}", name.lower(), metadata.xmp[name])


def _name_claims(metadata: Metadata) -> Iterator[GeneratorClaim]:
    text = f"{metadata.format} text" if metadata.format else "text"
    fields = {
        f"{text} 'software'": metadata.texts.get("software"),
        f"{text} 'source'": metadata.texts.get("source"),
        "EXIF Software": metadata.exif.get("Software"),
        "EXIF Make": metadata.exif.get("Make"),
        "XMP CreatorTool": metadata.xmp.get("CreatorTool"),
        "XMP Credit": metadata.xmp.get("Credit"),
        "IPTC credit": metadata.credit,
    }
    for where, value in fields.items():
        value = clean(value or "", 300)
        for name, pattern in _NAME_PATTERNS:
            if pattern.search(value):
                kind: Kind = "edited" if value.lower().startswith("edited") else "made"
                model = clean(metadata.exif.get("Model", ""), 100) if where == "EXIF Make" else None
                yield GeneratorClaim(name, where, kind, model=model or None, excerpt=value)


def _label_claims(metadata: Metadata) -> Iterator[GeneratorClaim]:
    """Labels whose very presence says "AI": IPTC's AI System Used (2025.1) and the Chinese label (GB 45438-2025)."""
    if system := clean(metadata.xmp.get("AISystemUsed", ""), 100):
        prompt = clean(metadata.xmp.get("AIPromptInformation", ""), 300)
        version = clean(metadata.xmp.get("AISystemVersionUsed", ""), 100)
        yield GeneratorClaim(system, "XMP AISystemUsed", "made", prompt=prompt or None, model=version or None)
    labels = (("XMP AIGC", metadata.xmp.get("AIGC")), ("EXIF UserComment", metadata.exif.get("UserComment")))
    for where, text in (*labels, ("text 'aigc'", metadata.texts.get("aigc"))):
        value = parse_json(text or "")
        value = value.get("AIGC", value) if isinstance(value, dict) else None
        if isinstance(value, dict) and "ContentProducer" in value and "Label" in value:
            producer = clean(value["ContentProducer"], 100)
            name = f"an AI service (producer {producer})" if producer else "an AI service"
            yield GeneratorClaim(name, where, "made", excerpt=clean(text, 300) or None)
