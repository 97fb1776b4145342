"""`model-metrics.md`: what every model is, how it learnt, and what it reached."""

from __future__ import annotations

from realfake_hf.study.report.document import Block, Bullets, Code, Document, Item, Paragraph, Section, Table
from realfake_hf.study.report.drawings import Planned, source_drawing_name
from realfake_hf.study.report.facts import ModelFacts, ReportFacts, SplitFacts
from realfake_hf.study.report.numbers import count, duration, listed, loss, milliseconds, percent, with_interval
from realfake_hf.study.report.sentences import images_of, warnings

TIER_METRICS = {
    "balanced_accuracy": "Balanced accuracy",
    "real_accuracy": "Photographs right",
    "fake_accuracy": "Fakes found",
    "tpr_at_fpr_1": "Fakes found at 1\u00a0% false alarms",
    "tpr_at_fpr_5": "Fakes found at 5\u00a0% false alarms",
}


def model_metrics(facts: ReportFacts, plan: dict[str, Planned]) -> Document:
    """The document, a section per run in the order in which they were given."""
    lead: list[Block] = [Paragraph(text, "warning") for text in warnings(facts)]
    lead += [plan[name].drawing for name in ("training-accuracy", "training-against-testing") if name in plan]
    sections = [section for own in facts.models for section in _of_model(facts, own, plan)]
    names = [own.name for own in facts.models]
    return Document("Model metrics", f"Every number comes from the runs of {listed(names)}.", lead, sections)


def _of_model(facts: ReportFacts, own: ModelFacts, plan: dict[str, Planned]) -> list[Section]:
    title = f"{own.name} ({'; '.join(own.notes)})" if own.notes else own.name
    about: list[Block] = [Paragraph(own.description)] if own.description else []
    blocks: list[Block] = [*about, Bullets(_what_it_is(own))]
    if own.cost is not None:
        rows = [[kind, count(n)] for kind, n in own.cost.layers.items()]
        blocks.append(Table(f"{count(own.cost.total_layers)} layers by type", ["Layer", "Number"], rows))
    sections = [Section(title, blocks), Section(f"Training of {own.name}", _training(own), level=2)]
    sections.append(Section(f"Results of {own.name}", _results(facts, own, plan), level=2))
    return sections


def _what_it_is(own: ModelFacts) -> list[Item]:
    began = f"the weights of {own.pretrained}" if own.pretrained else "random weights"
    items = [Item(f"{began}, seed {own.seed}", "Began with:")]
    if own.cost is None:
        return [*items, Item("not measured (no cost.json in the run)", "Layers, parameters and multiply-adds:")]
    cost = own.cost
    channels, height, width = cost.input
    crops = cost.inputs_per_image
    speed = milliseconds(cost.milliseconds)
    if cost.milliseconds is not None:
        speed += f" through the network alone ({cost.threads} thread{'' if cost.threads == 1 else 's'}"
        speed += f", {cost.hardware})" if cost.hardware else ")"
    return [
        *items,
        Item(
            f"{channels} x {height} x {width}" + (f", {crops} crops of each image" if crops > 1 else ""),
            "Input:",
        ),
        Item(f"{count(cost.parameters)}, of which trained {count(cost.trainable_parameters)}", "Parameters:"),
        Item(
            f"{count(cost.macs)} for one input"
            + (f", {count(own.macs_per_image or 0)} for the crops of one image" if crops > 1 else ""),
            "Multiply-adds:",
        ),
        Item("; ".join(cost.head) or "none", "Head:"),
        Item(speed, "Time of one image:"),
    ]


def _training(own: ModelFacts) -> list[Block]:
    rows = [
        [
            str(record.epoch),
            percent(record.train_accuracy),
            loss(record.train_loss),
            percent(record.val_accuracy),
            loss(record.val_loss),
            f"{record.seconds:.1f}",
        ]
        for record in own.history
    ]
    head = ["Epoch", "Training accuracy", "Training loss", "Validation accuracy", "Validation loss", "Seconds"]
    images = listed([f"{count(n)} {split}" for split, n in own.rows.items()]) if own.rows else "not recorded"
    items = [
        Item(f"{images}; fingerprint {own.data_fingerprint or 'not recorded'}", "Images:"),
        Item(f"{own.best_epoch}", "Epoch whose weights were kept:"),
        Item(f"validation accuracy {percent(own.val_accuracy)}, loss {loss(own.val_loss)}", "Final weights:"),
        Item(f"{duration(own.training_seconds)} on {own.hardware or 'hardware that was not recorded'}", "Time:"),
    ]
    blocks: list[Block] = [Table("", head, rows), Bullets(items)]
    return [*blocks, Code(own.command)] if own.command else blocks


def _results(facts: ReportFacts, own: ModelFacts, plan: dict[str, Planned]) -> list[Block]:
    if not own.splits:
        return [Paragraph("It was not evaluated.")]
    blocks: list[Block] = []
    if own.name in facts.not_compared:
        blocks.append(Paragraph(f"Not set beside the other models: {facts.not_compared[own.name]}."))
    order = sorted(own.splits, key=lambda split: (split != facts.split, split))
    for split in order:
        blocks.append(_split_table(own.splits[split], headline=split == facts.split))
    name = source_drawing_name(own.name)
    return [*blocks, plan[name].drawing] if name in plan else blocks


def _split_table(found: SplitFacts, *, headline: bool) -> Table:
    tiers = list(found.tiers)
    rows = [
        ["Test accuracy" if headline else "Accuracy", *(percent(found.accuracy[tier]) for tier in tiers)],
        ["Test loss" if headline else "Loss", *(loss(found.log_loss.get(tier)) for tier in tiers)],
        *([title, *(with_interval(found.measured(m, tier)) for tier in tiers)] for m, title in TIER_METRICS.items()),
        ["ROC AUC", *(loss(found.tiers[tier].roc_auc) for tier in tiers)],
        ["Calibration error", *(loss(found.tiers[tier].ece) for tier in tiers)],
    ]
    caption = f"On {found.split}{' (the headline)' if headline else ''}: {images_of(found)}"
    notes = [f"{count(found.n_errors)} more could not be judged."] if found.n_errors else []
    return Table(caption, ["", *tiers], rows, notes)
