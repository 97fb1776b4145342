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


def test_a_proxy_before_the_own_address_is_named(
    realfake: Callable[..., subprocess.CompletedProcess[str]], tiny_model: Path
) -> None:
    nobody = "http://127.0.0.1:9"
    done = realfake("demo", "--quiet", "--model", tiny_model, http_proxy=nobody, HTTP_PROXY=nobody)

    assert done.returncode == 2
    assert "does not answer at its own address" in one_sentence(done.stderr)
    assert "NO_PROXY=localhost,127.0.0.1" in done.stderr


def test_a_port_in_the_environment_that_is_none_ends_in_one_sentence(
    realfake: Callable[..., subprocess.CompletedProcess[str]], tiny_model: Path
) -> None:
    done = realfake("demo", "--quiet", "--model", tiny_model, GRADIO_SERVER_PORT="abc")

    assert done.returncode == 2
    assert "Gradio refuses the environment" in one_sentence(done.stderr)
