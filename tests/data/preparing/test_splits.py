"""Splits: reproducible, groups whole, layouts respected, old files where they were when new ones come."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from realfake_hf.data.preparing.splits import (
    NOWHERE,
    Assignment,
    Collection,
    Fate,
    SplitRules,
    assign_splits,
    join_groups,
    unit_hash,
)
from realfake_hf.images.hashing import hamming_distance


def collection(count: int = 400, *, sources: int = 4, seed: int = 0) -> Collection:
    """Random images, half of them fake, `sources` per class."""
    rng = np.random.default_rng(seed)
    label = (np.arange(count) % 2).astype(np.int8)
    return Collection(
        sha256=rng.integers(0, 2**64, count, dtype=np.uint64),
        phash=rng.integers(0, 2**64, count, dtype=np.uint64),
        label=label,
        source=(label * sources + np.arange(count) // 2 % sources).astype(np.int32),
        given=np.full(count, NOWHERE, np.int16),
        before=np.full(count, NOWHERE, np.int16),
        readable=np.ones(count, bool),
        source_names=[f"camera-{code}" for code in range(2 * sources)],
    )


def head(images: Collection, count: int) -> Collection:
    columns = ("sha256", "phash", "label", "source", "given", "before", "readable")
    return replace(images, **{name: getattr(images, name)[:count].copy() for name in columns})


def names(images: Collection, result: Assignment) -> list[str | None]:
    return [images.split_names[code] if code != NOWHERE else None for code in result.split]


def lay_out(images: Collection, splits: list[str]) -> None:
    images.given = np.array([images.code(split) for split in splits], np.int16)


class TestShares:
    def test_default_is_64_16_20_percent_in_every_class(self):
        images = collection(8000)
        split = np.array(names(images, assign_splits(images, SplitRules())))
        for label in (0, 1):
            mine = split[images.label == label]
            for name, share in (("train", 0.64), ("val", 0.16), ("test", 0.2)):
                assert (mine == name).mean() == pytest.approx(share, abs=0.025)

    def test_seed_decides(self):
        images = collection()
        first, again, other = (assign_splits(images, SplitRules(seed=seed)).split for seed in (30, 30, 31))
        assert (first == again).all()
        assert (first != other).mean() > 0.2

    def test_no_test_and_no_val(self):
        images = collection(60)
        assert set(names(images, assign_splits(images, SplitRules(test=0, val=0)))) == {"train"}

    @pytest.mark.parametrize("seed", range(20))
    def test_small_classes_and_middling_sources_are_in_every_split(self, seed):
        images = collection(120, sources=4)  # a fifth of 15 images: just three
        split = np.array(names(images, assign_splits(images, SplitRules(seed=seed, test=0.2, val=0.2))))
        for source in range(8):
            assert (split[images.source == source] == "test").any()
        few = collection(16, sources=8)
        split = np.array(names(few, assign_splits(few, SplitRules(seed=seed))))
        for label in (0, 1):
            assert {"train", "val", "test"} == set(split[few.label == label])

    def test_unit_hash_is_uniform(self):
        values = [unit_hash(30, str(key)) for key in range(4000)]
        assert np.histogram(values, bins=10, range=(0, 1))[0].min() > 320


class TestStability:
    @pytest.mark.parametrize("seed", range(5))
    def test_added_files_move_no_old_ones(self, seed):
        images = collection(900, seed=seed)
        old = assign_splits(head(images, 500), SplitRules())
        new = assign_splits(images, SplitRules())
        np.testing.assert_array_equal(new.split[:500], old.split)

    def test_order_of_files_does_not_matter(self):
        images = collection(300)
        order = np.random.default_rng(1).permutation(300)
        columns = ("sha256", "phash", "label", "source", "given", "before", "readable")
        shuffled = replace(images, **{name: getattr(images, name)[order] for name in columns})
        np.testing.assert_array_equal(
            assign_splits(shuffled, SplitRules()).split, assign_splits(images, SplitRules()).split[order]
        )

    def test_splits_of_an_earlier_run_are_kept_whatever_the_hash_says(self):
        images = collection(200)
        for name in ("train", "val", "test"):
            images.code(name)
        images.before[:100] = np.arange(100) % 3
        result = assign_splits(images, SplitRules())
        np.testing.assert_array_equal(result.split[:100], images.before[:100])

    def test_new_near_duplicate_follows_the_old_image(self):
        images = collection(100)
        images.phash[99] = images.phash[0] ^ np.uint64(1)
        images.before[0] = images.code("val")
        assert names(images, assign_splits(images, SplitRules()))[99] == "val"

    def test_new_image_that_links_two_splits_is_left_out_and_the_old_ones_stay(self):
        images = collection(100)
        images.phash[0] = images.phash[1] ^ np.uint64(0xFFF)
        images.phash[2] = images.phash[1] ^ np.uint64(0x3F)  # six bits from both
        images.before[0], images.before[1] = images.code("val"), images.code("test")
        result = assign_splits(images, SplitRules())
        assert names(images, result)[:3] == ["val", "test", None]
        assert result.fate[2] == Fate.CROSSES_SPLITS


class TestGroups:
    @pytest.mark.parametrize("seed", range(5))
    def test_near_duplicates_never_cross(self, seed):
        images = collection(600, seed=seed)
        rng = np.random.default_rng(seed)
        for index in range(300):
            bits = rng.choice(64, size=rng.integers(0, 7), replace=False)
            images.phash[300 + index] = images.phash[index] ^ np.uint64(sum(1 << int(bit) for bit in bits))
        result = assign_splits(images, SplitRules(seed=seed))
        assert (result.split != NOWHERE).all()
        for index in range(600):
            near = hamming_distance(images.phash, np.full(600, images.phash[index])) <= 6
            assert len(set(result.split[near].tolist())) == 1
            assert len(set(result.group[near].tolist())) == 1

    def test_equal_files_are_dropped_but_one(self):
        images = collection(10)
        images.sha256[[3, 5, 7]] = images.sha256[3]
        result = assign_splits(images, SplitRules())
        assert result.fate[[3, 5, 7]].tolist() == [Fate.KEPT, Fate.DUPLICATE, Fate.DUPLICATE]
        assert result.twin[[5, 7]].tolist() == [3, 3]
        assert result.group[5] == NOWHERE

    def test_the_equal_file_that_was_kept_before_is_kept_again(self):
        images = collection(10)
        images.sha256[[3, 5]] = images.sha256[3]
        images.before[5] = images.code("test")
        result = assign_splits(images, SplitRules())
        assert result.fate[[3, 5]].tolist() == [Fate.DUPLICATE, Fate.KEPT]

    def test_the_same_bytes_with_two_labels_are_all_left_out(self):
        images = collection(10)
        images.sha256[[2, 3, 4]] = images.sha256[2]
        result = assign_splits(images, SplitRules())
        assert result.fate[[2, 3, 4]].tolist() == [Fate.LABEL_CONFLICT] * 3

    def test_unreadable_images_go_nowhere(self):
        images = collection(10)
        images.readable[4] = False
        result = assign_splits(images, SplitRules())
        assert (result.fate[4], result.split[4], result.group[4]) == (Fate.UNREADABLE, NOWHERE, NOWHERE)

    def test_nothing_readable_is_no_error(self):
        images = collection(3)
        images.readable[:] = False
        assert (assign_splits(images, SplitRules()).split == NOWHERE).all()


class TestSources:
    rules = SplitRules(group_by="source")

    @pytest.mark.parametrize("sources", [3, 4, 10])
    def test_sources_stay_whole_and_every_split_has_both_classes(self, sources):
        images = collection(400, sources=sources)
        split = np.array(names(images, assign_splits(images, self.rules)))
        for source in range(2 * sources):
            assert len(set(split[images.source == source])) == 1
        for label in (0, 1):
            assert set(split[images.label == label]) == {"train", "val", "test"}

    def test_two_sources_make_train_and_test_and_one_makes_train(self):
        two, one = collection(40, sources=2), collection(40, sources=1)
        assert set(names(two, assign_splits(two, self.rules))) == {"train", "test"}
        assert set(names(one, assign_splits(one, self.rules))) == {"train"}

    def test_no_source_goes_to_a_split_that_gets_nothing(self):
        images = collection(40, sources=4)
        for rules, there in (
            (replace(self.rules, test=0.0), {"train", "val"}),
            (replace(self.rules, val=0.0), {"train", "test"}),
            (replace(self.rules, test=0.0, val=0.0), {"train"}),
        ):
            assert set(names(images, assign_splits(images, rules))) == there

    def test_near_duplicates_join_their_sources(self):
        images = collection(400, sources=10)
        images.phash[0] = images.phash[2]
        split = np.array(names(images, assign_splits(images, self.rules)))
        assert images.source[0] != images.source[2]
        together = (images.source == images.source[0]) | (images.source == images.source[2])
        assert len(set(split[together])) == 1

    def test_more_files_of_the_same_sources_change_nothing(self):
        images = collection(800, sources=10)
        old = assign_splits(head(images, 300), self.rules)
        np.testing.assert_array_equal(assign_splits(images, self.rules).split[:300], old.split)

    def test_order_of_files_does_not_matter(self):
        images = collection(300, sources=10)
        order = np.r_[np.arange(299, -1, -1)]
        columns = ("sha256", "phash", "label", "source", "given", "before", "readable")
        shuffled = replace(images, **{name: getattr(images, name)[order] for name in columns})
        np.testing.assert_array_equal(
            assign_splits(shuffled, self.rules).split, assign_splits(images, self.rules).split[order]
        )

    def test_unknown_sources_are_split_image_by_image(self):
        images = collection(400)
        images.source[:] = NOWHERE
        assert set(names(images, assign_splits(images, self.rules))) == {"train", "val", "test"}

    def test_join_groups(self):
        groups, sources = np.array([0, 1, 2, 3, 1]), np.array([5, 5, NOWHERE, NOWHERE, 7])
        assert join_groups(groups, sources).tolist() == [0, 0, 1, 2, 0]


class TestLayouts:
    def test_train_and_test_stay_and_val_comes_out_of_train(self):
        images = collection(1000)
        layout = ["test" if index % 5 == 0 else "train" for index in range(1000)]
        lay_out(images, layout)
        split = names(images, assign_splits(images, SplitRules()))
        for before, now in zip(layout, split, strict=True):
            assert now == "test" if before == "test" else now in ("train", "val")
        assert split.count("val") / layout.count("train") == pytest.approx(0.2, abs=0.05)

    @pytest.mark.parametrize("splits", [("train", "val", "test"), ("train", "val"), ("train", "unseen", "val", "odd")])
    def test_layouts_with_val_stay_as_they_are(self, splits):
        images = collection(200)
        layout = [splits[index // 2 % len(splits)] for index in range(200)]
        lay_out(images, layout)
        assert names(images, assign_splits(images, SplitRules())) == layout

    def test_val_zero_leaves_train_whole(self):
        images = collection(100)
        layout = ["test" if index % 4 < 2 else "train" for index in range(100)]
        lay_out(images, layout)
        assert names(images, assign_splits(images, SplitRules(val=0))) == layout

    def test_near_duplicate_of_a_test_image_is_taken_out_of_train(self):
        images = collection(100)
        lay_out(images, ["train", "test", "unseen", "train"] * 25)
        images.phash[0] = images.phash[1] ^ np.uint64(3)
        images.phash[6] = images.phash[5]
        result = assign_splits(images, SplitRules())
        split = names(images, result)
        assert (split[0], split[1], split[5], split[6]) == (None, "test", "test", None)
        assert result.fate[0] == result.fate[6] == Fate.CROSSES_SPLITS
        assert (result.fate == Fate.KEPT).sum() == 98

    @pytest.mark.parametrize("pair", [("unseen", "test"), ("odd", "unseen"), ("val", "odd"), ("train", "val")])
    def test_of_near_duplicates_the_one_in_the_more_protected_split_stays(self, pair):
        images = collection(100)
        lay_out(images, ["train", "val", "odd", "unseen", "test"] * 20)
        less, more = (images.split_names.index(name) for name in pair)  # the first rows are one of each split
        images.phash[less] = images.phash[more]
        split = names(images, assign_splits(images, SplitRules()))
        assert (split[less], split[more]) == (None, pair[1])

    def test_of_equal_files_in_two_splits_the_test_image_stays(self):
        images = collection(100)
        lay_out(images, ["train", "train", "test", "test"] * 25)
        images.sha256[2] = images.sha256[0]
        split = names(images, assign_splits(images, SplitRules()))
        assert (split[0], split[2]) == (None, "test")
