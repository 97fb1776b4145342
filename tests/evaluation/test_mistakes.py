"""The worst mistakes and their contact sheet."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import datasets
import numpy as np
import pytest
from made_predictions import predictions_of
from PIL import Image

from realfake_hf.evaluation.mistakes import mistakes_sheet, worst_mistakes
from realfake_hf.records.predictions import Predictions


def judged(labels: list[int], logits: list[float], errors: list[str] | None = None) -> Predictions:
    p_fake = 1 / (1 + np.exp(-np.array(logits)))
    return predictions_of(labels, p_fake, "source", logit=logits, errors=errors or "")


def test_most_certain_wrong_answers_come_first() -> None:
    found = worst_mistakes(judged([0, 0, 1, 1, 0], [2.0, -3.0, -5.0, 4.0, 3.0]), n=2)

    assert [(m.index, m.label) for m in found] == [(2, 1), (4, 0)]
    assert found[0].p_fake == pytest.approx(1 / (1 + np.exp(5.0)))


def test_certainties_that_round_to_one_are_still_told_apart() -> None:
    found = worst_mistakes(judged([0, 0, 0], [50.0, 90.0, 70.0]))

    assert [m.index for m in found] == [1, 2, 0]


def test_images_without_a_score_are_no_mistakes() -> None:
    assert worst_mistakes(judged([0, 0], [2.0, np.nan], ["", "broken"]))[0].index == 0
    assert len(worst_mistakes(judged([0, 0], [2.0, np.nan], ["", "broken"]))) == 1


def test_sheet_shows_the_images_themselves(make_dataset: Callable[..., datasets.Dataset]) -> None:
    dataset = make_dataset(6, size=100)
    mistakes = worst_mistakes(judged([0, 1, 0, 1, 0, 1], [3, -2, 1, -1, 0.5, -0.4]))

    sheet = mistakes_sheet(dataset, mistakes, columns=4, tile=102)

    assert sheet.width == 4 * 112 + 10
    first = np.asarray(sheet.crop((11, 11, 111, 111)))[1:-1, 1:-1]
    assert np.abs(first.astype(int) - np.asarray(dataset[0]["image"].resize((102, 102)))[2:-2, 2:-2]).mean() < 8


def test_heatmap_stands_beside_its_image(make_dataset: Callable[..., datasets.Dataset]) -> None:
    mistakes = worst_mistakes(judged([0, 1], [3, -2]))

    sheet = mistakes_sheet(
        make_dataset(2), mistakes, heatmap=lambda image: Image.new("RGB", image.size, "red"), tile=64
    )

    assert sheet.getpixel((10 + 64 + 32, 10 + 32)) == (255, 0, 0)
    assert sheet.getpixel((10 + 32, 10 + 32)) != (255, 0, 0)


def test_sheet_holds_no_photograph_longer_than_it_draws_it(make_dataset: Callable[..., datasets.Dataset]) -> None:
    drawn: list[weakref.ref[Image.Image]] = []

    def heatmap(image: Image.Image) -> Image.Image:
        assert [one() for one in drawn] == [None] * len(drawn)
        drawn.append(weakref.ref(image))
        return image.copy()

    mistakes_sheet(make_dataset(4), worst_mistakes(judged([0, 1, 0, 1], [3, -2, 1, -1])), heatmap=heatmap, tile=64)

    assert len(drawn) == 4
