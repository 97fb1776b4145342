"""`realfake demo` where it cannot start; started, it is what tests/space_app looks at."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from realfake_hf.cli.main import cli
from realfake_hf.errors import RealFakeError
from space_app.server import require_host, serve

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
    assert "GRADIO_SERVER_PORT is 'abc' in the environment, and may be a whole number" in one_sentence(done.stderr)


@pytest.mark.parametrize("host", ["256.1.1.1", "192.0.2.1", "127.0.0.1:80", "a" * 70, "no host"])
def test_a_host_that_is_none_of_this_machine_ends_before_the_model_is_loaded(host: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["demo", "--quiet", "--host", host, "--model", str(tmp_path)])

    assert done.exit_code == 2
    assert f"The app cannot listen on {host} (" in one_sentence(done.stderr)


def test_a_host_in_the_environment_is_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_NAME", "256.1.1.1")

    with pytest.raises(RealFakeError, match=r"cannot listen on 256\.1\.1\.1"):
        serve()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_hosts_of_this_machine_are_taken(host: str) -> None:
    require_host(host)
