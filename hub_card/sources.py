"""Where images are from and under which licence, as a `sources.yaml` beside a data set or a model says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from realfake_hf.errors import RealFakeError
from realfake_hf.models.labels import LABEL_NAMES

SOURCES_FILE = "sources.yaml"
"""What the user knows of the sources: `{name: {from: ..., licence: ..., label: real}}`, each value optional."""


@dataclass(frozen=True)
class Source:
    """A camera set or generator; what nobody stated is empty. `label` is `real`, `fake` or empty."""

    name: str
    origin: str = ""
    licence: str = ""
    label: str = ""


def read_sources(file: Path) -> dict[str, Source]:
    """The sources by name, in the file's order; none where there is no such file.

    Raises:
        RealFakeError: the file is damaged, or a label is neither real nor fake.
    """
    import yaml

    if not file.is_file():
        return {}
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        found = {
            str(name): Source(str(name), *(str((row or {}).get(key) or "") for key in ("from", "licence", "label")))
            for name, row in given.items()
        }
    except (yaml.YAMLError, AttributeError, UnicodeDecodeError):
        raise RealFakeError(
            f"{file} cannot be read: write `name: {{from: ..., licence: ...}}`, a line a source."
        ) from None
    for source in found.values():
        if source.label not in ("", *LABEL_NAMES):
            raise RealFakeError(f"{file}: the label of {source.name} must be real or fake, not {source.label!r}.")
    return found
