"""Shortcut probes find what tells the classes apart, and nothing where whole groups are held out."""

from __future__ import annotations

import numpy as np
import pytest

from realfake_hf.data.auditing.probes import ProbedImages, probe, probe_real_sources, probe_single, why_not
from realfake_hf.statistics.intervals import NOTHING_TO_SEE


def images(
    labels: list[int], groups: list[int] | None = None, sources: list[str] | None = None, *, seed: int = 0
) -> ProbedImages:
    """Images, each a group of its own where none are given."""
    return ProbedImages(
        np.array(labels), np.array(groups or range(len(labels))), np.array(sources or ["camera"] * len(labels)), seed, 1
    )


def column(values: object) -> np.ndarray:
    return np.asarray(values, np.float32).reshape(-1, 1)


def noise(count: int, seed: int = 0) -> np.ndarray:
    return column(np.random.default_rng(seed).random(count))


@pytest.mark.parametrize(("fakes", "said"), [(3, "a class has only 3 different images; 4 are the least"), (4, None)])
def test_four_different_images_of_a_class_are_the_least(fakes: int, said: str | None) -> None:
    assert why_not(images([0] * 9 + [1] * fakes)) == said


def test_near_duplicates_are_one_image() -> None:
    assert why_not(images([0] * 4 + [1] * 4, groups=[0, 1, 2, 3, 4, 4, 4, 4])) is not None


def test_a_feature_that_is_the_class_tells_everything_and_no_feature_nothing() -> None:
    labels = [0, 1] * 20
    assert probe(images(labels), column(labels)).value == 1
    assert probe(images(labels), np.empty((40, 0), np.float32)) == NOTHING_TO_SEE


def test_what_is_known_of_a_group_tells_nothing_of_others() -> None:
    """Ten copies of each of 20 pictures: who has seen some of the copies knows the class of the rest."""
    groups = [index for index in range(20) for _ in range(10)]
    labels = np.random.default_rng(1).permutation([0, 1] * 10)[groups].tolist()
    marks = np.random.default_rng(2).permutation(20)[groups]
    assert probe(images(labels, groups), column(marks)).value < 0.7
    assert probe(images(labels), column(marks)).value > 0.9


def test_single_features_come_with_the_best_first_and_no_more_than_asked_for() -> None:
    labels = [0, 1] * 50
    half = np.array(labels)
    half[1::8] = 0  # a quarter of the fakes looks like a real
    features = {"noise": noise(100), "class": column(labels), "half": column(half)}
    found = probe_single(images(labels), features, 2)
    assert [name for name, _ in found] == ["class", "half"]
    assert found[0][1].value == 1
    assert 0.8 < found[1][1].value < 0.95


class TestRealSources:
    labels = [0] * 30 + [1] * 10
    sources = ["a"] * 10 + ["b"] * 14 + ["few"] * 3 + ["c"] * 3 + ["generator"] * 10

    def test_those_that_differ_are_told_apart_and_the_rare_ones_and_fakes_left_out(self) -> None:
        border = column([float(source == "a") for source in self.sources])
        found = probe_real_sources(images(self.labels, sources=self.sources), {}, border)
        assert not isinstance(found, str)
        mean, sources = found
        assert mean.value == 1
        assert {(own.source, own.images, own.auc) for own in sources} == {("a", 10, 1.0), ("b", 14, 1.0)}

    def test_metadata_count_beside_the_borders(self) -> None:
        metadata = {"width": column([float(source == "a") for source in self.sources])}
        found = probe_real_sources(images(self.labels, sources=self.sources), metadata, noise(40))
        assert not isinstance(found, str)
        assert found[0].value > 0.9

    def test_one_source_has_none_to_be_told_from(self) -> None:
        sources = ["a"] * 27 + ["few"] * 3 + ["generator"] * 10
        assert probe_real_sources(images(self.labels, sources=sources), {}, noise(40)) == (
            "there are fewer than two real sources of at least 4 different images"
        )

    def test_the_one_that_is_told_best_comes_first(self) -> None:
        sources = ["a"] * 10 + ["b"] * 10 + ["c"] * 10
        border = column([float(source == "c") for source in sources])
        found = probe_real_sources(images([0] * 30, sources=sources), {}, border)
        assert not isinstance(found, str)
        mean, told = found
        assert told[0].source == "c"
        assert told[0].auc == 1
        assert mean.value == pytest.approx(sum(own.auc for own in told) / 3)
