"""The page's own HTML: templates beside this file, in which every value is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from realfake_hf.pages.templates import environment

FOLDER = Path(__file__).resolve().parent


def render(template: str, **values: Any) -> str:
    """A template of this folder with its values."""
    return environment(FOLDER).get_template(template).render(**values)
