"""The command as a user calls it, in a process of its own; `invoke` calls it in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def realfake() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`realfake("scan", path)` in a process of its own."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments),
            capture_output=True,
            text=True,
            timeout=900,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
        )

    return run


def command(*arguments: object) -> list[str]:
    """The command line of `realfake` under this interpreter."""
    return [sys.executable, "-m", "realfake_hf.cli.main", *map(str, arguments)]


def one_sentence(stderr: str) -> str:
    """The sentence that an error left on standard error, which must be all there is."""
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    assert lines[0].startswith("Error: "), stderr
    assert "Traceback" not in stderr
    return lines[0].removeprefix("Error: ")
