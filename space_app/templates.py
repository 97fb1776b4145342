"""The page's own HTML: templates beside this file, in which every value is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parent


def render(template: str, **values: Any) -> str:
    """A template of this folder with its values."""
    return _environment().get_template(template).render(**values)


def percent(share: float | None, digits: int = 0) -> str:
    """A share as people read it: `0.874` is `87 %`, on one line."""
    return "–" if share is None else f"{100 * share:.{digits}f}\u00a0%"  # noqa: RUF001


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    return environment
