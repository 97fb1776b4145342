"""Figures of a report: the right numbers, readable without colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from realfake_hf.pages.style import SERIES
from realfake_hf.study.report.drawings import plan_drawings
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.figures.cost import cost_figure
from realfake_hf.study.report.figures.hundred import RIGHT, WRONG, hundred_figure
from realfake_hf.study.report.figures.sources import LOOKS, source_figure
from realfake_hf.study.report.figures.training import BARS, accuracy_figure, time_figure, train_test_figure

Facts = Callable[..., ReportFacts]


def grey(colour: str) -> float:
    """Luminance of `#rrggbb` in [0, 1] (Rec. 601), as a grey printer shows it."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize(
    "looks", [[(c, h) for _, c, h in BARS], LOOKS, [(RIGHT["facecolor"], ""), (WRONG["facecolor"], "x")]]
)
def test_bars_differ_in_grey_and_in_hatch(looks: Sequence[tuple[str, str]]) -> None:
    assert len({hatch for _, hatch in looks}) == len(looks)
    tones = sorted(grey(colour) for colour, _ in looks)
    assert tones[1] - tones[0] > 0.1


def test_lines_differ_without_their_colours() -> None:
    assert len({str(style["linestyle"]) for style in SERIES}) == len(SERIES)
    assert len({style["marker"] for style in SERIES}) == len(SERIES)


def test_training_figures_show_the_history(facts_of: Facts) -> None:
    facts = facts_of(a={}, b={"epochs": 5})
    records = facts.model("b").history

    train, validation = accuracy_figure(facts).axes
    assert list(train.lines[1].get_ydata()) == pytest.approx([100 * r.train_accuracy for r in records])
    assert list(validation.lines[1].get_ydata()) == pytest.approx([100 * r.val_accuracy for r in records])

    per_epoch, logarithmic, running, _ = time_figure(facts).axes
    assert list(per_epoch.lines[1].get_ydata()) == pytest.approx([r.seconds / 60 for r in records])
    assert running.lines[1].get_ydata()[-1] == pytest.approx(facts.model("b").training_seconds / 60)
    assert logarithmic.get_yscale() == "log"


def test_train_and_test_bars_are_named_with_their_values(facts_of: Facts) -> None:
    facts = facts_of(a={"real": 0.8, "fake": 0.9, "trained_on": 0.93})

    (axes,) = train_test_figure(facts).axes

    assert [text.get_text() for text in axes.texts] == ["93.0", "90.0", "85.0"]


def test_the_front_leaves_out_what_is_beaten_and_what_is_marked(facts_of: Facts) -> None:
    facts = facts_of(
        small={"real": 0.7, "fake": 0.7, "milliseconds": 5.0},
        beaten={"real": 0.65, "fake": 0.65, "milliseconds": 20.0},
        large={"real": 0.9, "fake": 0.9, "milliseconds": 50.0},
        quick={"real": 0.95, "fake": 0.95, "milliseconds": 2.0, "notes": ("quick: 1 epoch",)},
    )

    (axes,) = cost_figure(facts, "milliseconds").axes

    steps = next(line for line in axes.lines if line.get_drawstyle() == "steps-post")
    assert list(steps.get_xdata()) == [5.0, 50.0]
    assert sorted(text.get_text().strip() for text in axes.texts) == ["beaten", "large", "quick*", "small"]


def test_sources_show_each_with_its_count_and_interval(facts_of: Facts) -> None:
    facts = facts_of(a={"real": 0.8, "fake": 0.7})

    reals, fakes = source_figure(facts, ["a"]).axes

    assert [tick.get_text() for tick in fakes.get_yticklabels()] == ["maker-x (60)", "maker-y (40)"]
    assert [bar.get_width() for bar in fakes.patches] == pytest.approx([100.0, 25.0])
    assert len(reals.collections) == 1


def test_a_hundred_fields_count_the_mistakes() -> None:
    left, right = hundred_figure(0.85, 0.53).axes

    assert left.get_title(loc="left") == "Of 100 photographs, 15 called fake"
    assert sum(bool(patch.get_hatch()) for patch in right.patches) == 47


def test_what_was_not_measured_has_no_figure(facts_of: Facts) -> None:
    assert set(plan_drawings(facts_of(a={"splits": ()}))) == {"training-accuracy", "training-time"}
    assert "accuracy-against-parameters" not in plan_drawings(facts_of(b={"milliseconds": None}))
