"""The page of left-out sources."""

from __future__ import annotations

import pytest
from made_predictions import predictions_of

from realfake_hf.study.leave_one_out.cost import adjust, source_costs
from realfake_hf.study.leave_one_out.page import cost_drawings, cost_page
from realfake_hf.study.leave_one_out.plan import Source
from realfake_hf.study.leave_one_out.result import LeaveOneOutResult, Skipped


@pytest.fixture
def result() -> LeaveOneOutResult:
    labels, sources = [0, 0, 0, 1, 1, 1, 1], ["cam", "cam", "cam", "gan", "gan", "<b>", "<b>"]
    reference = predictions_of(labels, [0.1, 0.2, 0.3, 0.9, 0.8, 0.7, 0.9], sources)
    found = LeaveOneOutResult("tiny", "data", "val", ["clean"], skipped=[Skipped("real", "cam", "the only one")])
    for name, scores in (("gan", [0.1, 0.2, 0.3, 0.2, 0.3]), ("<b>", [0.1, 0.2, 0.3, 0.9, 0.4])):
        rows = [0, 1, 2, *([3, 4] if name == "gan" else [5, 6])]
        held = predictions_of([0, 0, 0, 1, 1], scores, ["cam"] * 3 + [name] * 2, index=rows)
        found.costs += source_costs(reference, held, Source(1, name), 10)
    adjust(found.costs)
    found.summarise()
    return found


def test_page_tells_the_mean_the_costliest_source_and_what_was_skipped(result: LeaveOneOutResult) -> None:
    page = cost_page(result, cost_drawings(result))

    assert "2 generators left out in turn, clean: on average 75.0 points of accuracy" in page
    assert "most on gan (1.00 to 0.00, 2 images)" in page
    assert "the only one" in page
    assert "<b>" not in page
    assert page.count("data:image/svg+xml") == 2


def test_costliest_source_stands_first(result: LeaveOneOutResult) -> None:
    assert [cost.source for cost in result.of("clean", "fake")] == ["gan", "<b>"]
    assert result.summaries[0].worst_source == "gan"
