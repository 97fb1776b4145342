"""Is a terminal ever left without a word, or without a time? Every command, on a terminal of its own.

    python tests/benchmarks/bench_silence.py [--commands scan,study] [--longest 3] [--output silence.json]

Each command runs twice on a small input on a pseudo-terminal: first as on a machine on which nothing ran yet, then as
on one that remembers how long steps took. Printed are the longest times in which nothing was written there, from the
start of the process to its end, with the processor time that passed in them, which a busy machine disturbs less; and
what stood there telling neither a count nor a time to wait, with its age. The exit code is 1 where a silence took more
than `--longest` seconds of both: two, which nobody minds, and the start of Python, whose own time is printed first; and
where the second run had a line without a count and a time.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
from bench_faults import cases, surroundings
from faults import Case
from hub_server import HubServer

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]+")
STEP = re.compile(r"(?P<what>[^|]+?) \.\.\. (?P<seconds>\d+) s(?P<told>.* left|, last time .*)?(, not timed .*)?$")
BAR = re.compile(r"(?P<what>[^|]*)\[(?P<minutes>\d+):(?P<seconds>\d\d)(?P<told><)?.*\]")
"""Of tqdm; with a total it counts, and knows a time left as soon as something is done."""
SIZE = (40, 200)
"""Rows and columns of the terminal."""
READY = "Open http"
"""What a server says when it waits."""


@dataclass
class Heard:
    """What a terminal was told.

    Attributes:
        silences: seconds, of them processor time, and the last words before them; the longest first.
        untimed: what stood there without a count and a time to wait -> the seconds that it took.
    """

    silences: list[tuple[float, float, str]] = field(default_factory=list)
    untimed: dict[str, int] = field(default_factory=dict)

    def read(self, words: str) -> None:
        """Note what a line says about time."""
        for found in filter(None, (STEP.fullmatch(words), BAR.fullmatch(words))):
            seconds = int(found["seconds"]) + 60 * int(found.groupdict().get("minutes") or 0)
            if not found["told"]:
                what = found["what"].strip()
                self.untimed[what] = max(seconds, self.untimed.get(what, 0))


def listen(arguments: list[str], environment: dict[str, str]) -> Heard:
    """Run a command of `realfake` on a terminal; a server is ended when it is ready."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))  # without a size no bar is drawn
    process = subprocess.Popen(
        [sys.executable, "-m", "realfake_hf.cli.main", *arguments],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, close_fds=True,
        env={**os.environ, "TERM": "xterm", **environment},
    )  # fmt: skip
    os.close(theirs)
    heard, said, since, used = Heard(), "the start", time.monotonic(), 0.0
    while True:
        ready = select.select([ours], [], [], 0.05)[0]
        if not ready and process.poll() is None:
            continue
        try:
            text = os.read(ours, 65536).decode(errors="replace") if ready else ""
        except OSError:  # the other end is closed
            text = ""
        now = max(used, processor_seconds(process.pid))
        heard.silences.append((time.monotonic() - since, now - used, said))
        if not text:
            break
        for words in filter(None, map(str.strip, CONTROL.split(text))):
            heard.read(words)
            said = words[-80:]
        since, used = time.monotonic(), now
        if READY in text:
            process.send_signal(signal.SIGINT)
    os.close(ours)
    assert process.wait() in (0, 1, 130), said
    heard.silences.sort(reverse=True)
    return heard


def processor_seconds(process: int) -> float:
    """Of a process, its children and those that have ended; 0 where it has ended itself."""
    total = 0.0
    with suppress(psutil.Error):
        own = psutil.Process(process)
        total += sum(own.cpu_times()[:4])
        for child in own.children(recursive=True):
            with suppress(psutil.Error):
                total += sum(child.cpu_times()[:4])
    return total


def more_cases(folder: Path) -> list[Case]:
    """The commands that have no case among those of faults, on the inputs and results of those."""
    data, model, tuned, recipe = folder / "data", folder / "model", folder / "tuned", folder / "tiny.yaml"
    runs = folder / "study-aloud" / "output" / "runs"
    shutil.copytree(model, tuned)
    on_models = ("--model", model, "--model", "realfake-net")

    def case(name: str, *arguments: object, output: tuple[object, ...] = ("-o",)) -> Case:
        return Case(name, lambda out: [name, *arguments, *output, *([out] if output else [])], lambda out: None)

    return [
        Case("scan-report", lambda out: [
            "scan", folder / "photos", "--heatmaps", out / "maps", "--report", out / "page.html", "-o", out / "v.csv",
        ], lambda out: None),
        case("explore", data),
        case("audit", data),
        case("compare", data, *on_models),
        case("calibrate", tuned, "--data", data, output=()),
        case("leave-one-out", recipe, "--data", with_two_sources(data, folder / "sources")),
        Case("report", lambda out: ["report", *runs.iterdir(), "-o", out], lambda out: None),
        Case("export", lambda out: ["export", model, out], lambda out: None),
        Case("push-data", lambda out: ["push-data", data, "me/data"], lambda out: None),
        Case("demo", lambda out: ["demo", "--model", model], lambda out: None),
    ]  # fmt: skip


def with_two_sources(data: Path, target: Path) -> Path:
    """The images of `data` from two sources of each class: one can be left out then."""
    for number, image in enumerate(sorted(path for path in data.rglob("*") if path.is_file())):
        copied = target / image.relative_to(data).parent.parent / f"source-{number % 2}" / image.name
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(image, copied)
    return target


def start_of_python() -> float:
    """Seconds until Python has begun and loaded what every command loads."""
    since = time.monotonic()
    subprocess.run([sys.executable, "-c", "import realfake_hf.cli.main"], check=True)
    return time.monotonic() - since


def main() -> None:
    """Run them all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commands", default="", help="some of them, with commas between")
    parser.add_argument("--longest", type=float, default=3.0, help="seconds of silence that pass")
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    table: dict[str, Heard] = {}
    print(f"Python starts in {start_of_python():.1f} s")
    with tempfile.TemporaryDirectory() as name, HubServer() as hub:
        folder = Path(name)
        environment = {name: value for name, value in surroundings(hub, folder).items() if "PROGRESS" not in name}
        environment["XDG_CACHE_HOME"] = str(folder / "cache")
        for case in [*cases(folder, hub), *more_cases(folder)]:
            if options.commands and case.name not in options.commands.split(","):
                continue
            for run in ("aloud", "again"):
                output = case.output(folder / f"{case.name}-{run}")
                output.parent.mkdir()
                if case.name == "scan-report":
                    output.mkdir()
                arguments = [one for one in map(str, case.arguments(output)) if one not in ("-q", "--quiet")]
                heard = table[f"{case.name} {run}"] = listen(arguments, environment)
                silences = "; ".join(
                    f"{seconds:.1f} s ({busy:.1f} s busy) after {said!r}" for seconds, busy, said in heard.silences[:2]
                )
                untimed = ", ".join(f"{what} {seconds} s" for what, seconds in heard.untimed.items())
                print(f"{case.name:13} {run} {silences}; without a time: {untimed or 'nothing'}", flush=True)
    if options.output:
        found = {name: {**asdict(one), "silences": one.silences[:3]} for name, one in table.items()}
        options.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    is_silent = any(min(silence[:2]) > options.longest for one in table.values() for silence in one.silences)
    is_untimed = any(one.untimed for name, one in table.items() if name.endswith("again"))
    sys.exit(1 if is_silent or is_untimed else 0)


if __name__ == "__main__":
    main()
