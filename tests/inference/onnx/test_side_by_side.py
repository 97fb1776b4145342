"""Runs that take turns."""

from __future__ import annotations

import time

import pytest

from realfake_hf.inference.onnx.side_by_side import Laps, side_by_side


def test_runs_take_turns_the_other_way_about_every_other_round_and_the_first_is_not_counted():
    order: list[str] = []
    laps = side_by_side({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=3)
    assert "".join(order) == "abbaabba"
    assert {name: (len(lap.wall), len(lap.processor)) for name, lap in laps.items()} == {"a": (3, 3), "b": (3, 3)}


def test_waiting_takes_no_processor_time():
    lap = side_by_side({"wait": lambda: time.sleep(0.05)}, rounds=1)["wait"]
    assert lap.wall[0] >= 0.05 > 10 * lap.processor[0]


def test_the_median_of_the_rounds_own_ratios_counts():
    fast, slow = Laps([1.0, 10.0, 2.0], [1.0, 1.0, 1.0]), Laps([2.0, 20.0, 2.0], [3.0, 3.0, 1.0])
    assert fast.times_as_fast_as(slow) == (2.0, 3.0)
    assert slow.per(images=4).wall == pytest.approx(500.0)
