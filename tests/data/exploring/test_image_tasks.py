"""The stream of images and the seeded order that samples are drawn by."""

from __future__ import annotations

import numpy as np

from realfake_hf.data.exploring.image_tasks import image_tasks, random_ranks
from realfake_hf.data.loading import load_data


def test_every_source_of_each_class_is_numbered_from_zero(make_imagefolder):
    dataset = load_data(make_imagefolder({"train": 4, "test": 4}))
    ranks = random_ranks(dataset, seed=1)
    keys = [(row["label"], row["source"]) for part in dataset.values() for row in part]
    for key in set(keys):
        own = sorted(rank for rank, other in zip(ranks, keys, strict=True) if other == key)
        assert own == list(range(len(own)))


def test_seed_decides(make_imagefolder):
    dataset = load_data(make_imagefolder({"train": 12}))
    np.testing.assert_array_equal(random_ranks(dataset, seed=1), random_ranks(dataset, seed=1))
    assert (random_ranks(dataset, seed=1) != random_ranks(dataset, seed=2)).any()


def test_tasks_carry_what_the_data_tell_of_the_originals(make_imagefolder):
    dataset = load_data(make_imagefolder({"train": 2}))
    dataset["train"] = dataset["train"].add_column("width", [4000] * 4).add_column("group", [7, 7, 8, 9])
    tasks = list(image_tasks(dataset, np.ones(4, bool)))
    assert [task.facts.original_width for task in tasks] == [4000] * 4
    assert [task.facts.group for task in tasks] == ["7", "7", "8", "9"]
    assert all(task.facts.original_format is None for task in tasks)
