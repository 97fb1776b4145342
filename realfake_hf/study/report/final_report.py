"""The final report: from the background to what should be done next, every section following the facts."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.records.audit import AuditResult
from realfake_hf.study.report.document import Block, Bullets, Code, Document, Item, Paragraph, Section
from realfake_hf.study.report.drawings import Planned
from realfake_hf.study.report.facts import COST_NAMES, ModelFacts, ReportFacts
from realfake_hf.study.report.next_steps import further_work, limits
from realfake_hf.study.report.numbers import count, listed
from realfake_hf.study.report.recommendation import RULE
from realfake_hf.study.report.sentences import (
    after_the_web,
    against_chance,
    at_few_false_alarms,
    between_classes,
    cost_words,
    images_of,
    in_plain_words,
    learning,
    nothing_measured,
    on_new_sources,
    on_the_front,
    picks,
    recommendation_sentences,
    reserve,
    standing,
    warnings,
    weakest_sources,
)
from realfake_hf.study.report.tables import (
    audit_table,
    candidate_table,
    learning_table,
    result_table,
    rows_table,
    tier_table,
    verdict_table,
)

VERDICTS = {
    "pass": "The audit passes: no classifier that sees only metadata, borders or a thumbnail gets far.",
    "warn": "The audit warns: a classifier could lean on something other than what makes an image fake.",
    "fail": "The audit fails: a classifier would learn something other than what makes an image fake, and the "
    "accuracies below may measure just that.",
}


TIER_WORDS = {
    "clean": "'clean' is the file as it is",
    "web": "'web' is made smaller and compressed as JPEG, as web sites do",
    "hard": "'hard' is made smaller still and compressed more",
}


def final_report(facts: ReportFacts, plan: dict[str, Planned]) -> Document:
    """The document."""
    n = len(facts.models)
    subtitle = f"{count(n)} candidate{'' if n == 1 else 's'}: {listed([own.name for own in facts.models])}."
    return Document(
        "Real or fake? Telling photographs from generated images",
        subtitle,
        [*(Paragraph(text, "warning") for text in warnings(facts)), *_summary(facts)],
        [
            Section("Background", [Paragraph(text) for text in BACKGROUND]),
            Section("The problem", [Paragraph(text) for text in PROBLEM]),
            *_data(facts),
            *_method(facts),
            *_candidates(facts, plan),
            *_results(facts, plan),
            *_recommendation(facts),
            Section("Limits", [Bullets([Item(text) for text in limits(facts)])]),
            Section("Further work", [Bullets([Item(text) for text in further_work(facts)])]),
            Section("How to repeat it", _repeat(facts)),
        ],
    )


BACKGROUND = (
    "Pictures made by generators have become hard to tell from photographs by eye, and anyone can make them. Those who "
    "publish, judge or rely on pictures need help in deciding which to look at twice.",
    "Published detectors often report accuracies that do not survive use. The usual causes are known: the two classes "
    "were stored in different formats or sizes, near-duplicates crossed the splits, or the same generators and cameras "
    "were in training and in testing. A detector then recognises the file, not the forgery. This study therefore "
    "audits its data first, and reports photographs and fakes apart, on generators that training has not seen where "
    "such a split was measured, and after the recompression that pictures meet on the web.",
)

PROBLEM = (
    "Given one still image in any size and format, say whether it is a photograph or was generated, and how certain "
    "that is. The answer is a probability with two thresholds, so that 'unsure' is an answer, too.",
    "Two mistakes cost differently. A fake that passes is one picture among many; a photograph called fake accuses its "
    "maker. The share of photographs called fake is therefore a criterion of its own beside accuracy, and so is what a "
    "verdict costs, for a detector must run where the pictures are.",
)


def _summary(facts: ReportFacts) -> list[Block]:
    blocks: list[Block] = [Paragraph(in_plain_words(facts), "lead"), Paragraph(" ".join(standing(facts)))]
    blocks.append(Bullets([Item(text, lead) for lead, text in recommendation_sentences(facts)]))
    parts = [f"{state}: {listed(names).lower()}" for state, names in facts.criteria_by_state().items()]
    return [*blocks, Paragraph(f"Criteria of success {'; '.join(parts)}.")]


def _data(facts: ReportFacts) -> list[Section]:
    blocks: list[Block] = []
    if facts.same_training_data:
        who = "The model learns from" if len(facts.models) == 1 else "All candidates learn from the same"
        blocks.append(Paragraph(f"{who} images, of the fingerprint {facts.models[0].data_fingerprint}."))
    else:
        items = [Item(f"{own.data_fingerprint} ({Path(own.data).name})", f"{own.name}:") for own in facts.models]
        blocks += [Paragraph("The candidates learnt from different images, by their fingerprints:"), Bullets(items)]
    blocks.append(rows_table(facts))
    if any("unseen" in own.splits for own in facts.models):
        blocks.append(
            Paragraph(
                "The split 'unseen' holds generators and cameras that training has not seen; 'val' holds new images of "
                "known ones."
            )
        )
    return [Section("The data", blocks), Section("The audit", _audit(facts), level=2)]


def _audit(facts: ReportFacts) -> list[Block]:
    audits = facts.audits()
    blocks: list[Block] = []
    for names, audit in audits:
        if len(audits) > 1:
            blocks.append(Paragraph(f"Of the data of {listed(names)}:"))
        blocks += _one_audit(audit)
    unaudited = [own.name for own in facts.models if own.audit is None]
    if unaudited:
        whose = f" of {listed(unaudited)}" if audits else ""
        blocks.append(
            Paragraph(
                f"The training data{whose} were not audited: nobody has tried how far a classifier gets there by file "
                "format, size or borders alone, and the accuracies below may contain such shortcuts."
            )
        )
    return blocks


def _one_audit(audit: AuditResult) -> list[Block]:
    looked = f"{count(audit.n_real)} real and {count(audit.n_fake)} fake images"
    blocks: list[Block] = [Paragraph(f"{VERDICTS[audit.verdict]} It looked at {looked}.")]
    if audit.reasons:
        blocks.append(Bullets([Item(reason) for reason in audit.reasons]))
    return [*blocks, audit_table(audit)]


def _method(facts: ReportFacts) -> list[Section]:
    steps = [
        Item(
            "each candidate is trained by its own recipe; the epoch with the lowest validation loss is kept.",
            "Training:",
        )
    ]
    if facts.ranked:
        found = facts.headlines()[facts.ranked[0]]
        steps += [
            Item(
                f"the headline is the split '{facts.split}', {images_of(found)}. Balanced accuracy, the mean of the "
                "shares judged right of either class, counts both classes alike; verdicts are taken at a probability "
                "of one half.",
                "Measure:",
            ),
            Item(
                f"{'; '.join(TIER_WORDS.get(tier, tier) for tier in found.tiers)}.",
                "Tiers:",
            ),
            Item(
                "95\u00a0% intervals by a bootstrap within each class, for sources by Clopper and Pearson. Two models "
                "are called level where the interval of their difference on the same images holds zero; where their "
                "predictions were not kept, where their intervals overlap.",
                "Certainty:",
            ),
            Item(f"{COST_NAMES[facts.recommendation.cost_measure]}{_why_measure(facts)}.", "Cost:"),
        ]
    return [Section("Method", [Bullets(steps)])]


def _why_measure(facts: ReportFacts) -> str:
    measure = facts.recommendation.cost_measure
    if measure == "milliseconds":
        return ", all its crops, through the network alone"
    if measure == "macs":
        return ", all its crops, for times were not measured for all on one machine"
    return ", for what the models cost to run was not measured for all"


def _candidates(facts: ReportFacts, plan: dict[str, Planned]) -> list[Section]:
    about = [Item(own.description or "no description", f"{facts.named(own.name)}:") for own in facts.models]
    marked = [Item(f"{'; '.join(own.notes)}.", f"{own.name}:") for own in facts.models if own.notes]
    blocks: list[Block] = [Bullets(about), candidate_table(facts)]
    if marked:
        blocks += [Paragraph("What must be said beside the figures of these runs:"), Bullets(marked)]
    training: list[Block] = [
        Bullets([Item(learning(facts, own)) for own in facts.models]),
        learning_table(facts),
        plan["training-accuracy"].drawing,
        plan["training-time"].drawing,
    ]
    return [Section("The candidates", blocks), Section("Training", training, level=2)]


def _results(facts: ReportFacts, plan: dict[str, Planned]) -> list[Section]:
    if not facts.ranked:
        return [Section("Results", [Paragraph(f"{nothing_measured(facts)}: there are no results.")])]
    chosen = picks(facts)
    blocks: list[Block] = [Paragraph(" ".join([*standing(facts), *against_chance(facts)])), result_table(facts)]
    for name, why in facts.not_compared.items():
        blocks.append(Paragraph(f"{facts.named(name)} is not in the table: {why}."))
    blocks += _bullets([between_classes(facts, name) for name in chosen])
    blocks.append(plan["training-against-testing"].drawing)

    new = _bullets(
        [on_new_sources(facts, name) for name in facts.ranked],
        otherwise="Whether accuracy falls on new generators and cameras cannot be said: that takes evaluations on "
        "'val' and on 'unseen'.",
    )
    new += _bullets([weakest_sources(facts, name) for name in chosen])
    new += [plan["sources"].drawing] if "sources" in plan else []

    texts = [after_the_web(facts, name) for name in facts.ranked]
    web = _bullets(texts, otherwise="What recompression costs was not measured.")
    web += [tier_table(facts), plan["robustness"].drawing]
    web += [plan["sweeps"].drawing] if "sweeps" in plan else []

    alarms: list[Block] = [Paragraph(text) for text in [at_few_false_alarms(facts)] if text]
    table = verdict_table(facts)
    alarms += [table] if table.rows else [Paragraph("Verdicts at the models' own thresholds were not measured.")]

    words = [Item(f"{cost_words(facts.model(name))}.", f"{facts.named(name)}:") for name in facts.ranked]
    costs: list[Block] = [Bullets(words)]
    costs += [Paragraph(text) for text in [on_the_front(facts)] if text]
    costs += [own.drawing for name, own in plan.items() if name.startswith("accuracy-against-")]
    return [
        Section("Results", blocks),
        Section("New generators and cameras", new, level=2),
        Section("After the web", web, level=2),
        Section("False alarms", alarms, level=2),
        Section("Accuracy against cost", costs, level=2),
    ]


def _bullets(texts: list[str | None], *, otherwise: str = "") -> list[Block]:
    """Those texts that there are; where there are none, a paragraph that says so, or nothing."""
    items = [Item(text) for text in texts if text]
    return [Bullets(items)] if items else [Paragraph(otherwise)] if otherwise else []


def _recommendation(facts: ReportFacts) -> list[Section]:
    blocks: list[Block] = [Bullets([Item(text, lead) for lead, text in recommendation_sentences(facts)])]
    rule = facts.recommendation
    if against := reserve(facts):
        blocks.insert(0, Paragraph(f"{against}. It shows what the rule says, and is no advice.", "warning"))
    if rule.set_aside:
        aside = [Item(f"{why}.", f"{facts.named(name)}:") for name, why in rule.set_aside.items()]
        blocks += [Paragraph("Not considered:"), Bullets(aside)]
    blocks += [Paragraph("The rule:"), Bullets([Item(text) for text in RULE], numbered=True)]
    return [Section("Recommendation", blocks)]


def _repeat(facts: ReportFacts) -> list[Block]:
    blocks: list[Block] = [Paragraph("Each run keeps its settings, seed and versions in run.json. The commands were:")]
    commands = "\n".join(dict.fromkeys(own.command for own in facts.models if own.command))
    blocks += [Code(commands)] if commands else []
    return [*blocks, *_versions(facts.models)]


def _versions(models: list[ModelFacts]) -> list[Block]:
    machines = list(dict.fromkeys(own.hardware for own in models if own.hardware))
    versions = list(
        dict.fromkeys(", ".join(f"{name} {version}" for name, version in own.versions.items()) for own in models)
    )
    texts = [f"Trained on {'; '.join(machines)}."] if machines else []
    return [Paragraph(text, "note") for text in [*texts, *(f"{text}." for text in versions if text)]]
