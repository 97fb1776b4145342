"""How the Hub spells licences: a card with any other identifier is refused there."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from realfake_hf.errors import RealFakeError

if TYPE_CHECKING:
    from huggingface_hub import CardData

HUB_LICENCES = (
    "afl-3.0", "agpl-3.0", "apache-2.0", "apple-amlr", "apple-ascl", "artistic-2.0", "bigcode-openrail-m",
    "bigscience-bloom-rail-1.0", "bigscience-openrail-m", "bsd", "bsd-2-clause", "bsd-3-clause",
    "bsd-3-clause-clear", "bsl-1.0", "c-uda", "cc", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0",
    "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0",
    "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0",
    "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "creativeml-openrail-m",
    "deepfloyd-if-license", "ecl-2.0", "epl-1.0", "epl-2.0", "etalab-2.0", "eupl-1.1", "eupl-1.2",
    "fair-noncommercial-research-license", "gemma", "gfdl", "gpl", "gpl-2.0", "gpl-3.0", "grok2-community",
    "h-research", "intel-research", "isc", "lgpl", "lgpl-2.1", "lgpl-3.0", "lgpl-lr", "llama2", "llama3",
    "llama3.1", "llama3.2", "llama3.3", "llama4", "lppl-1.3c", "mit", "mpl-2.0", "ms-pl", "ncsa", "odbl", "odc-by",
    "ofl-1.1", "openmdw-1.0", "openmdw-1.1", "openrail", "openrail++", "osl-3.0", "other", "pddl", "postgresql",
    "unknown", "unlicense", "wtfpl", "zlib",
)  # fmt: skip
"""Of https://huggingface.co/docs/hub/repositories-licenses in August 2026."""


LICENCE_FILE = "LICENSE"


def name_other_licence(data: CardData, link: str, name: str = "see-license-file") -> None:
    """Add to a card's front matter what the Hub wants beside `license: other`.

    Args:
        data: with its licence.
        link: `LICENSE` for the file in the repository, or a URL.
        name: an identifier in the Hub's manner, which it shows.
    """
    if data["license"] == "other":
        data["license_name"], data["license_link"] = name, link


def require_licence(identifier: str) -> None:
    """See that the Hub will take a licence, before anything is read or sent.

    Raises:
        RealFakeError: it spells none so.
    """
    if identifier in HUB_LICENCES:
        return
    nearest = difflib.get_close_matches(identifier.lower().replace(" ", "-"), HUB_LICENCES, n=1)
    raise RealFakeError(
        f"{identifier!r} is no licence that the Hub knows: {f'did you mean {nearest[0]}? O' if nearest else 'o'}thers "
        f"than those of https://huggingface.co/docs/hub/repositories-licenses are `other` there, with a LICENSE file."
    )
