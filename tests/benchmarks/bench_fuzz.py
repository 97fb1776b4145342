"""Damaged inputs by the hundred thousand: crashes, hangs and memory that grows, reader by reader.

    python tests/benchmarks/bench_fuzz.py [--inputs 200000] [--targets onnx,xmp] [--first 0] [--output fuzz.json]

Every reader of other people's files (`tests/fuzzing/targets.py`) gets its share of the inputs, in a process of its own.
Printed are the inputs that it took and refused, its slowest one, and how much its memory grew from the end of the
first tenth to the end of the last. An input that ends a reader's process, takes longer than five seconds, or is
neither taken nor refused in a sentence is written to `tests/fuzzing/kept/`, where the tests begin with it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import resource
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import asdict, dataclass, field
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fuzzing.targets import KEPT, TARGETS

SLOW = 5.0
"""Processor seconds that no input may take."""
HANGS = 300.0
"""Seconds on one input after which a reader is ended, on a machine that others use too."""
MOST_MEMORY = 8 << 30
"""Bytes of address space that a reader may take beyond what it begins with."""
FAILURES = 20
"""After so many a reader is left."""


@dataclass
class Found:
    """What one reader did.

    Attributes:
        inputs, taken: how many.
        slowest: processor seconds, of one input.
        growth_mb: resident megabytes, from the end of the first tenth to the end.
        seconds: all together.
        failures: sentences about inputs that it failed on.
    """

    inputs: int = 0
    taken: int = 0
    slowest: float = 0.0
    growth_mb: float = 0.0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)


def run(name: str, first: int, last: int, at: Synchronized[int], answers: multiprocessing.Queue[Found]) -> None:
    """Try the inputs of these numbers; in a process of its own."""
    warnings.simplefilter("ignore")
    target, process, found = TARGETS[name], psutil.Process(), Found()
    target.seeds()
    most = process.memory_info().vms + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    begun, tenth, before = time.monotonic(), first + (last - first) // 10, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, last):
            at.value = number
            content, started = target.input(number), time.process_time()
            try:
                found.taken += target.attempt(content, Path(folder))
            except Exception:
                found.failures.append(f"{name} {number}: {keep(name, content)}: {traceback.format_exc()}")
            seconds = time.process_time() - started
            if seconds > SLOW:
                found.failures.append(f"{name} {number}: {keep(name, content)}: took {seconds:.1f} s.")
            found.slowest = max(found.slowest, seconds)
            found.inputs += 1
            if number == tenth:
                before = process.memory_info().rss
            if len(found.failures) >= FAILURES:
                break
    found.seconds = time.monotonic() - begun
    found.growth_mb = (process.memory_info().rss - before) / 1e6 if before else 0.0
    answers.put(found)


def keep(name: str, content: bytes) -> Path:
    """Write an input to where the tests find it."""
    file = KEPT / name / hashlib.sha256(content).hexdigest()[:16]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def fuzz(name: str, first: int, last: int) -> Found:
    """Try a reader, and go on behind inputs that end its process."""
    context, whole = multiprocessing.get_context("forkserver"), Found()
    context.set_forkserver_preload(["fuzzing.targets"])
    while first < last and len(whole.failures) < FAILURES:
        at, answers = context.Value("q", first - 1), context.Queue()
        process = context.Process(target=run, args=(name, first, last, at, answers))
        process.start()
        seen, since = -1, time.monotonic()
        while process.is_alive() and answers.empty():
            process.join(0.2)
            if at.value != seen or at.value < first:
                seen, since = at.value, time.monotonic()
            elif time.monotonic() - since > HANGS:
                process.kill()
        part = Found(max(0, at.value - first)) if answers.empty() else answers.get()
        process.join()
        if process.exitcode:
            content = TARGETS[name].input(at.value)
            part.failures.append(f"{name} {at.value}: {keep(name, content)}: the process ended by {process.exitcode}.")
        whole.inputs += part.inputs
        whole.taken += part.taken
        whole.slowest = max(whole.slowest, part.slowest)
        whole.growth_mb = max(whole.growth_mb, part.growth_mb)
        whole.seconds += part.seconds
        whole.failures += part.failures
        first = at.value + 1
    return whole


def main() -> None:
    """Try them all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=200_000, help="of all readers together")
    parser.add_argument("--targets", default=",".join(TARGETS), help="some of them, with commas between")
    parser.add_argument("--first", type=int, default=0, help="number of the first input: other numbers, other inputs")
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    names = options.targets.split(",")
    share = -(-options.inputs // len(names))
    table: dict[str, Found] = {}
    for name in names:
        found = table[name] = fuzz(name, options.first, options.first + share)
        print(
            f"{name:16} {found.inputs:7,} inputs, {found.taken:7,} taken, {len(found.failures)} failed, "
            f"slowest {found.slowest:.2f} s, {found.growth_mb:+.1f} MB, {found.seconds:.0f} s",
            flush=True,
        )
        print("\n".join(found.failures), file=sys.stderr, end="\n" if found.failures else "", flush=True)
    failed = sum(len(found.failures) for found in table.values())
    print(
        f"{sum(found.inputs for found in table.values()):,} inputs in "
        f"{sum(found.seconds for found in table.values()):.0f} s: {failed} failed, the most that a reader's memory "
        f"grew is {max(found.growth_mb for found in table.values()):.1f} MB"
    )
    if options.output:
        whole = {name: asdict(found) for name, found in table.items()}
        options.output.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
