"""The card of a data set: front matter that the Hub reads, and what a person should know before using it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hub_card.dataset_facts import DatasetFacts, read_facts
from hub_card.front_matter import TAGS, check_front_matter
from hub_card.licences import LICENCE_FILE, name_other_licence

if TYPE_CHECKING:
    from huggingface_hub import DatasetCard

CARD_FILE = "README.md"
TEMPLATE = Path(__file__).with_name("dataset_card.md")
MARKER = "This card is written anew with the data; delete this line to keep it as it is."
SIZES = (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")


def write_dataset_card(folder: str | Path) -> Path:
    """Write README.md into a folder of `realfake prepare` or `realfake align`.

    What the user knows of the sources comes from a sources.yaml in the folder (`name: {from: ..., licence: ...}`), the
    audit's verdict from an audit.json. A README.md that somebody else wrote, or whose marker somebody deleted, is left
    as it is.

    Raises:
        RealFakeError: it is no such folder, or the card's front matter is not valid.
    """
    from realfake_hf.storage.files import write_text

    where = Path(folder).expanduser()
    file = where / CARD_FILE
    if file.is_file() and MARKER not in file.read_text(encoding="utf-8", errors="replace"):
        return file
    write_text(file, f"{render_dataset_card(read_facts(where))}\n")
    return file


def render_dataset_card(facts: DatasetFacts) -> DatasetCard:
    """The card of these facts; its front matter has been parsed again, as the Hub will.

    Raises:
        RealFakeError: the front matter does not survive that.
    """
    from huggingface_hub import DatasetCard, DatasetCardData

    data = DatasetCardData(
        license=facts.licence,
        pretty_name=facts.title,
        task_categories=["image-classification"],
        tags=TAGS,
        size_categories=[size_category(facts.images)],
        configs=[_config(name, folder, facts.splits) for name, folder in facts.configs.items()],
    )
    if facts.licence_file:
        name_other_licence(data, LICENCE_FILE)
    else:
        section = f"https://huggingface.co/datasets/{facts.repo}#sources-and-licences"
        name_other_licence(data, section, "licences-of-the-sources")
    card = DatasetCard.from_template(
        data, template_str=TEMPLATE.read_text(encoding="utf-8"), facts=facts, marker=MARKER
    )
    check_front_matter(card)
    return card


def size_category(images: int) -> str:
    """The Hub's name for so many images."""
    return next((name for limit, name in SIZES if images < limit), "1M<n<10M")


def _config(name: str, folder: str, splits: list[str]) -> dict[str, object]:
    """Where the Hub finds the splits, whose names it would else only guess."""
    prefix = "" if folder == "." else f"{folder}/"
    return {
        "config_name": name,
        "data_files": [{"split": split, "path": f"{prefix}{split}/**"} for split in splits],
    }
