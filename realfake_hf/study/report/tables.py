"""Tables of models, the same in every document; each says which models are marked, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from realfake_hf.records.audit import AuditResult
from realfake_hf.study.report.document import Table
from realfake_hf.study.report.facts import ModelFacts, ReportFacts, SplitFacts
from realfake_hf.study.report.model_labels import explained, signs
from realfake_hf.study.report.numbers import (
    MISSING,
    NBSP,
    count,
    duration,
    large,
    loss,
    milliseconds,
    percent,
    stacked,
)

AUDIT_TITLES = {
    "metadata_auc": "Metadata of the stored files alone",
    "border_auc": "Border pixels alone",
    "thumbnail_auc": "16 px thumbnail alone",
    "real_vs_real_auc": "Real sources among themselves",
    "original_metadata_auc": "Metadata of the original files",
}


def marked_notes(facts: ReportFacts, names: Sequence[str]) -> list[str]:
    """What the signs behind names mean, as one note; none where there are none."""
    notes = explained(facts, names)
    return ["   ".join(notes)] if notes else []


def candidate_table(facts: ReportFacts) -> Table:
    """What the models are."""
    columns: dict[str, Callable[[ModelFacts], str]] = {
        "Began with": lambda own: f"weights of {own.pretrained}" if own.pretrained else "random weights",
        "Input": lambda own: MISSING if own.cost is None else _input(own),
        "Parameters": lambda own: MISSING if own.cost is None else large(own.cost.parameters),
        "trained": lambda own: MISSING if own.cost is None else large(own.cost.trainable_parameters),
        "Multiply-adds": lambda own: MISSING if own.macs_per_image is None else large(own.macs_per_image),
        "Time": lambda own: MISSING if own.cost is None else milliseconds(own.cost.milliseconds),
    }
    return _of_models(facts, "The candidates; multiply-adds and time of one image", columns)


def learning_table(facts: ReportFacts) -> Table:
    """How the models were trained."""
    columns: dict[str, Callable[[ModelFacts], str]] = {
        "Epochs": lambda own: str(own.epochs),
        "kept": lambda own: str(own.best_epoch),
        "Training accuracy": lambda own: percent(own.best.train_accuracy),
        "Training loss": lambda own: loss(own.best.train_loss),
        "Held-out accuracy": lambda own: percent(own.best.val_accuracy),
        "Held-out loss": lambda own: loss(own.best.val_loss),
        "Time": lambda own: duration(own.training_seconds),
    }
    caption = "Training; accuracy and loss after the epoch whose weights were kept"
    return _of_models(facts, caption, columns)


def result_table(facts: ReportFacts) -> Table:
    """The main results on the headline split."""
    columns: dict[str, Callable[[SplitFacts], str]] = {
        "Balanced accuracy": lambda own: stacked(own.measured("balanced_accuracy")),
        "Photographs right": lambda own: stacked(own.measured("real_accuracy")),
        "Fakes found": lambda own: stacked(own.measured("fake_accuracy")),
        "Fakes found at 5\u00a0% false alarms": lambda own: stacked(own.measured("tpr_at_fpr_5")),
        "Log loss": lambda own: loss(own.log_loss.get(own.first_tier)),
    }
    found = facts.headlines()
    rows = [[name + signs(facts, name), *(cell(own) for cell in columns.values())] for name, own in found.items()]
    first = next(iter(found.values()))
    caption = f"Results on {facts.split} ({first.first_tier}), the most accurate first"
    notes = ["In brackets 95\u00a0% intervals.", *marked_notes(facts, list(found))]
    return Table(caption, ["Model", *columns], rows, notes)


def tier_table(facts: ReportFacts) -> Table:
    """Balanced accuracy of every model in every tier of the headline split."""
    found = facts.headlines()
    tiers = list(dict.fromkeys(tier for own in found.values() for tier in own.tiers))
    rows = [
        [name + signs(facts, name), *(stacked(own.measured("balanced_accuracy", tier)) for tier in tiers)]
        for name, own in found.items()
    ]
    notes = marked_notes(facts, list(found))
    return Table(f"Balanced accuracy on {facts.split} by tier", ["Model", *tiers], rows, notes)


def verdict_table(facts: ReportFacts) -> Table:
    """What the models' own thresholds make of the headline split."""
    found = {name: own for name, own in facts.headlines().items() if own.false_alarms or own.fakes_found}
    rows = [
        [
            name + signs(facts, name),
            "yes" if facts.model(name).calibrated else "no",
            f"{own.threshold_high:.3f}",
            stacked(own.false_alarms),
            stacked(own.fakes_found),
            stacked(own.measured("unsure_rate")),
        ]
        for name, own in found.items()
    ]
    head = ["Model", "Calibrated", "'fake' from", "Photographs called fake", "Fakes called fake", "'Unsure'"]
    notes = marked_notes(facts, list(found))
    return Table(f"Verdicts at each model's own thresholds on {facts.split}", head, rows, notes)


def audit_table(audit: AuditResult) -> Table:
    """What shortcut probes reach on the data."""
    rows = []
    for name, title in AUDIT_TITLES.items():
        value: float | None = getattr(audit, name)
        if value is not None:
            low, high = audit.ci95.get(name, (None, None))
            bounds = "" if low is None or high is None else f" ({low:.3f} to {high:.3f})"
            rows.append([title, f"{value:.3f}{bounds}"])
    notes = ["Area under the ROC curve, real against fake: 0.5 is guessing, 1 tells every image."]
    return Table("What a classifier reaches that sees nothing else", ["", "AUC"], rows, notes)


def rows_table(facts: ReportFacts) -> Table:
    """The images that each model learnt from, and was measured on."""
    splits = list(dict.fromkeys(split for own in facts.models for split in own.rows))
    measured = list(dict.fromkeys(split for own in facts.models for split in own.splits))
    rows = [
        [
            own.name + signs(facts, own.name),
            *(count(own.rows[split]) if split in own.rows else "none" for split in splits),
            *(_judged(own.splits.get(split)) for split in measured),
        ]
        for own in facts.models
    ]
    head = ["Model", *(f"trained: {split}" for split in splits), *(f"measured: {split}" for split in measured)]
    return Table("Images", head, rows, marked_notes(facts, [own.name for own in facts.models]))


def criteria_table(facts: ReportFacts) -> Table:
    """The criteria of success and what became of them."""
    rows = [[own.name, own.asks, own.state, own.says] for own in facts.criteria]
    notes = marked_notes(facts, [own.name for own in facts.models])
    return Table("Criteria of success", ["Criterion", "Asks", "Outcome", "Because"], rows, notes)


def _judged(found: SplitFacts | None) -> str:
    return "none" if found is None else f"{count(found.n_real)} real, {count(found.n_fake)} fake"


def _input(own: ModelFacts) -> str:
    assert own.cost is not None
    _, height, width = own.cost.input
    crops = own.cost.inputs_per_image
    side = f"{width}{NBSP}px" if height == width else f"{height}{NBSP}x{NBSP}{width}{NBSP}px"
    return side + (f", {crops}{NBSP}crops" if crops > 1 else "")


def _of_models(facts: ReportFacts, caption: str, columns: dict[str, Callable[[ModelFacts], str]]) -> Table:
    rows = [[own.name + signs(facts, own.name), *(cell(own) for cell in columns.values())] for own in facts.models]
    return Table(caption, ["Model", *columns], rows, marked_notes(facts, [own.name for own in facts.models]))
