"""Is a terminal ever left without a word? The longest silence of each command, and what it said before.

    python tests/benchmarks/bench_silence.py [--commands scan,study] [--output silence.json]

Each command of `bench_faults.py` runs on its small input on a terminal of its own (a pseudo-terminal). Printed is the
longest time in which nothing was written there, from the start of the process to its end.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_faults import cases
from faults import Case
from hub_server import HubServer

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]+")


def silences(case: Case, output: Path) -> list[tuple[float, str]]:
    """Seconds of each silence and the last words before it."""
    ours, theirs = pty.openpty()
    arguments = [argument for argument in map(str, case.arguments(output)) if argument not in ("-q", "--quiet")]
    process = subprocess.Popen(
        [sys.executable, "-m", "realfake_hf.cli.main", *arguments],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, close_fds=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "TERM": "xterm", **case.environment},
    )  # fmt: skip
    os.close(theirs)
    found, said, since = [], "the start", time.monotonic()
    while True:
        ready = select.select([ours], [], [], 0.05)[0]
        if not ready and process.poll() is None:
            continue
        try:
            text = os.read(ours, 65536).decode(errors="replace") if ready else ""
        except OSError:  # the other end is closed
            text = ""
        found.append((time.monotonic() - since, said))
        if not text:
            break
        said, since = (CONTROL.sub(" ", text).strip()[-80:] or said), time.monotonic()
    os.close(ours)
    assert process.wait() in (0, 1), said
    return found


def main() -> None:
    """Run them all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commands", default="", help="some of them, with commas between")
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    table = {}
    with tempfile.TemporaryDirectory() as folder, HubServer() as hub:
        for case in cases(Path(folder), hub):
            if options.commands and case.name not in options.commands.split(","):
                continue
            output = case.output(Path(folder) / f"{case.name}-aloud")
            output.parent.mkdir()
            found = sorted(silences(case, output), reverse=True)
            table[case.name] = found[:3]
            print(case.name.ljust(10), "; ".join(f"{seconds:.1f} s after {said!r}" for seconds, said in found[:3]))
    if options.output:
        options.output.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
