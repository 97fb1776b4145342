"""Prompt, model and seed are taken from parameters of any shape, and nothing else is taken for them."""

from __future__ import annotations

from typing import Any

import pytest

from realfake_hf.images.provenance.generator_claim import (
    GeneratorClaim,
    claim_from_cut_json,
    claim_from_json,
    claim_from_text,
)

Facts = tuple[str | None, str | None, str | None]


def facts_of(claim: GeneratorClaim) -> Facts:
    return claim.prompt, claim.model, claim.seed


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        ({"prompt": "a cat", "model": "sdxl", "seed": 7}, ("a cat", "sdxl", "7")),
        ({"first": {"below": {"prompt": "deep"}}, "prompt": "outer"}, ("outer", None, None)),
        ([{"first": {"prompt": "deep"}}, {"prompt": "shallow"}], ("shallow", None, None)),
        ({"text": "less telling", "positive_prompt": "a cat"}, ("a cat", None, None)),
        ({"prompt": "  ", "text": " a cat "}, ("a cat", None, None)),
        ({"model": {"name": "sdxl", "hash": "x"}}, (None, "sdxl", None)),
        ({"seed": True, "below": {"seed": 0}}, (None, None, "0")),
        ({"seed": 0.5, "prompt": ["a", "b"], "model": None}, (None, None, None)),
        ({"seed": 10**30 - 1}, (None, None, "9" * 30)),
        ({"seed": -(10**30)}, (None, None, None)),
        ("prompt", (None, None, None)),
    ],
)
def test_the_first_of_each_is_taken_from_json_breadth_first(value: Any, facts: Facts) -> None:
    assert facts_of(claim_from_json("X", "EXIF", "{}", value)) == facts


def test_a_document_without_end_is_not_searched_to_its_end() -> None:
    assert claim_from_json("X", "EXIF", "[]", [[]] * 3_000 + [{"prompt": "a cat"}]).prompt is None
    assert claim_from_json("X", "EXIF", "[]", [[]] * 1_000 + [{"prompt": "a cat"}]).prompt == "a cat"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("a cat\nNegative prompt: dog\nSteps: 20, Seed: 7, Model: sdxl", ("a cat", "sdxl", "7")),
        ("a cat\nSteps: 20, Model hash: 0f1e, Model: sdxl\nSeed: 7", ("a cat", "sdxl", "7")),
        ("Negative prompt: dog\nSteps: 20, Seed: 7", (None, None, "7")),
        ("a cat in two lines\nof text", ("a cat in two lines of text", None, None)),
        ("a cat --v 6 Job ID: a7421d2f", ("a cat --v 6", None, None)),
    ],
)
def test_lines_of_the_web_ui(text: str, facts: Facts) -> None:
    assert facts_of(claim_from_text("X", "EXIF", text)) == facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ('{"prompt": "a cat", "seed" : 7, "model":"sdxl", "more": [', ("a cat", "sdxl", "7")),
        ('{"negative_prompt": "dog", "prompt": "a cat", "model": "sd', ("a cat", None, None)),
        ('{"text": "a \\"tall\\" cat", "seed": "12"', ('a \\"tall\\" cat', None, "12")),
        ('{"prompt": ["a cat"]', (None, None, None)),
    ],
)
def test_json_that_is_cut_tells_what_its_beginning_says(text: str, facts: Facts) -> None:
    assert facts_of(claim_from_cut_json("X", "EXIF", text)) == facts


def test_long_texts_are_cut() -> None:
    claim = claim_from_json(
        "X", "EXIF", "e" * 1_000, {"prompt": "p" * 1_000, "model": "m" * 1_000, "seed": "s" * 1_000}
    )
    assert claim.prompt == "p" * 299 + "…"
    assert claim.model == "m" * 99 + "…"
    assert claim.seed == "s" * 99 + "…"
    assert claim.excerpt == "e" * 299 + "…"


def test_a_claim_counts_its_facts_and_says_itself_in_words() -> None:
    made = GeneratorClaim("X", "EXIF", "made", prompt="a cat", seed="0")
    edited = GeneratorClaim("X", "EXIF", "edited")
    assert (made.facts, edited.facts) == (2, 0)
    assert (made.words, edited.words) == ("made by X", "edited with X")
    assert claim_from_text("X", "EXIF", "").excerpt is None
    assert claim_from_text("X", "EXIF", "a cat").kind == "made"
