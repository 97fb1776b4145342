"""How long the rest takes is said once, when there is something to go by and much is left."""

from __future__ import annotations

from realfake_hf.evaluation.time_left import TimeLeft


def said(total: int, seconds_each: float, steps: int) -> list[str]:
    now, sentences = [0.0], []
    left = TimeLeft(total, sentences.append, clock=lambda: now[0])
    for _ in range(steps):
        now[0] += seconds_each
        left.update(1)
    return sentences


def test_it_is_said_once_after_the_first_seconds():
    assert said(100, 3.0, 10) == ["2 of 100 after 6 s: about 5 min to go."]


def test_a_short_rest_is_not_worth_a_line():
    assert said(10, 1.0, 10) == []
