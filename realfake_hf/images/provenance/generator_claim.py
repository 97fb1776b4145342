"""One declared generator: who, where the file says so, and with what parameters."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from realfake_hf.images.provenance.text import clean

Kind = Literal["made", "edited"]

MAX_NAME, MAX_PROMPT, MAX_EXCERPT = 100, 300, 300
MAX_CUT_JSON = 200_000
"""Characters of overlong JSON that are looked at."""
MAX_VISITED = 2000
"""Values of a JSON document that are looked at for prompt, model and seed."""

FACTS = ("prompt", "model", "seed")
# How the tools of `generators.py` call the same three things, most telling first.
_PROMPTS = ("positive_prompt", "full_prompt", "prompt", "Prompt", "c", "text")
_MODELS = (
    "model",
    "model_name",
    "base_model",
    "Base Model",
    "ckpt_name",
    "unet_name",
    "model_weights",
    "use_stable_diffusion_model",
    "Stable Diffusion model",
)
_SEEDS = ("seed", "Seed", "noise_seed")


class GeneratorClaim(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a file says about its generator.

    Attributes:
        name: of the tool or the company.
        where: `PNG text 'parameters'`, `EXIF Software`, `XMP CreatorTool`, `C2PA`, ...
        kind: whether the image was made or edited with it.
        prompt, model, seed: where they are given; cut to a few hundred characters.
        excerpt: the beginning of the text that says so.
    """

    name: str
    where: str
    kind: Kind
    prompt: str | None = None
    model: str | None = None
    seed: str | None = None
    excerpt: str | None = None

    @property
    def words(self) -> str:
        """`made by X` or `edited with X`."""
        return f"made by {self.name}" if self.kind == "made" else f"edited with {self.name}"

    @property
    def facts(self) -> int:
        """How many of prompt, model and seed are given."""
        return sum(fact is not None for fact in (self.prompt, self.model, self.seed))


def claim_from_json(name: str, where: str, text: str, value: Any) -> GeneratorClaim:
    """A claim whose parameters are JSON of any shape: the first prompt, model and seed found, breadth first."""
    found: dict[str, str] = {}
    waiting, visited = deque([value]), 0
    while waiting and visited < MAX_VISITED and len(found) < 3:
        entry = waiting.popleft()
        visited += 1
        if isinstance(entry, Mapping):
            for wanted, keys in zip(FACTS, (_PROMPTS, _MODELS, _SEEDS), strict=True):
                values = (_plain(entry.get(key)) for key in keys)
                if wanted not in found and (first := next(filter(None, values), None)):
                    found[wanted] = first
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry[:MAX_VISITED])
    return _claim(name, where, text, **found)


def claim_from_text(name: str, where: str, text: str) -> GeneratorClaim:
    """A claim whose parameters are lines as the Stable Diffusion web UI writes them, or a prompt alone.

    The first lines are the prompt, then `Negative prompt: ...`, then `Steps: 20, Sampler: ..., Seed: ..., Model: ...`.
    """
    prompt, *_ = re.split(r"(?:^|\s)(?:Negative prompt: |Steps: )|\s*Job ID: ", text, maxsplit=1)
    model, seed = (re.search(rf"\b{key}: ([^,\n]+)", text) for key in ("Model", "Seed"))
    found = {"prompt": prompt, "model": model and model[1], "seed": seed and seed[1]}
    return _claim(name, where, text, **{key: value for key, value in found.items() if value})


def claim_from_cut_json(name: str, where: str, text: str) -> GeneratorClaim:
    """A claim whose parameters are JSON that is too long to be parsed, or cut: what its beginning says plainly."""
    found = {}
    for wanted, keys in zip(FACTS, (_PROMPTS, _MODELS, _SEEDS), strict=True):
        names = "|".join(re.escape(key) for key in keys)
        match = re.search(rf'"(?:{names})"\s*:\s*(?:"((?:[^"\\]|\\.){{1,2000}})"|(\d{{1,30}}))', text[:MAX_CUT_JSON])
        if match:
            found[wanted] = match[1] or match[2]
    return _claim(name, where, text, **found)


def _claim(name: str, where: str, text: str, **found: str) -> GeneratorClaim:
    prompt, model, seed = (
        clean(found.get(key, ""), MAX_PROMPT if key == "prompt" else MAX_NAME) or None for key in FACTS
    )
    excerpt = clean(text, MAX_EXCERPT) or None
    return GeneratorClaim(name, where, "made", prompt=prompt, model=model, seed=seed, excerpt=excerpt)


def _plain(value: Any) -> str | None:
    if isinstance(value, Mapping):  # InvokeAI: {"model": {"name": ...}}
        value = value.get("name")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() if isinstance(value, str) else f"{value:d}" if abs(value) < 10**30 else None
