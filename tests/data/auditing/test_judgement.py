"""Where a figure becomes a warning or a failure, and the verdict that follows from all of them."""

from __future__ import annotations

import pytest

from realfake_hf.data.auditing.judgement import (
    judge_auc,
    judge_balance,
    judge_conflicts,
    judge_duplicates,
    judge_sizes,
    judge_sources,
    verdict_of,
)
from realfake_hf.records.audit import Finding
from realfake_hf.statistics.intervals import Auc


@pytest.mark.parametrize(
    ("name", "low", "level"),
    [
        ("metadata_auc", 0.55, "note"),
        ("metadata_auc", 0.56, "warn"),
        ("metadata_auc", 0.70, "warn"),
        ("metadata_auc", 0.71, "fail"),
        ("border_auc", 0.60, "note"),
        ("border_auc", 0.80, "warn"),
        ("border_auc", 0.81, "fail"),
        ("thumbnail_auc", 0.70, "note"),
        ("thumbnail_auc", 0.95, "warn"),
        ("thumbnail_auc", 0.96, "fail"),
        ("real_vs_real_auc", 0.80, "note"),
        ("real_vs_real_auc", 1.0, "warn"),
    ],
)
def test_a_probe_is_judged_by_the_lower_end_of_its_interval(name: str, low: float, level: str) -> None:
    assert judge_auc(name, Auc(1.0, low, 1.0)).level == level


def test_a_probe_in_order_says_so_and_asks_for_nothing() -> None:
    found = judge_auc("metadata_auc", Auc(0.61, 0.5, 0.72), "Fakes are smaller.")
    assert found.says == "In order, metadata: AUC 0.610 (0.500 to 0.720; 0.5 is chance)."
    assert found.do == ""


def test_a_probe_that_is_not_in_order_says_what_tells_and_what_to_do() -> None:
    found = judge_auc("metadata_auc", Auc(0.9, 0.8, 0.95), "Fakes are smaller.")
    assert found.says.endswith("tell fakes from reals: AUC 0.900 (0.800 to 0.950; 0.5 is chance). Fakes are smaller.")
    assert "realfake prepare" in found.do


@pytest.mark.parametrize(("n", "level"), [(1, "warn"), (5, "warn"), (6, "fail")])
def test_duplicates_across_splits_warn_from_the_first_and_fail_above_five_in_a_hundred(n: int, level: str) -> None:
    found = judge_duplicates(n, 100)
    assert found is not None
    assert found.level == level
    assert found.says.startswith(f"{n} of 100 images outside train")


def test_no_duplicates_are_no_finding() -> None:
    assert judge_duplicates(0, 100) is None
    assert judge_duplicates(0, 0) is None


class TestConflicts:
    @pytest.mark.parametrize(("exact", "level"), [(1, "warn"), (2, "fail")])
    def test_the_same_file_in_both_classes_fails_above_one_in_a_hundred(self, exact: int, level: str) -> None:
        (found,) = judge_conflicts(exact, 0, 0, n=100, n_fake=50)
        assert (found.check, found.level) == ("label_conflicts", level)

    @pytest.mark.parametrize(("near", "level"), [(1, "note"), (2, "warn"), (90, "warn")])
    def test_the_same_look_in_both_classes_never_fails(self, near: int, level: str) -> None:
        (found,) = judge_conflicts(0, near, 1, n=100, n_fake=50)
        assert (found.check, found.level) == ("near_label_conflicts", level)

    def test_half_of_the_fakes_like_reals_are_aligned_pairs(self) -> None:
        (pairs,) = judge_conflicts(0, 50, 25, n=100, n_fake=50)
        (fewer,) = judge_conflicts(0, 48, 24, n=100, n_fake=50)
        assert (pairs.level, fewer.level) == ("note", "warn")
        assert pairs.says.startswith("25 of 50 fakes look like one of the reals: taken for aligned pairs")

    def test_both_are_found_and_none_is_none(self) -> None:
        checks = [found.check for found in judge_conflicts(1, 2, 1, n=100, n_fake=50)]
        assert checks == ["label_conflicts", "near_label_conflicts"]
        assert judge_conflicts(0, 0, 0, n=100, n_fake=50) == []


class TestBalance:
    def test_a_quarter_of_either_class_is_enough(self) -> None:
        assert judge_balance({"train": (70, 20), "test": (5, 5)}) == []

    @pytest.mark.parametrize(("real", "fake", "scarce"), [(76, 24, "fake"), (24, 76, "real")])
    def test_the_smaller_class_is_named(self, real: int, fake: int, scarce: str) -> None:
        (found,) = judge_balance({"train": (real, fake)})
        assert (found.level, found.says) == ("warn", f"Only 24% of the images are {scarce}.")
        assert found.do.startswith(f"Add {scarce} images")

    def test_a_split_without_a_class_is_named_with_the_class(self) -> None:
        found = judge_balance({"train": (30, 0), "val": (10, 10), "test": (0, 30)})
        assert [own.says for own in found] == [
            "The split train has no fake images.",
            "The split test has no real images.",
        ]
        assert {own.level for own in found} == {"warn"}


def test_shared_sources_are_a_note_and_at_most_eight_are_named() -> None:
    eight = judge_sources(list("abcdefgh"))
    ten = judge_sources(list("abcdefghij"))
    assert judge_sources([]) is None
    assert eight is not None
    assert ten is not None
    assert eight.level == ten.level == "note"
    assert "8 sources are in train and in other splits, too (a, b, c, d, e, f, g, h):" in eight.says
    assert "10 sources are in train and in other splits, too (a, b, c, d, e, f, g, h and 2 more):" in ten.says


@pytest.mark.parametrize(("share", "level"), [(0.01, "note"), (0.10, "note"), (0.11, "warn"), (1.0, "warn")])
def test_small_images_are_judged_by_the_class_that_has_more_of_them(share: float, level: str) -> None:
    found = judge_sizes({"real": share, "fake": 0.0}, 224, "tiny")
    assert found is not None
    assert found.level == level
    assert found.says.startswith(f"{share:.0%} of the reals, 0% of the fakes have a side below 224 px")


def test_no_small_images_are_no_finding() -> None:
    assert judge_sizes({"real": 0.0, "fake": 0.0}, 224, "tiny") is None
    assert judge_sizes({}, 224, "tiny") is None


NOTE = Finding("note", "n", "Fine.", "")
WARNING = Finding("warn", "w", "Borders tell.", "Crop.")
FAILURE = Finding("fail", "f", "Metadata tell.", "")


@pytest.mark.parametrize(
    ("findings", "verdict", "reasons"),
    [
        ([], "pass", []),
        ([NOTE], "pass", []),
        ([NOTE, WARNING], "warn", ["Borders tell. Crop."]),
        ([WARNING, NOTE, FAILURE], "fail", ["Metadata tell.", "Borders tell. Crop."]),
    ],
)
def test_the_verdict_is_the_worst_level_and_the_worst_reason_comes_first(
    findings: list[Finding], verdict: str, reasons: list[str]
) -> None:
    assert verdict_of(findings) == (verdict, reasons)
