"""How the models learnt: accuracy by epoch, what training cost in time, training against testing."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from realfake_hf.pages.style import GREY, new_figure, plain_log_ticks, styled
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.model_labels import WIDTH, add_legend, add_notes, label, style_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BARS = (("Training", "#0072B2", ""), ("Validation", "#56B4E9", "////"), ("Testing", "#E69F00", "...."))
"""Name, colour and hatch; the hatches tell them apart in grey."""


@styled
def accuracy_figure(facts: ReportFacts) -> Figure:
    """Accuracy per epoch, on the training images and on those held out."""
    figure, (train, validation) = new_figure(WIDTH, 3.4, columns=2, sharey=True)
    for own in facts.models:
        epochs = [record.epoch for record in own.history]
        style = style_of(facts, own.name)
        train.plot(epochs, [100 * r.train_accuracy for r in own.history], label=label(facts, own.name), **style)
        validation.plot(epochs, [100 * record.val_accuracy for record in own.history], **style)
    for axes, title in ((train, "On the training images"), (validation, "On held-out images")):
        axes.set(title=title, xlabel="Epoch")
        _whole_epochs(axes)
    train.set_ylabel("Accuracy (%)")
    train.set_ylim(top=min(train.get_ylim()[1], 100.5))
    add_legend(figure, train)
    add_notes(figure, facts, [own.name for own in facts.models])
    return figure


@styled
def time_figure(facts: ReportFacts) -> Figure:
    """Seconds of training per epoch and their running sum, each on a linear and on a logarithmic scale."""
    figure, axes = new_figure(WIDTH, 4.6, rows=2, columns=2, sharex=True)
    for own in facts.models:
        epochs = [record.epoch for record in own.history]
        minutes = [record.seconds / 60 for record in own.history]
        sums = list(accumulate(minutes))
        for panel, values in zip(axes, (minutes, minutes, sums, sums), strict=True):
            panel.plot(epochs, values, label=label(facts, own.name), **style_of(facts, own.name))
    for panel, title in zip(axes, ("Per epoch", "Per epoch, logarithmic", "Sum", "Sum, logarithmic"), strict=True):
        panel.set_title(title)
        _whole_epochs(panel)
    for row in (0, 1):
        axes[2 * row].set_ylabel("Minutes")
        axes[2 * row].set_ylim(bottom=0)
        axes[2 * row + 1].set_yscale("log")
        plain_log_ticks(axes[2 * row + 1].yaxis)
        axes[2 + row].set_xlabel("Epoch")
    add_legend(figure, axes[0])
    add_notes(figure, facts, [own.name for own in facts.models])
    return figure


@styled
def train_test_figure(facts: ReportFacts) -> Figure:
    """Accuracy on the training images, on validation and on the headline split, a group of bars per compared model."""
    names = facts.ranked
    figure, (axes,) = new_figure(WIDTH, 1.5 + 0.52 * len(names))
    for place, (title, colour, hatch) in enumerate(BARS):
        values = []
        for name in names:
            own, found = facts.model(name), facts.headline(name)
            assert found is not None
            values.append((own.best.train_accuracy, own.val_accuracy, found.accuracy[found.first_tier])[place])
        heights = [number + 0.27 * (place - 1) for number in range(len(names))]
        bars = axes.barh(
            heights, [100 * value for value in values], height=0.25, color=colour, hatch=hatch, edgecolor="white",
            linewidth=0.4, label=title if place < 2 else f"{title} ({facts.split})",
        )  # fmt: skip
        axes.bar_label(bars, fmt="%.1f", padding=2, fontsize=8.5)
    axes.axvline(50, color=GREY, linestyle=":", linewidth=1)
    axes.set_yticks(range(len(names)), [label(facts, name) for name in names])
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    axes.set(xlim=(0, 108), xlabel="Accuracy (%); dotted: guessing between two equal classes")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=3, handlelength=1.6)
    add_notes(figure, facts, names)
    return figure


def _whole_epochs(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, nbins=7))
