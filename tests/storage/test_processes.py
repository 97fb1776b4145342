"""Every item gets its result, even where one kills its worker, and the stream is not taken all at once."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest
import torch

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.processes import (
    CHUNKS_PER_WORKER,
    can_share_work,
    end_with_parent,
    interrupts_held,
    launched,
    map_unordered,
)

DEADLY = 13


def test_what_no_launcher_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert launched("WORLD_SIZE", least=1, otherwise=1) == 1
    for said in ("abc", "-1", "0", "1.5"):
        monkeypatch.setenv("WORLD_SIZE", said)
        with pytest.raises(RealFakeError, match=f"WORLD_SIZE is '{said}' in the environment: unset it"):
            launched("WORLD_SIZE", least=1, otherwise=1)


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


def test_an_item_that_kills_its_process_while_results_are_looked_at():
    results = []
    for result in map_unordered(double_or_die, range(40), workers=2, chunk_size=4, crashed=crashed):
        results.append(result)
        time.sleep(0.02)
    assert sorted(results) == [-DEADLY] + [2 * number for number in range(40) if number != DEADLY]


TOO_MANY = """
import multiprocessing, resource
from realfake_hf.storage.processes import map_unordered
multiprocessing.set_start_method("fork", force=True)
resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))
list(map_unordered(abs, range(100), workers=30, crashed=abs))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_more_workers_than_the_system_allows_end_in_a_sentence() -> None:
    done = subprocess.run([sys.executable, "-c", TOO_MANY], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.splitlines()[-1] == (
        "realfake_hf.errors.RealFakeError: The system allows no more processes (Too many open files): "
        "use fewer `workers`, or raise its limits (ulimit -n, ulimit -u)."
    )


def own_process(_: int) -> int:
    return os.getpid()


def test_without_semaphores_all_is_done_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_semaphore() -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    can_share_work.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(multiprocessing, "Lock", no_semaphore)
        assert set(map_unordered(own_process, range(20), workers=2, crashed=crashed)) == {os.getpid()}
    can_share_work.cache_clear()
    assert os.getpid() not in set(map_unordered(own_process, range(20), workers=2, crashed=crashed))


def test_workers_that_cannot_begin_blame_no_item(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import multiprocessing\n"
        "from realfake_hf.storage.processes import map_unordered\n"
        "multiprocessing.set_start_method('spawn', force=True)\n"
        "print(list(map_unordered(abs, range(3), workers=2, crashed=abs)))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout == ""
    assert "RealFakeError: Processes that should share the work end as they begin" in done.stderr.splitlines()[-1]


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


def load_for_ever(method: str, started: Connection) -> None:
    """A parent whose loader's workers have begun and wait for it."""
    loader = torch.utils.data.DataLoader(
        range(1000), num_workers=2, worker_init_fn=end_with_parent, multiprocessing_context=method
    )
    batches = iter(loader)
    next(batches)
    started.send(os.getpid())
    time.sleep(600)


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_workers_end_with_a_parent_that_is_killed(method):
    here, there = multiprocessing.Pipe()
    parent = multiprocessing.get_context("spawn").Process(target=load_for_ever, args=(method, there))
    parent.start()
    workers = psutil.Process(here.recv()).children(recursive=True)
    assert len(workers) >= 2
    parent.kill()
    parent.join()
    assert psutil.wait_procs(workers, 30)[1] == []


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as at a terminal: a shell lets what it runs in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_waits_for_the_end_of_what_holds_it():
    reached = []
    with pytest.raises(KeyboardInterrupt), interrupts_held():  # noqa: PT012
        os.kill(os.getpid(), signal.SIGINT)
        reached.append("the end")
    assert reached == ["the end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with interrupts_held():
        reached.append("nothing was pressed")
