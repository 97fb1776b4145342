"""Which figures a report has, what stands below them, and what they show in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.pages.style import figure_png, figure_svg
from realfake_hf.storage.files import written_whole
from realfake_hf.storage.working import counted
from realfake_hf.study.report.document import Drawing
from realfake_hf.study.report.facts import COST_NAMES, ReportFacts
from realfake_hf.study.report.figures.cases import case_figure
from realfake_hf.study.report.figures.cost import cost_figure, costed
from realfake_hf.study.report.figures.hundred import hundred_figure
from realfake_hf.study.report.figures.robustness import sweep_figure, swept, tier_figure
from realfake_hf.study.report.figures.slides import tested_figure, web_figure
from realfake_hf.study.report.figures.sources import source_figure
from realfake_hf.study.report.figures.training import accuracy_figure, time_figure, train_test_figure
from realfake_hf.study.report.numbers import NBSP, duration, listed, of_hundred, percent
from realfake_hf.study.report.sentences import cost_value, picks, standing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = {"parameters": "parameters", **COST_NAMES}
DPI = 200
"""Sharp on a slide, where a figure is drawn larger than on paper."""
CASES_DPI = 120
"""As sharp as the pictures are; more would only make the files larger."""


@dataclass(frozen=True)
class Planned:
    """A figure, how to draw it, and how fine."""

    drawing: Drawing
    draw: Callable[[], Figure]
    dpi: int = DPI


def plan_drawings(facts: ReportFacts) -> dict[str, Planned]:
    """By name every figure that there is something to show in."""
    return {own.drawing.name: own for own in [*_training(facts), *_results(facts), *_slides(facts), *_cases(facts)]}


def write_drawings(plan: Sequence[Planned], folder: Path) -> list[Path]:
    """Write every figure as PNG and SVG."""
    written = []
    for own in counted("Drawing the figures", plan):
        figure = own.draw()
        bitmap = figure_png(figure, own.dpi)
        figure.set_layout_engine("none")  # it is laid out by now; to do that again would take half of all the time
        for suffix, content in ((".png", bitmap), (".svg", figure_svg(figure))):
            file = folder / f"{own.drawing.name}{suffix}"
            with written_whole(file) as partial_file:
                partial_file.write_bytes(content)
            written.append(file)
    return written


def source_drawing_name(name: str) -> str:
    """Of the figure with one model's sources."""
    return f"sources-{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}"


def _training(facts: ReportFacts) -> list[Planned]:
    finals = [f"{own.name} ends at {percent(own.history[-1].train_accuracy)}" for own in facts.models]
    times = [f"{own.name} took {duration(own.training_seconds)}" for own in facts.models]
    return [
        Planned(
            Drawing(
                "training-accuracy",
                "Accuracy per epoch, left on the training images (as they are altered for training), right on images "
                "held out.",
                f"Lines of accuracy per epoch. On the training images {listed(finals)}.",
            ),
            partial(accuracy_figure, facts),
        ),
        Planned(
            Drawing(
                "training-time",
                "Minutes of training per epoch and their running sum, on a linear scale and on a logarithmic one, "
                "where slow and fast models can be read alike. Validation is not counted.",
                f"Lines of training time per epoch and summed. In all {listed(times)}.",
            ),
            partial(time_figure, facts),
        ),
    ]


def _results(facts: ReportFacts) -> list[Planned]:
    if not facts.ranked:
        return []
    found = facts.headlines()
    first = found[facts.ranked[0]]
    accuracies = [f"{name} {percent(own.accuracy[own.first_tier])}" for name, own in found.items()]
    planned = [
        Planned(
            Drawing(
                "training-against-testing",
                "Share of images judged right: on the training images during the epoch whose weights were kept, on "
                f"the validation images by the final weights, and in testing on {facts.split} ({first.first_tier}).",
                f"Bars of accuracy in training, validation and testing. In testing {listed(accuracies)}.",
            ),
            partial(train_test_figure, facts),
        ),
        Planned(
            Drawing(
                "robustness",
                f"Accuracy on {facts.split} from the file as it is to what the web makes of it, with 95{NBSP}% "
                "intervals; dotted is guessing.",
                "Lines of balanced accuracy, and of the accuracy on either class, over the tiers. "
                + " ".join(standing(facts)),
            ),
            partial(tier_figure, facts),
        ),
        *(own for measure in MEASURES if (own := _cost(facts, measure)) is not None),
    ]
    if swept(facts):
        planned.append(
            Planned(
                Drawing(
                    "sweeps",
                    "Balanced accuracy along one degradation at a time, from mild (left) to strong; dotted is "
                    "guessing.",
                    f"A panel per degradation with a line each for {listed(swept(facts))}.",
                ),
                partial(sweep_figure, facts),
            )
        )
    return planned + _sources(facts)


def _cost(facts: ReportFacts, measure: str) -> Planned | None:
    names = costed(facts, measure)
    if not names or (measure == "macs" and facts.recommendation.cost_measure == "milliseconds"):
        return None
    costs = [
        f"{name}: {percent(facts.accuracy(name).value)}, {cost_value(facts.model(name), measure)}" for name in names
    ]
    left_out = [name for name in facts.ranked if name not in names]
    missing = f" Not shown, for want of a measurement: {listed(left_out)}." if left_out else ""
    return Planned(
        Drawing(
            f"accuracy-against-{measure.replace('_', '-')}",
            f"Balanced accuracy on {facts.split} against {MEASURES[measure]}, with 95{NBSP}% intervals. On the "
            f"dashed line, the Pareto front, nothing is as accurate for less.{missing}",
            f"Points of accuracy and {MEASURES[measure]}. {'; '.join(costs)}.",
        ),
        partial(cost_figure, facts, measure),
    )


def _sources(facts: ReportFacts) -> list[Planned]:
    planned = []
    chosen = [name for name in picks(facts) if _has_sources(facts, name)]
    if chosen:
        planned.append(_source_drawing(facts, "sources", chosen))
    for name in facts.ranked:
        if _has_sources(facts, name):
            planned.append(_source_drawing(facts, source_drawing_name(name), [name]))
    return planned + _hundred(facts)


def _hundred(facts: ReportFacts) -> list[Planned]:
    name = picks(facts)[0]
    found = facts.headline(name)
    real = found.measured("real_accuracy") if found else None
    fake = found.measured("fake_accuracy") if found else None
    if real is None or fake is None:
        return []
    wrong_reals, wrong_fakes = (100 - int(of_hundred(own.value)) for own in (real, fake))
    drawing = Drawing(
        "of-a-hundred",
        f"{facts.named(name)} on {facts.split}: dark fields are mistakes.",
        f"Two squares of 100 fields for {name}. Of 100 photographs {wrong_reals} are called fake; of 100 fakes "
        f"{wrong_fakes} are taken for real.",
    )
    return [Planned(drawing, partial(hundred_figure, real.value, fake.value))]


def _slides(facts: ReportFacts) -> list[Planned]:
    """What the presentation shows in place of figures with several panels."""
    if not facts.ranked:
        return []
    said = " ".join(standing(facts))
    tested = Drawing("slide-tested", f"Balanced accuracy on {facts.split}.", f"Bars of balanced accuracy. {said}")
    web = Drawing("slide-web", f"Balanced accuracy on {facts.split}, by tier.", f"Lines over the tiers. {said}")
    return [Planned(tested, partial(tested_figure, facts)), Planned(web, partial(web_figure, facts))]


def _cases(facts: ReportFacts) -> list[Planned]:
    if facts.cases is None:
        return []
    cases = facts.cases.cases
    told = [f"{one.title} ({one.truth}): {one.answer}, {one.outcome}" for one in cases]
    judge = facts.cases.judge
    drawing = Drawing(
        "cases",
        f"Images of the gallery as {facts.named(judge) if judge else 'the embedded model'} judges them, each the "
        "clearest of its kind.",
        f"{len(cases)} pictures. {'. '.join(told)}.",
    )
    return [Planned(drawing, partial(case_figure, cases), CASES_DPI)]


def _has_sources(facts: ReportFacts, name: str) -> bool:
    found = facts.headline(name)
    return found is not None and any(row.tier == found.first_tier for row in found.sources)


def _source_drawing(facts: ReportFacts, file: str, names: list[str]) -> Planned:
    found = facts.headline(names[0])
    assert found is not None
    rows = [row for row in found.sources if row.tier == found.first_tier]
    shares = [f"{row.source or 'unknown'} ({row.label}) {percent(row.accuracy)}" for row in rows]
    who = f"{listed([facts.named(name) for name in names])} {'judges' if len(names) == 1 else 'judge'}"
    return Planned(
        Drawing(
            file,
            f"Share of the images of each source that {who} right on {facts.split} ({found.first_tier}), with "
            f"95{NBSP}% intervals, the hardest on top.",
            f"Bars by source. {names[0]}: {', '.join(shares)}.",
        ),
        partial(source_figure, facts, names),
    )
