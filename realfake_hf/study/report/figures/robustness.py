"""What the web does to accuracy: from the file as it is to the hardest tier."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from realfake_hf.evaluation.figures.robustness import robustness_figure
from realfake_hf.pages.style import GREY, error_lengths, new_figure, styled
from realfake_hf.records.robustness import SweepResult
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.model_labels import WIDTH, add_legend, add_notes, label, style_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = {
    "balanced_accuracy": "Balanced accuracy",
    "real_accuracy": "Reals called real",
    "fake_accuracy": "Fakes called fake",
}


@styled
def tier_figure(facts: ReportFacts) -> Figure:
    """A line with intervals per compared model over the tiers, for both classes together and for each alone."""
    figure, panels = new_figure(WIDTH, 3.5, columns=len(PANELS), sharey=True)
    found = facts.headlines()
    tiers = list(dict.fromkeys(tier for own in found.values() for tier in own.tiers))
    for panel, (metric, title) in zip(panels, PANELS.items(), strict=True):
        for number, (name, own) in enumerate(found.items()):
            shift = 0.08 * (number - (len(found) - 1) / 2)
            known = [(x + shift, m) for x, tier in enumerate(tiers) if (m := own.measured(metric, tier)) is not None]
            values = [100 * m.value for _, m in known]
            panel.errorbar(
                [x for x, _ in known],
                values,
                yerr=error_lengths(values, [(100 * m.bounds[0], 100 * m.bounds[1]) for _, m in known]),
                label=label(facts, name),
                elinewidth=1,
                **style_of(facts, name),
            )
        panel.set_title(title)
        panel.set_xticks(range(len(tiers)), tiers)
        panel.axhline(50, color=GREY, linestyle=":", linewidth=1)
    panels[0].set(xlim=(-0.4, len(tiers) - 0.6), ylim=(-2, 102), ylabel="Accuracy (%)")
    add_legend(figure, panels[0])
    add_notes(figure, facts, list(found))
    return figure


def sweep_figure(facts: ReportFacts) -> Figure:
    """Balanced accuracy along single degradations, of the compared models that were measured along them."""
    points = [
        dataclasses.replace(point, model=label(facts, name))
        for name in swept(facts)
        for point in facts.model(name).sweeps[str(facts.split)].points
    ]
    figure = robustness_figure(SweepResult("", points))
    add_notes(figure, facts, swept(facts))
    return figure


def swept(facts: ReportFacts) -> list[str]:
    """The compared models that were measured along single degradations."""
    return [name for name in facts.ranked if str(facts.split) in facts.model(name).sweeps]
