"""The card of a model: front matter that the Hub reads, and what a person should know before using it.

    python -m hub_card.model_card FOLDER

writes README.md and the figures anew, for example of an embedded model.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from hub_card.front_matter import TAGS, check_front_matter
from hub_card.licences import LICENCE_FILE, name_other_licence
from hub_card.model_facts import ENOUGH_TO_TELL, ModelFacts
from hub_card.model_records import CAPTIONS, CURVES, FIGURES_FOLDER, PICTURE, read_evaluations, read_model_facts
from realfake_hf.records.results import TierResult
from realfake_hf.records.robustness import SweepResult
from realfake_hf.records.run_folder import EVALUATIONS_FOLDER

if TYPE_CHECKING:
    from huggingface_hub import EvalResult, ModelCard

CARD_FILE = "README.md"
TEMPLATE = Path(__file__).with_name("model_card.md")
MARKER = "This card is written anew with the model; delete this line to keep it as it is."
INDEXED = {"balanced_accuracy": "Balanced accuracy", "roc_auc": "ROC AUC", "tpr_at_fpr_5": "Fakes found at 5 % FPR"}
"""Metrics of the front matter's model-index."""

LIMITS = (
    "It knows the generators and cameras that it was trained on; new generators, re-photographed screens, drawings, "
    "heavy retouching and phone filters can all be judged wrongly, photographs as fakes too.",
    "Each upload to a network compresses and shrinks an image and takes away what it looks at: see the tiers.",
    "It says nothing of who made an image, why, or whether a scene took place. A real photograph can deceive, too.",
    "Do not use it to accuse, grade, dismiss or moderate people without a human being who looks and a way to object. "
    "Do not present its score as proof.",
    "Whoever knows the network can change an image until it says what they want.",
)


def write_model_card(folder: str | Path) -> Path:
    """Write README.md, and the figures that it shows, into a model's or a RUN folder.

    A README.md that somebody else wrote, or whose marker somebody deleted, is left as it is.

    Raises:
        RealFakeError: it is no such folder, or the card's front matter is not valid.
    """
    from realfake_hf.storage.files import write_text

    where = Path(folder).expanduser()
    file = where / CARD_FILE
    if file.is_file() and not is_ours(file):
        return file
    write_figures(where)
    write_text(file, f"{render_model_card(read_model_facts(where))}\n")
    return file


def is_ours(file: Path) -> bool:
    """Whether a card was written by this module and not changed to be kept."""
    return MARKER in file.read_text(encoding="utf-8", errors="replace")


def render_model_card(facts: ModelFacts) -> ModelCard:
    """The card of these facts; its front matter has been parsed again, as the Hub will.

    Raises:
        RealFakeError: the front matter does not survive that.
    """
    from huggingface_hub import ModelCard, ModelCardData

    data = ModelCardData(
        base_model=facts.base_model or None,
        datasets=facts.datasets or None,
        eval_results=_eval_results(facts) or None,
        library_name="transformers",
        license=facts.licence,
        model_name=facts.title,
        pipeline_tag="image-classification",
        tags=[*TAGS, *(["custom_code"] if facts.ours and facts.repo else [])],
    )
    name_other_licence(data, LICENCE_FILE)
    if facts.carbon_kg is not None:
        grams = round(1000 * facts.carbon_kg, 3)  # as the Hub wants it, with where the figure is from
        data["co2_eq_emissions"] = {"emissions": grams, "source": "codecarbon", "training_type": "fine-tuning"}
    card = ModelCard.from_template(
        data,
        template_str=TEMPLATE.read_text(encoding="utf-8"),
        facts=facts,
        marker=MARKER,
        usage=usage(facts),
        limits=[*_own_limits(facts), *LIMITS],
        cell=_cell,
        plain=_plain,
        percent=_percent,
    )
    check_front_matter(card)
    return card


def usage(facts: ModelFacts) -> list[str]:
    """Three lines of Python that judge `photo.jpg`."""
    if facts.ours and not facts.repo:
        return [
            "from realfake_hf import Detector",
            "",
            f'detector = Detector("{facts.title}")',
            'print(detector("photo.jpg"))',
        ]
    trust = ", trust_remote_code=True" if facts.ours else ""
    return [
        "from transformers import pipeline",
        "",
        f'classifier = pipeline("image-classification", "{facts.name}"{trust})',
        'print(classifier("photo.jpg"))',
    ]


def write_figures(folder: Path) -> None:
    """Draw the figures of a card from the evaluations beside the model; without matplotlib there are none."""
    from importlib.util import find_spec

    evaluations = read_evaluations(folder)
    if not evaluations or find_spec("matplotlib") is None:
        return
    from realfake_hf.evaluation.figures import (
        hundred_figure,
        robustness_figure,
        source_figure,
        tier_figure,
        write_figure,
    )

    split, headline = next(iter(evaluations.items()))
    # A line per split: the figure names lines after the model.
    named = [dataclasses.replace(result, model=split) for split, result in evaluations.items()]
    drawn = {"tiers.png": tier_figure(named), "sources.png": source_figure(headline.sources)}
    outcomes = next(iter(headline.tiers.values())).outcomes
    if outcomes is not None and min(outcomes.photographs.total, outcomes.fakes.total) >= ENOUGH_TO_TELL:
        drawn[PICTURE] = hundred_figure(outcomes)
    if curves := SweepResult.read(folder / EVALUATIONS_FOLDER / split):
        drawn[CURVES] = robustness_figure(curves)
    for name in CAPTIONS:
        if name in drawn:
            write_figure(drawn[name], folder / FIGURES_FOLDER / name)


def _eval_results(facts: ModelFacts) -> list[EvalResult]:
    from huggingface_hub import EvalResult

    return [
        EvalResult(
            task_type="image-classification",
            task_name="Real or AI-generated",
            dataset_type="imagefolder",
            dataset_name=f"{facts.evaluations[split].dataset}, {tier}",
            dataset_config=tier,
            dataset_split=split,
            metric_type=metric,
            metric_name=name,
            metric_value=round(value, 4),
        )
        for split, tier, row in facts.tier_rows()
        for metric, name in INDEXED.items()
        if (value := row.value(metric)) is not None
    ]


def _own_limits(facts: ModelFacts) -> list[str]:
    """What the figures of this very model say."""
    found = []
    loss = facts.loss_elsewhere()
    if loss is not None:
        known, here, other, there = loss
        found.append(
            f"Balanced accuracy is {here:.3f} on sources that it was trained on (`{known}`) and {there:.3f} on others "
            f"(`{other}`): expect the latter."
        )
    elif facts.headline is not None and facts.headline[0] == "val":
        found.append("It was measured only on sources that it was trained on; on others it will do worse.")
    if weakest := facts.weakest_content():
        made = "made by people" if weakest.label == "real" else "made by machines"
        found.append(
            f"By kind of picture it is weakest on the {weakest.content}s {made} in `{weakest.split}`: it is right on "
            f"{100 * weakest.accuracy:.0f} % of {weakest.n}."
        )
    ranges = facts.training_range
    if {"side", "jpeg_quality"} <= set(ranges):
        (small, large), (low, high) = ranges["side"], ranges["jpeg_quality"]
        found.append(
            f"It was trained on images with sides from {small:g} to {large:g} px and JPEG qualities from {low:g} to "
            f"{high:g}; outside of that it was never tried."
        )
    return found


def _cell(row: TierResult, metric: str) -> str:
    value = row.value(metric)
    if value is None:
        return row.reasons.get(metric, "-")
    band = row.ci95.get(metric)
    return f"{value:.3f}" + (f" [{band[0]:.3f}, {band[1]:.3f}]" if band else "")


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def main() -> None:
    """Write the card of one folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    print(write_model_card(parser.parse_args().folder))


if __name__ == "__main__":
    main()
