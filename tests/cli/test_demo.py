"""`realfake demo` where it cannot start; started, it is what tests/space_app looks at."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from .conftest import one_sentence


def test_a_model_that_is_none_ends_in_one_sentence(
    realfake: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    done = realfake("demo", "--quiet", "--model", tmp_path)

    assert done.returncode == 2
    assert "holds no model" in one_sentence(done.stderr)
