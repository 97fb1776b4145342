"""Which sources are left out, and of which images it is measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.study.leave_one_out.plan import Source, make_plan

FAKE_0, FAKE_1 = Source(1, "fake-source-0"), Source(1, "fake-source-1")
REAL_0, REAL_1 = Source(0, "real-source-0"), Source(0, "real-source-1")


def test_generators_come_first_then_real_sources(make_imagefolder: Callable[..., Path]) -> None:
    data = make_imagefolder({"train": 4, "val": 4})

    assert make_plan(data).sources == [FAKE_0, FAKE_1, REAL_0, REAL_1]
    assert make_plan(data, over="reals").sources == [REAL_0, REAL_1]
    assert make_plan(data, over="generators", only=["fake-source-1"]).sources == [FAKE_1]


def test_left_out_source_is_in_neither_training_nor_validation(make_imagefolder: Callable[..., Path]) -> None:
    plan = make_plan(make_imagefolder({"train": 4, "val": 4, "test": 4}))

    splits = plan.without(FAKE_0)

    assert {name: len(part) for name, part in splits.items()} == {"train": 6, "val": 6}
    assert all("fake-source-0" not in part["source"][:] for part in splits.values())
    assert plan.split == "test"
    assert plan.notes == []


def test_measured_are_its_images_and_all_of_the_other_class(make_imagefolder: Callable[..., Path]) -> None:
    plan = make_plan(make_imagefolder({"train": 4, "val": 4}))

    rows = plan.measured.select(plan.measured_rows(FAKE_0))

    assert sorted(rows["source"][:]) == ["fake-source-0"] * 2 + ["real-source-0"] * 2 + ["real-source-1"] * 2
    assert plan.split == "val"
    assert "validation split" in plan.notes[0]


def test_data_of_one_split_hold_some_back_to_measure_on(make_imagefolder: Callable[..., Path]) -> None:
    plan = make_plan(make_imagefolder({"train": 20}), seed=3)

    sizes = [len(plan.measured), len(plan.splits["val"]), len(plan.splits["train"])]
    assert sizes == [8, 7, 25]
    paths = [row["path"] for part in (plan.measured, *plan.splits.values()) for row in part["image"]]
    assert len(set(paths)) == 40


def test_only_source_of_its_class_cannot_be_left_out(make_imagefolder: Callable[..., Path]) -> None:
    data = make_imagefolder({"train": 1, "val": 2})

    with pytest.raises(RealFakeError, match="fake-source-0, it is the only fake source in train; real-source-0"):
        make_plan(data)


def test_source_without_measured_images_is_skipped_with_the_reason(make_imagefolder: Callable[..., Path]) -> None:
    plan = make_plan(make_imagefolder({"train": 4, "val": 4, "test": 1}))

    assert plan.sources == [FAKE_0, REAL_0]
    assert plan.skipped == {FAKE_1: "none of its images is in test", REAL_1: "none of its images is in test"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"only": ["dalle-9"]}, "no source 'dalle-9' there: it has fake-source-0"),
        ({"split": "test"}, "no split 'test' to measure on: it has val"),
        ({"split": "train"}, "no split 'train' to measure on"),
        ({"over": "all"}, "`over` all is unknown"),
    ],
)
def test_wrong_settings_are_refused(make_imagefolder: Callable[..., Path], options: dict, message: str) -> None:
    with pytest.raises(RealFakeError, match=message):
        make_plan(make_imagefolder({"train": 4, "val": 4}), **options)


def test_data_without_sources_are_refused(make_imagefolder: Callable[..., Path], tmp_path: Path) -> None:
    data = make_imagefolder({"train": 4, "val": 4})
    for file in sorted(data.rglob("*.jpg")):
        file.rename(file.parent.parent / f"{file.parent.name}-{file.name}")

    with pytest.raises(RealFakeError, match="does not say its sources"):
        make_plan(data)


def test_folders_of_different_sources_differ() -> None:
    names = {Source(1, name).folder for name in ("a b", "a_b", "a/b", "a:b")} | {Source(0, "a_b").folder}

    assert len(names) == 5
    assert not any(np.intersect1d(list(name), list("/: ")).size for name in names)
