"""A minute of damaged inputs; very many of them: `tests/benchmarks/bench_fuzz.py`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fuzzing.targets import KEPT, TARGETS, Target

SECONDS_EACH = 1.5
MOST_EACH = 300
LONGEST = 30
"""Seconds for one input on a crowded machine; a damaged size must not become hours of work."""

every_target = pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)


@every_target
def test_whole_inputs_are_taken(target: Target, tmp_path: Path) -> None:
    for number, seed in enumerate(target.seeds()):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert target.attempt(seed, folder)


@pytest.mark.filterwarnings("ignore")
@every_target
def test_damaged_inputs_are_taken_or_refused_in_a_sentence(target: Target, tmp_path: Path) -> None:
    until = time.monotonic() + SECONDS_EACH
    for number in range(MOST_EACH):
        started = time.monotonic()
        target.attempt(target.input(number), tmp_path)
        assert time.monotonic() - started < LONGEST, f"input {number}"
        if time.monotonic() > until:
            break


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("file", sorted(KEPT.glob("*/*")), ids=lambda file: f"{file.parent.name}-{file.name}")
def test_what_failed_once_is_refused_in_a_sentence(file: Path, tmp_path: Path) -> None:
    was_taken = TARGETS[file.parent.name].attempt(file.read_bytes(), tmp_path)
    assert not was_taken


def test_an_input_follows_from_its_number() -> None:
    target = TARGETS["xmp"]
    assert target.input(3) == target.input(3)
    assert target.input(3) != target.input(4)


def test_what_is_no_sentence_of_ours_is_a_failure(tmp_path: Path) -> None:
    def fail(content: bytes, folder: Path) -> None:
        raise ValueError("not ours")

    with pytest.raises(ValueError, match="not ours"):
        Target("x", lambda: [b"x"], fail, ()).attempt(b"x", tmp_path)
