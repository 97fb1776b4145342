"""Two ways to call the command: in this process, quickly, and as a user does, in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from realfake_hf.cli.main import cli


@pytest.fixture
def invoke() -> Callable[..., Result]:
    """`invoke("scan", path)` in this process; standard output and error apart, no terminal."""

    def call(*arguments: object, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=input, prog_name="realfake")

    return call


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
