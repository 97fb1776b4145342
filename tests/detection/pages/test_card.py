"""What a card says, and what it leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from realfake_hf.detection.pages.card import VerdictCard
from realfake_hf.detection.pages.card_html import card_html, card_style
from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import (
    DRAWING_OR_SCREENSHOT,
    HEAVILY_COMPRESSED,
    NOTHING_TO_JUDGE,
    OUTSIDE_TRAINING_RANGE,
    TOO_SMALL,
    UNSTABLE,
    UPSCALED,
    WARNING_MEANINGS,
)
from realfake_hf.images.provenance import Provenance
from realfake_hf.images.provenance.camera import Camera
from realfake_hf.images.provenance.generator_claim import GeneratorClaim
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.statistics.decision import decide, shown_per_cent

RECORD = TrackRecord(Outcomes(ClassOutcomes(30, 15, 5), ClassOutcomes(10, 30, 60)), ("unseen",))
MIDJOURNEY = Provenance.of((GeneratorClaim("Midjourney", "PNG text", "made"),))
NIKON = Provenance.of(camera=Camera("NIKON", "NIKON D70"))


def verdict(p_fake: float, **values: Any) -> Verdict:
    """A judged image."""
    return Verdict("photo.jpg", decide(p_fake, 0.1, 0.7), p_fake, 0.1, 0.7, 640, 480, "JPEG", **values)


@pytest.mark.parametrize(
    ("p_fake", "title"),
    [
        (0.02, "Likely real"),
        (0.3, "Can't tell, leans real"),
        (0.5, "Can't tell"),
        (0.6, "Can't tell, leans fake"),
        (0.9, "Likely fake"),
    ],
)
def test_the_answer_is_in_plain_words_with_its_lean(p_fake: float, title: str) -> None:
    card = VerdictCard.of(verdict(p_fake))

    assert card.title == title
    assert f"{shown_per_cent(p_fake)}\u00a0%" in card.lead
    assert card.bar is not None
    assert (
        card.bar.sentence
        == "Below 10\u00a0% it says likely real; from 70\u00a0% up, likely fake; in between, it can't tell."
    )


def test_nobody_reads_more_certainty_than_ninety_nine_per_cent() -> None:
    html = card_html(VerdictCard.of(verdict(1.0)))

    assert "99\u00a0%" in html
    assert "100\u00a0%" not in html


@pytest.mark.parametrize(
    ("p_fake", "provenance", "said"),
    [(0.02, MIDJOURNEY, "a generator made it"), (0.9, NIKON, "a camera took it")],
    ids=["generator", "camera"],
)
def test_where_file_and_model_disagree_the_card_is_neutral_and_the_score_unchanged(
    p_fake: float, provenance: Provenance, said: str
) -> None:
    judged = verdict(p_fake, provenance=provenance)

    card = VerdictCard.of(judged)

    assert (card.kind, card.title) == ("conflict", "The file and the model disagree")
    assert said in card.lead
    assert card.bar is not None
    assert (card.bar.p_fake, judged.p_fake) == (p_fake, p_fake)


@pytest.mark.parametrize(("p_fake", "provenance"), [(0.9, MIDJOURNEY), (0.02, NIKON), (0.5, MIDJOURNEY), (0.9, None)])
def test_where_they_agree_or_nothing_is_known_there_is_no_conflict(
    p_fake: float, provenance: Provenance | None
) -> None:
    assert VerdictCard.of(verdict(p_fake, provenance=provenance)).kind == decide(p_fake, 0.1, 0.7)


def test_what_the_file_says_stands_before_the_answer() -> None:
    html = card_html(VerdictCard.of(verdict(0.5, provenance=MIDJOURNEY)))

    assert html.index("made by Midjourney") < html.index("Can&#39;t tell")
    assert "says nothing about its origin" in card_html(VerdictCard.of(verdict(0.5)))


@pytest.mark.parametrize(
    ("warnings", "reason"),
    [
        ([NOTHING_TO_JUDGE], "nothing in it to judge"),
        ([TOO_SMALL, OUTSIDE_TRAINING_RANGE], "smaller than any image"),
        ([HEAVILY_COMPRESSED, OUTSIDE_TRAINING_RANGE], "compressed harder"),
    ],
)
def test_where_nothing_can_be_known_there_is_a_reason_and_no_bar(warnings: list[str], reason: str) -> None:
    judged = verdict(0.01, warnings=warnings)

    card = VerdictCard.of(judged, RECORD)

    assert card.title == "Can't judge this"
    assert reason in card.lead
    assert (card.bar, card.track_record) == (None, None)
    assert judged.words == "can't judge"


def test_an_answer_that_flips_is_not_said_to_lie_between_the_thresholds() -> None:
    judged = Verdict("photo.jpg", "unsure", 0.9, 0.1, 0.7, 640, 480, "JPEG", warnings=[UNSTABLE])

    card = VerdictCard.of(judged)

    assert card.title == "Can't tell, leans fake"
    assert "turns the answer around" in card.lead


def test_every_warning_means_something_to_a_reader() -> None:
    names = [TOO_SMALL, UPSCALED, DRAWING_OR_SCREENSHOT]

    card = VerdictCard.of(verdict(0.5, warnings=names))

    assert [meaning for _, meaning in card.warnings] == [WARNING_MEANINGS[name] for name in names]


def test_how_often_it_is_right_is_a_sentence_and_two_hundred_dots() -> None:
    html = card_html(VerdictCard.of(verdict(0.5), RECORD))

    assert (
        "Of 100 AI images from generators it never met, it catches 60, misses 10 and can&#39;t tell 30; "
        "of 100 photographs, it calls 10 fake."
    ) in html
    dots = html[html.index("100 AI images</figcaption>") : html.index("100 photographs</figcaption>")]
    assert dots.count('<circle class="rf-dot-fake"') == 60 + 1  # one in the key
    assert html.count('r="2.2"') == 200
    assert "50 photographs" in html


def test_without_figures_that_part_is_absent() -> None:
    assert "How often it is right" not in card_html(VerdictCard.of(verdict(0.5)))


def test_the_share_that_was_looked_at_is_in_whole_per_cent_or_absent() -> None:
    assert "It looked at 46\u00a0% of the picture." in card_html(VerdictCard.of(verdict(0.5, share_seen=0.4567)))
    assert "It looked at" not in card_html(VerdictCard.of(verdict(0.5)))


def test_an_image_that_was_not_judged_says_why_and_nothing_else() -> None:
    card = VerdictCard.of(Verdict("a.jpg", error="a.jpg is empty."), RECORD)

    assert (card.kind, card.title, card.lead) == ("none", "Not judged", "a.jpg is empty.")
    assert (card.bar, card.track_record, card.origin) == (None, None, None)


def test_names_and_declarations_are_text_never_markup() -> None:
    hostile = "<img src=x onerror=alert(1)>\udcff"
    judged = Verdict(hostile, "unsure", 0.5, provenance=Provenance(f"Made with {hostile}."), warnings=[hostile])
    unread = Verdict(hostile, error=f"{hostile} is no image.")

    for each in (judged, unread):
        html = card_html(VerdictCard.of(each))
        assert "<img" not in html
        assert "&lt;img src=x" in html
        html.encode("utf-8")


def test_cards_share_what_is_the_same_for_all_images() -> None:
    html = card_html(VerdictCard.of(verdict(0.5), RECORD), shared_parts=False)

    assert "How often" not in html
    assert 'data-rf-shared="track_record"' in html
    assert 'data-rf-shared="next_steps"' in html


def test_style_names_every_colour_of_both_themes_and_paper() -> None:
    style = card_style()

    for part in ("--rf-real:", "prefers-color-scheme: dark", "@media print", ".rf-verdict.rf-conflict"):
        assert part in style
    assert "--rf-real:" not in card_style(with_palette=False)
