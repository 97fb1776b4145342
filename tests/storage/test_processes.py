"""Every item gets its result, even where one kills its worker, and the stream is not taken all at once."""

from __future__ import annotations

import os
import signal

import pytest

from realfake_hf.storage.processes import CHUNKS_PER_WORKER, available_cores, map_unordered

DEADLY = 13


def double(number: int) -> int:
    return 2 * number


def double_or_die(number: int) -> int:
    if number == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def fail(number: int) -> int:
    raise ValueError(f"item {number}")


def crashed(number: int) -> int:
    return -number


@pytest.mark.parametrize("workers", [1, 2])
def test_all_items_once(workers):
    results = map_unordered(double, range(50), workers=workers, chunk_size=4, crashed=crashed)
    assert sorted(results) == list(range(0, 100, 2))


def test_an_item_that_kills_its_process_loses_itself_alone():
    results = map_unordered(double_or_die, range(40), workers=2, chunk_size=4, crashed=crashed)
    expected = [2 * number for number in range(40) if number != DEADLY] + [-DEADLY]
    assert sorted(results) == sorted(expected)


def test_an_exception_ends_the_run():
    with pytest.raises(ValueError, match="item"):
        list(map_unordered(fail, range(40), workers=2, chunk_size=4, crashed=crashed))


def test_items_are_taken_as_results_are_wanted():
    taken = 0

    def items():
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield number

    results = map_unordered(double, items(), workers=2, chunk_size=4, crashed=crashed)
    next(results)
    assert taken <= 2 * CHUNKS_PER_WORKER * 4
    results.close()


def test_cores_are_counted():
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
