"""Stop commands at random moments, deny them the disk, and look at what they leave: whole or absent, and resumable.

    faults = Faults(folder, ["realfake_hf.cli.scan"])
    outcome = faults.kill(case, signal.SIGKILL, times=3, rng=random.Random(0))

A `Case` is one command on a small input. It is run once undisturbed; then it is stopped again and again on one output
folder, each time at another moment of its work, and at last run to its end. What lies there after each stop must be
whole, and in the end it must hold what the undisturbed run left. Each run is a process of its own, forked from one
that has imported what the commands use: so the moments fall into the work, not into seconds of importing.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
from PIL import Image
from safetensors import SafetensorError, safe_open

GONE_WITHIN = 20.0
"""Seconds in which a command that was asked to end must have ended, or half of an undisturbed run on a slow machine."""
PATIENCE = 900.0
UNFINISHED = (".part", ".lock", ".tmp", ".incomplete")
INNER = ("checkpoints", "explain-parts", "predictions-parts")
"""Folders that only a resumed run reads, which knows what is torn there."""
FORKSERVER = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Case:
    """One command.

    Attributes:
        name: of the command.
        arguments: of `realfake`, from the path of its output.
        contents: what its output says, comparable; None before it is finished.
        resume: added to go on where it was stopped.
        suffix: of an output that is a file.
    """

    name: str
    arguments: Callable[[Path], list[object]]
    contents: Callable[[Path], Any]
    resume: tuple[str, ...] = ()
    suffix: str = ""

    def output(self, folder: Path) -> Path:
        """Where the command writes to, below a folder."""
        return folder / f"output{self.suffix}"


@dataclass
class Outcome:
    """Faults tried on a command, and what went wrong: one sentence each."""

    tried: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def survived(self) -> int:
        """Faults after which all was well."""
        return self.tried - min(self.tried, len(self.failures))


class Faults:
    """Runs cases below one folder.

    Args:
        folder: for outputs.
        imported: modules that the commands use.
    """

    def __init__(self, folder: Path, imported: list[str]) -> None:
        self.folder = folder
        FORKSERVER.set_forkserver_preload(imported)
        self._undisturbed: dict[str, tuple[Any, float]] = {}

    def undisturbed(self, case: Case) -> tuple[Any, float]:
        """Contents of an undisturbed run, and the seconds that it took."""
        if case.name not in self._undisturbed:
            output = self._fresh(case, "undisturbed")
            run = Run(case, output)
            started = time.monotonic()
            assert run.wait(PATIENCE) in (0, 1), f"{case.name}: {run.said}"
            self._undisturbed[case.name] = case.contents(output), time.monotonic() - started
        return self._undisturbed[case.name]

    def kill(self, case: Case, number: signal.Signals, *, times: int, rng: random.Random) -> Outcome:
        """Stop a command so many times by a signal, at random moments, then let it end."""
        wanted, seconds = self.undisturbed(case)
        output, outcome = self._fresh(case, number.name), Outcome()
        patience = max(GONE_WITHIN, seconds / 2)
        for _ in range(times):
            if case.contents(output) is not None:
                _remove(output)
            run, moment = Run(case, output), rng.uniform(0.0, seconds)
            workers: list[psutil.Process] = []
            if run.wait(moment) is None:
                workers = run.workers()
                run.send(number)
            outcome.tried += 1
            if run.wait(patience) is None:
                run.send(signal.SIGKILL)
                run.wait(PATIENCE)
                outcome.failures.append(
                    f"{case.name}: still there {patience:.0f} s after {number.name} at {moment:.1f} s."
                )
            if psutil.wait_procs(workers, GONE_WITHIN)[1]:
                outcome.failures.append(f"{case.name}: workers outlive {number.name} at {moment:.1f} s.")
            if "Traceback" in run.said:
                outcome.failures.append(f"{case.name}: {number.name} at {moment:.1f} s: {run.said}")
            outcome.failures += [
                f"{case.name}: {number.name} at {moment:.1f} s: {sentence}" for sentence in torn(output)
            ]
        outcome.failures += self._ends_well(case, output, wanted, number.name)
        return outcome

    def full_disk(self, case: Case, *, limits: list[int]) -> Outcome:
        """Let no file grow beyond so many bytes, as on a full disk, then run with room."""
        wanted, _ = self.undisturbed(case)
        output, outcome = self._fresh(case, "full"), Outcome()
        for limit in limits:
            if case.contents(output) is not None:
                _remove(output)
            run = Run(case, output, limit=limit)
            run.wait(PATIENCE)
            outcome.tried += 1
            outcome.failures += _bad_end(run, f"files of {limit} bytes")
            outcome.failures += [f"{case.name}: files of {limit} bytes: {sentence}" for sentence in torn(output)]
        outcome.failures += self._ends_well(case, output, wanted, "a full disk")
        return outcome

    def read_only(self, case: Case, place: Path) -> Outcome:
        """Let the output lie where nothing can be written."""
        run = Run(case, case.output(place))
        code = run.wait(PATIENCE)
        failures = _bad_end(run, f"an output in {place}")
        if code in (0, 1):
            failures.append(f"{case.name}: ended with {code} where nothing can be written.")
        return Outcome(1, failures)

    def _fresh(self, case: Case, what: str) -> Path:
        output = case.output(self.folder / f"{case.name}-{what}")
        output.parent.mkdir(parents=True, exist_ok=True)
        _remove(output)
        return output

    def _ends_well(self, case: Case, output: Path, wanted: Any, what: str) -> list[str]:
        if case.contents(output) is None:
            run = Run(case, output)
            if run.wait(PATIENCE) not in (0, 1):
                return [f"{case.name}: after {what} it does not go on: {run.said}"]
        return [] if case.contents(output) == wanted else [f"{case.name}: after {what} the result is another."]


class Run:
    """A command under way, in a process of its own; it has begun when this returns.

    Args:
        case: which command.
        output: where it writes to; what lies there already is gone on with.
        limit: bytes beyond which it can let no file grow.
    """

    def __init__(self, case: Case, output: Path, *, limit: int | None = None) -> None:
        self.case = case
        self._folder = tempfile.TemporaryDirectory()
        self._errors, begun = Path(self._folder.name) / "stderr", Path(self._folder.name) / "begun"
        arguments = [*map(str, case.arguments(output)), *(case.resume if output.exists() else ())]
        self._process = FORKSERVER.Process(target=_command, args=(arguments, self._errors, begun, limit))
        self._process.start()
        while self._process.is_alive() and not begun.exists():
            time.sleep(0.01)

    def wait(self, seconds: float) -> int | None:
        """Its exit code, negative where a signal ended it; None where it has not ended by then."""
        self._process.join(seconds)
        return self._process.exitcode

    def send(self, number: signal.Signals) -> None:
        """Send a signal, where it has not ended meanwhile."""
        if self._process.pid and self._process.is_alive():
            os.kill(self._process.pid, number)

    def workers(self) -> list[psutil.Process]:
        """The processes that it has begun."""
        try:
            return psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    @property
    def said(self) -> str:
        """What it has written to standard error."""
        return self._errors.read_text(encoding="utf-8", errors="replace") if self._errors.exists() else ""


def _command(arguments: list[str], errors: Path, begun: Path, limit: int | None) -> None:
    """One command as a process that a shell began would run it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what runs in the background
    if limit is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    import realfake_hf.cli.main as program

    sys.argv, sys.modules["__main__"] = ["realfake", *arguments], program  # which its workers import
    begun.touch()
    try:
        program.main()
    finally:
        atexit._run_exitfuncs()  # multiprocessing leaves them out


def torn(output: Path) -> list[str]:
    """One sentence for each file that is neither whole nor marked as unfinished."""
    found = []
    files = [output] if output.is_file() else sorted(path for path in output.rglob("*") if path.is_file())
    for file in files:
        below = file.relative_to(output).parts if output.is_dir() else ()
        if file.suffix in UNFINISHED or any(part in INNER or part.startswith(".") for part in below):
            continue
        try:
            _read_whole(file)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, SyntaxError, SafetensorError) as error:
            found.append(f"{file} is torn ({error}).")
    return found


def _read_whole(file: Path) -> None:
    if file.suffix == ".json":
        json.loads(file.read_text(encoding="utf-8"))
    elif file.suffix == ".jsonl":
        *lines, _ = file.read_text(encoding="utf-8").split("\n")  # the last may be under way
        for line in lines:
            json.loads(line)
    elif file.suffix == ".parquet":
        pq.read_table(file)
    elif file.suffix == ".safetensors":
        with safe_open(file, "np"):
            pass
    elif file.suffix in (".jpg", ".png"):
        with Image.open(file) as image:
            image.load()


def digests(folder: Path, *patterns: str) -> dict[str, str]:
    """Relative path -> sha256 of the files that the patterns find."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for pattern in patterns
        for file in sorted(folder.glob(pattern))
    }


def _bad_end(run: Run, what: str) -> list[str]:
    code = run.wait(0)
    if code is None or code < 0 or "Traceback" in run.said or "fault of realfake" in run.said:
        return [f"{run.case.name}: {what}: exit code {code}: {run.said}"]
    return []


def _remove(output: Path) -> None:
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)
