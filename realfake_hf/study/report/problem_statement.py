"""The problem statement: who asks, what would count as success, and whether it was reached."""

from __future__ import annotations

from realfake_hf.study.report.criteria import judged_model
from realfake_hf.study.report.document import Block, Bullets, Document, Item, Paragraph, Section
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.numbers import count, listed
from realfake_hf.study.report.sentences import recommendation_sentences, warnings
from realfake_hf.study.report.tables import criteria_table

CLIENTS = (
    ("A photography contest", "has to keep generated pictures out of a round that is meant for photographs."),
    ("A dating service", "wants to know whether the face on a profile belongs to anybody."),
    ("A newsroom", "has to check a picture that a reader sent in before it goes to print."),
)
STAKEHOLDERS = (
    ("Media companies,", "whose name stands below every picture that they print."),
    ("Investigators,", "who have to say how certain they are, and why."),
    ("Young technology companies,", "which need a detector that runs on the machines they can pay for."),
    ("Public authorities,", "which have to judge what is passed around before an election or in a crisis."),
)
CONSTRAINTS = (
    "The detector is general: for one narrow kind of picture, such as X-rays, a special one will do better.",
    "It judges still images, not video.",
    "A verdict is a hint for a person to look at, not a proof.",
)


def problem_statement(facts: ReportFacts) -> Document:
    """The document."""
    judged = judged_model(facts)
    held = [] if judged is None else [Paragraph(f"The criteria are held against {facts.named(judged)}.")]
    met = sum(own.state == "met" for own in facts.criteria)
    outcome: list[Block] = [
        *held,
        criteria_table(facts),
        Paragraph(f"{count(met)} of {count(len(facts.criteria))} criteria are met."),
    ]
    advice: list[Block] = [Bullets([Item(text, lead) for lead, text in recommendation_sentences(facts)])]
    return Document(
        "Problem statement: real or fake?",
        "Who needs to know, what would count as success, and what was reached.",
        [Paragraph(text, "warning") for text in warnings(facts)],
        [
            Section(
                "The question",
                [
                    Paragraph(
                        "Which small neural network tells photographs from generated images well enough, and cheaply "
                        "enough, to serve people who handle pictures of every kind?"
                    )
                ],
            ),
            Section("Who asks", [Bullets([Item(text, lead) for lead, text in CLIENTS])]),
            Section("Who else cares", [Bullets([Item(text, lead) for lead, text in STAKEHOLDERS])]),
            Section("Where it ends", [Bullets([Item(text) for text in CONSTRAINTS])]),
            Section(
                "How it is answered",
                [
                    Paragraph(
                        f"{_candidates(facts)} under one protocol, on photographs and fakes apart, as files come and "
                        "after what the web does to them, and weighed against what they cost."
                    )
                ],
            ),
            Section("Success, and what became of it", outcome),
            Section("What follows", advice),
        ],
    )


def _candidates(facts: ReportFacts) -> str:
    names = listed([facts.named(own.name) for own in facts.models])
    return f"{names} {'is' if len(facts.models) == 1 else 'are'} measured"
