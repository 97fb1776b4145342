"""Which outputs of a third-party model mean fake: by the names it gives, or by the user's word; never by guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from realfake_hf.errors import RealFakeError

# As they occur in the configs of public detectors, lower case, other characters than letters and digits as
# one space. Whole names only: "ai" must not be found in "portrait".
FAKE_NAMES = frozenset(
    {
        "fake", "fakes", "ai", "a i", "aigc", "artificial", "deepfake", "deepfakes", "deep fake", "generated",
        "synthetic", "ai generated", "aigenerated", "ai image", "ai images", "ai art", "machine", "gan", "diffusion",
        "ai generated image", "fake image", "computer generated", "machine generated", "midjourney", "dalle",
        "dall e", "stable diffusion", "sd", "sdxl", "flux", "manipulated", "tampered", "forged",
    }
)  # fmt: skip
REAL_NAMES = frozenset(
    {
        "real", "reals", "human", "hum", "humans", "nature", "natural", "authentic", "genuine", "photo", "photograph",
        "camera", "original", "pristine", "real image", "real photo", "human made", "not ai", "non ai", "not fake",
        "not generated", "realism",
    }
)  # fmt: skip

LISTED = 6
"""Labels that an error names."""


@dataclass(frozen=True)
class FakeOutputs:
    """The outputs of a model that mean fake, and the others.

    The logit of fake is logsumexp(fake outputs) - logsumexp(real outputs), which for two classes is the plain
    difference; where `real` is empty (one sigmoid output) it is the output itself.
    """

    fake: tuple[int, ...]
    real: tuple[int, ...]


def fake_outputs(
    id2label: Mapping[int, str], *, fake_label: str | None = None, model: str = "The model"
) -> FakeOutputs:
    """Find the outputs that mean fake.

    Args:
        id2label: a model's label map; string keys, as JSON makes them, will do.
        fake_label: the name of the label that means fake (several separated by commas); all others then mean
            real. It must be given where names say nothing, such as `LABEL_1`.
        model: what an error message calls the model.

    Raises:
        RealFakeError: the names do not tell, or `fake_label` is none of them.
    """
    names = {int(index): str(name) for index, name in id2label.items()}
    listed = _listed(names)
    if fake_label is not None:
        fake = tuple(_index_of(part.strip(), names, model) for part in fake_label.split(","))
        real = tuple(index for index in names if index not in fake)
        if not real and len(names) > 1:
            raise RealFakeError(f"`fake_label` names every label of {model} ({listed}): leave out the real one.")
        return FakeOutputs(tuple(sorted(set(fake))), real)
    unknown = [name for name in names.values() if not _is_fake(name) and not _is_real(name)]
    fake = tuple(index for index, name in names.items() if _is_fake(name))
    real = tuple(index for index, name in names.items() if _is_real(name))
    if unknown or not fake or (not real and len(names) > 1):
        raise RealFakeError(
            f"{model} has the labels {listed}, which do not say which of them means fake: "
            f"name it with `fake_label`, or choose a model that tells real from fake."
        )
    return FakeOutputs(fake, real)


def _normalised(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def _is_fake(name: str) -> bool:
    return _normalised(name) in FAKE_NAMES


def _is_real(name: str) -> bool:
    return _normalised(name) in REAL_NAMES


def _index_of(label: str, names: Mapping[int, str], model: str) -> int:
    exact = [index for index, name in names.items() if name == label]
    loose = [index for index, name in names.items() if _normalised(name) == _normalised(label)]
    if len(exact) == 1:
        return exact[0]
    if len(loose) == 1:
        return loose[0]
    raise RealFakeError(f"`fake_label` {label} is not one label of {model}: choose from {_listed(names)}.")


def _listed(names: Mapping[int, str]) -> str:
    shown = [f"'{name}'" for name in list(names.values())[:LISTED]]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(shown) + more
