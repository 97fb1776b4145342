"""Run a function over a stream of items, in threads or on all cores: bounded memory, and no item can end the run."""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TypeVar

from realfake_hf.errors import RealFakeError

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 8
"""Items that a worker gets at once."""

CHUNKS_PER_WORKER = 3
"""Chunks that wait or run per worker: enough to keep it busy, few enough to bound memory."""


def launched(variable: str, *, least: int, otherwise: int) -> int:
    """A number that a launcher such as `torchrun` gives to each of its processes.

    Args:
        variable: of the environment.
        least: of what it may be.
        otherwise: what holds where nobody launched several.

    Raises:
        RealFakeError: it is no such number.
    """
    text = os.environ.get(variable) or str(otherwise)
    if not text.isdecimal() or int(text) < least:
        raise RealFakeError(f"{variable} is {text!r} in the environment: unset it, or let torchrun set it.")
    return int(text)


@functools.cache
def can_share_work() -> bool:
    """Whether processes can wait for one another: some containers have no shared memory, and so no semaphores."""
    try:
        multiprocessing.Lock()
    except (ImportError, OSError):
        return False
    return True


def map_ahead(
    pool: ThreadPoolExecutor, function: Callable[[Item], Result], items: Iterable[Item], ahead: int
) -> Iterator[Result]:
    """`pool.map` that takes at most `ahead` items before their results are wanted."""
    running: deque[Future[Result]] = deque()
    for item in items:
        running.append(pool.submit(function, item))
        if len(running) >= ahead:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def map_unordered(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int,
    crashed: Callable[[Item], Result],
    chunk_size: int = CHUNK,
) -> Iterator[Result]:
    """Yield `function(item)` for every item, as results come.

    Args:
        function: picklable; an exception it raises ends the run.
        items: a stream; only a few chunks are taken ahead of the results.
        workers: processes; 1 runs everything in this one, as does a system where processes cannot share work.
        crashed: makes the result of an item that kills its process (a decoder's segmentation fault, the
            kernel short of memory); its neighbours are run again.
        chunk_size: items sent to a worker at once.

    Raises:
        RealFakeError: workers end before they do anything, or there cannot be so many.
    """
    if workers == 1 or not can_share_work():
        yield from map(function, items)
        return
    stream = iter(items)
    executor = _executor(workers)
    pending: dict[Future[list[Result]], list[Item]] = {}
    try:
        while True:
            while len(pending) < workers * CHUNKS_PER_WORKER and (chunk := list(itertools.islice(stream, chunk_size))):
                pending[_submitted(executor, function, chunk)] = chunk
            if not pending:
                return
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            lost: list[Item] = []
            for future in done:
                chunk = pending.pop(future)
                try:
                    yield from future.result()
                except BrokenProcessPool:
                    lost += chunk
            if lost:
                lost += itertools.chain.from_iterable(pending.values())
                pending.clear()
                executor.shutdown(wait=True)
                yield from _one_by_one(function, lost, crashed)
                executor = _executor(workers)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _one_by_one(
    function: Callable[[Item], Result], items: list[Item], crashed: Callable[[Item], Result]
) -> Iterator[Result]:
    """Run items alone, so that only the one that kills its process is lost."""
    executor = _executor(1)
    try:
        for item in items:
            try:
                yield from _submitted(executor, function, [item]).result()
            except BrokenProcessPool:
                executor.shutdown(wait=True)
                executor = _executor(1)
                _require_beginning(executor, function)
                yield crashed(item)
    finally:
        executor.shutdown(wait=True)


def _require_beginning(executor: ProcessPoolExecutor, function: Callable[[Item], Result]) -> None:
    """End where a worker that has nothing to do ends too: then no item is to blame."""
    try:
        _submitted(executor, function, []).result()
    except BrokenProcessPool:
        raise RealFakeError(
            "Processes that should share the work end as they begin: give them more memory, or do without them "
            '(`workers` 1); a script needs `if __name__ == "__main__":` around what it runs.'
        ) from None


def _executor(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, initializer=end_with_parent)


def _submitted(
    executor: ProcessPoolExecutor, function: Callable[[Item], Result], chunk: list[Item]
) -> Future[list[Result]]:
    with interrupts_held():  # a worker that is begun and not yet known could not be waited for
        try:
            return executor.submit(_run_chunk, function, chunk)
        except BrokenProcessPool as error:  # since the last result was taken
            future: Future[list[Result]] = Future()
            future.set_exception(error)
            return future
        except (OSError, RuntimeError) as error:  # those that are begun would wait for this process, and it for them
            for process in executor._processes.values():
                process.kill()
            raise RealFakeError(
                f"The system allows no more processes ({getattr(error, 'strerror', error)}): "
                f"use fewer `workers`, or raise its limits (ulimit -n, ulimit -u)."
            ) from error


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let a Ctrl-C wait for the end of the block. Python hears it in the main thread alone."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    heard: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda *details: heard.append(details))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if heard:
            handler(*heard[0])


def _run_chunk(function: Callable[[Item], Result], chunk: list[Item]) -> list[Result]:
    return [function(item) for item in chunk]


def end_with_parent(_worker: int = 0) -> None:
    """Let a worker end with its parent, of whose end nobody tells it: it would wait for work for ever.

    Also the `worker_init_fn` of a torch `DataLoader`, which watches the process that forked it. Where that is a fork
    server, as by default from Python 3.14 on, it lives as long as its workers do.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        with suppress(RuntimeError):  # no more threads: it works all the same
            threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
