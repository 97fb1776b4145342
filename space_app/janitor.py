"""Delete what visitors uploaded in time, also after the app was killed: a program beside the app.

    python janitor.py FOLDER SECONDS

What lies in the folder when it says "ready" is not a visitor's and stays. It outlives the app, whose end it notices by
the end of its own standard input; then the whole folder goes. Only the standard library is imported.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

TURNS = 20
"""How often an upload's time is looked at while it runs: it is overstayed by a twentieth of it, at most."""


def sweep(folder: Path, seconds: float, kept: frozenset[Path]) -> None:
    """Delete the files below a folder that are older than so many seconds, but those that are to be kept."""
    until = time.time() - seconds
    for file in folder.rglob("*"):
        with suppress(OSError):  # gone already, or held open on Windows: the next turn comes
            if file not in kept and file.is_file() and max(file.stat().st_mtime, file.stat().st_ctime) < until:
                file.unlink()


def main() -> None:
    """Sweep until the app is gone."""
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    kept = frozenset(folder.rglob("*"))
    print("ready", flush=True)

    def sweep_forever() -> None:
        while True:
            time.sleep(seconds / TURNS)
            sweep(folder, seconds, kept)

    threading.Thread(target=sweep_forever, daemon=True).start()
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
