"""Slides hold what is written on them, whatever the runs are called and however many there are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pptx
import pytest
from PIL import Image
from pptx.util import Emu

from realfake_hf.study.report.drawings import plan_drawings
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.presentation import presentation
from realfake_hf.study.report.render_pptx import LINE, fitting_size, lines_needed, write_pptx

RUNS = {
    "seven with long names": {
        f"a_network_with_quite_a_long_name_number_{n}": {
            "real": 0.7 + 0.03 * n, "milliseconds": 3.0**n, "splits": ("unseen",),
            "notes": ("from random weights, trained whole instead of frozen", "quick: 1 epoch") if n % 2 else (),
        }
        for n in range(7)
    },
    "one": {"m": {}},
    "not evaluated": {"a": {"splits": (), "milliseconds": None, "audit": None}, "b": {"splits": (), "data": "other"}},
    "one tier, no better than chance": {"a": {"real": 0.5, "fake": 0.5, "tiers": {"clean": 0.0}, "splits": ("val",)}},
}  # fmt: skip


@pytest.mark.parametrize("case", list(RUNS))
def test_no_text_overflows(facts_of: Callable[..., ReportFacts], tmp_path: Path, case: str) -> None:
    facts = facts_of(**RUNS[case])
    plan = plan_drawings(facts)
    for name in plan:
        Image.new("RGB", (1300, 800), "white").save(tmp_path / f"{name}.png")
    write_pptx(presentation(facts, plan), tmp_path / "deck.pptx", tmp_path, footer="All runs: quick")

    deck = pptx.Presentation(str(tmp_path / "deck.pptx"))
    assert 10 <= len(deck.slides) <= 14
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text:
                assert_fits(shape.text_frame, shape.width, shape.height)
            if shape.has_table:
                for column, width in enumerate(own.width for own in shape.table.columns):
                    for row in shape.table.rows:
                        assert_fits(row.cells[column].text_frame, width, row.height)


def test_decision_comes_first_and_says_what_it_may_be_used_for(facts_of: Callable[..., ReportFacts]) -> None:
    facts = facts_of(m={})
    assert any(own.state != "met" for own in facts.criteria)
    slides = presentation(facts, plan_drawings(facts))
    assert slides[1].title == "The decision"
    assert slides[1].says == "As triage, not as judge: not every criterion is shown to be met"
    assert any(point.startswith("May not be used alone to accuse") for point in slides[1].points)
    outcome = next(slide for slide in slides if slide.title.startswith("What we recommend"))
    assert outcome.title == "What we recommend, as triage, not as judge"
    assert not any("The choice" in card.lead for card in outcome.cards)


def test_coin_is_not_to_be_used(facts_of: Callable[..., ReportFacts]) -> None:
    facts = facts_of(**RUNS["one tier, no better than chance"])
    assert presentation(facts, plan_drawings(facts))[1].says.startswith("Not to be used yet")


def assert_fits(frame: object, width: int, height: int) -> None:
    """By the estimated number of lines, with the room that paragraphs keep between them."""
    inner = Emu(width).inches - Emu(frame.margin_left).inches - Emu(frame.margin_right).inches
    points = 0.0
    for paragraph in frame.paragraphs:
        indent = Emu(int(paragraph._p.get_or_add_pPr().get("marL", 0))).inches
        for run in paragraph.runs:
            points += lines_needed(run.text, inner - indent, run.font.size.pt) * LINE * run.font.size.pt
        points += paragraph.space_after.pt if paragraph.space_after else 0
    assert points <= 72 * Emu(height).inches + 1, frame.text


def test_size_shrinks_until_the_text_fits() -> None:
    assert fitting_size("short", 4.0, 1.0, (40, 20, 10)) == 40
    assert fitting_size("many words " * 12, 4.0, 1.0, (40, 20, 10)) == 10
    assert fitting_size("unbreakableword" * 2, 2.0, 1.0, (40, 20, 8)) == 8
