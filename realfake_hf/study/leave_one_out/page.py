"""The page of leaving one source out at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.pages.drawing import Drawing
from realfake_hf.pages.page import picture_of, render_page
from realfake_hf.pages.summary_card import Badge, SummaryCard
from realfake_hf.pages.tables import MISSING, Cell, PageTable, difference_cell, is_too_wide, p_value_text
from realfake_hf.storage.files import write_text
from realfake_hf.storage.output_folder import FIGURES, PAGE
from realfake_hf.storage.portable import portable_text
from realfake_hf.study.leave_one_out.cost import SourceCost
from realfake_hf.study.leave_one_out.figure import cost_figure
from realfake_hf.study.leave_one_out.result import LeaveOneOutResult

if TYPE_CHECKING:
    from collections.abc import Sequence

CLASSES = {"fake": "generators", "real": "real sources"}
SMALL, LARGE = 0.02, 0.10
"""Mean accuracy lost up to which a class of sources counts as carried over, and beyond which as not."""
COSTLIEST_SHOWN = 3
READING = (
    "Each source is left out of training and validation in turn; then its images in the measured split are judged by "
    "that model and by the one that was trained on all sources. Lost is the figure with the source less the one "
    "without, on the same images.",
    "Accuracy is the share of the source's own images that are called right at p_fake 0.5. It also moves when a model "
    "calls everything a little more or less fake; 'other class' shows that. The ROC AUC, the source's images against "
    "those of the other class, does not.",
    "Intervals of 95 %: of accuracies after Bonett and Price (2012), of areas after DeLong. p-values (McNemar, DeLong) "
    "are adjusted after Holm for the sources of the tier. With few images an interval is wide: it says that little is "
    "known, not that nothing was lost.",
    "Intervals speak of other images, not of another training: two trainings that differ in their seed alone differ, "
    "too.",
)


def write_page(folder: Path, result: LeaveOneOutResult) -> None:
    """Write `page.html` and `figures/`; takes what `can_draw` asks for."""
    drawings = cost_drawings(result)
    for drawing in drawings:
        drawing.write(folder / FIGURES)
    write_text(folder / PAGE, cost_page(result, drawings))


def cost_drawings(result: LeaveOneOutResult) -> list[Drawing]:
    """The figures of a result with at least one cost."""
    drawn = [
        Drawing.of(
            "lost-accuracy",
            "What each left-out source costs",
            "Share of the source's images that are called right, and what was lost of it.",
            cost_figure(result),
        )
    ]
    if any(cost.roc_auc_cost is not None for cost in result.costs):
        caption = "The same without any threshold: the source's images against those of the other class."
        drawn.append(Drawing.of("lost-auc", "The same as ROC AUC", caption, cost_figure(result, "roc_auc")))
    return drawn


def cost_page(result: LeaveOneOutResult, drawings: Sequence[Drawing]) -> str:
    """HTML of a result and its `cost_drawings`."""
    return render_page(
        title=f"{result.recipe} on {portable_text(result.dataset)}: one source left out at a time",
        card=cost_card(result),
        lead=result.notes,
        tables=[*(_cost_table(result, tier) for tier in result.tiers), *_skipped_table(result)],
        pictures=[picture_of(drawing) for drawing in drawings],
        errors=result.errors,
        reading=READING,
    )


def cost_card(result: LeaveOneOutResult) -> SummaryCard:
    """The mean costs, a badge for each class, and the costliest sources."""
    tier = result.tiers[0]
    costliest = sorted(
        (cost for label in CLASSES for cost in result.of(tier, label)),
        key=lambda cost: cost.accuracy_cost,
        reverse=True,
    )
    of_tier = [own for own in result.summaries if own.tier == tier]
    badges = [_badge(own.label, own.accuracy_cost, result.of(tier, own.label)) for own in of_tier]
    return SummaryCard(
        " ".join(summary_sentences(result)) or "Nothing could be left out.",
        badges,
        [_costliest_sentence(cost) for cost in costliest[:COSTLIEST_SHOWN]],
        f"What is missed most ({tier})",
    )


def _badge(label: str, lost: float, costs: Sequence[SourceCost]) -> Badge:
    text = f"{CLASSES[label]} that nobody trained on: {100 * lost:.0f} points of accuracy lost on average"
    if all(is_too_wide(cost.accuracy_ci95) for cost in costs):
        return Badge("open", text)
    return Badge("pass" if lost <= SMALL else "warn" if lost <= LARGE else "fail", text)


def _costliest_sentence(cost: SourceCost) -> str:
    doubt = "; too few to tell" if is_too_wide(cost.accuracy_ci95) else ""
    return (
        f"{cost.source or 'unknown source'} ({cost.label}, {cost.n:,} images): {cost.accuracy_with:.2f} right with it, "
        f"{cost.accuracy_without:.2f} without{doubt}."
    )


def summary_sentences(result: LeaveOneOutResult) -> list[str]:
    """The mean cost per class in the first tier, in words."""
    sentences = []
    for summary in result.summaries:
        if summary.tier != result.tiers[0]:
            continue
        area = "" if summary.roc_auc_cost is None else f" and {summary.roc_auc_cost:.3f} of ROC AUC"
        costliest = result.of(summary.tier, summary.label)[0]
        lost = f"{100 * summary.accuracy_cost:.1f} points of accuracy{area} are lost"
        seen = (
            f"{summary.worst_source or 'unknown source'} ({costliest.accuracy_with:.2f} to "
            f"{costliest.accuracy_without:.2f}, {costliest.n} images)"
        )
        if summary.n_sources == 1:
            sentences.append(f"One of the {CLASSES[summary.label]} left out, {summary.tier}: {lost} on {seen}.")
        else:
            sentences.append(
                f"{summary.n_sources} {CLASSES[summary.label]} left out in turn, {summary.tier}: on average {lost} "
                f"on the one left out; most on {seen}."
            )
    return sentences


def _cost_table(result: LeaveOneOutResult, tier: str) -> PageTable:
    head = ["", "class", "images", "trained on", "accuracy", "lost", "p", "ROC AUC", "lost", "p", "other class"]
    rows = [_row(cost) for label in CLASSES for cost in result.of(tier, label)]
    notes = [
        "Images: of the source in the measured split. Trained on: its images that were left out. Accuracy and ROC AUC: "
        "trained with the source, then without. Other class: accuracy there."
    ]
    return PageTable(f"Left out, {tier}", head, rows, notes)


def _row(cost: SourceCost) -> list[Cell]:
    return [
        Cell(cost.source),
        Cell(cost.label),
        Cell(str(cost.n)),
        Cell(str(cost.n_trained)),
        _both(cost.accuracy_with, cost.accuracy_without),
        difference_cell(cost.accuracy_cost, cost.accuracy_ci95),
        Cell(p_value_text(cost.mcnemar_p_holm)),
        _both(cost.roc_auc_with, cost.roc_auc_without, cost.reason),
        difference_cell(cost.roc_auc_cost, cost.roc_auc_ci95, cost.reason),
        Cell(p_value_text(cost.delong_p_holm), hint=cost.reason),
        _both(cost.other_accuracy_with, cost.other_accuracy_without),
    ]


def _skipped_table(result: LeaveOneOutResult) -> list[PageTable]:
    if not result.skipped:
        return []
    rows = [[Cell(own.source or "unknown source"), Cell(own.label), Cell(own.reason)] for own in result.skipped]
    return [PageTable("Not left out", ["", "class", "why"], rows)]


def _both(before: float | None, after: float | None, reason: str = "") -> Cell:
    if before is None or after is None:
        return Cell(MISSING, hint=reason)
    return Cell(f"{before:.3f} → {after:.3f}")
