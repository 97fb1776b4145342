"""The one Jinja environment: every value is escaped, and a name that is not given is an error.

Its filters are `percent` and `prose`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_CODE = re.compile(r"`([^`]+)`")


@cache
def environment(folder: Path | None = None) -> Environment:
    """The environment of templates that lie in a folder, or that are given as text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(folder) if folder is not None else None,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["percent"] = percent
    made.filters["prose"] = prose
    return made


def prose(text: str) -> Markup:
    """A sentence as HTML, escaped; what stands in backticks is set as code."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def percent(share: float | None, digits: int = 0) -> str:
    """A share as people read it: `0.874` is `87 %`, on one line."""
    return "–" if share is None else f"{100 * share:.{digits}f}\u00a0%"  # noqa: RUF001


def render(template: str, **values: Any) -> str:
    """The text of a template with its values."""
    return environment().from_string(template).render(**values)
