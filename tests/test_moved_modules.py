"""Modules that users may have named still answer for one release, and say where their contents went."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import realfake_hf


@pytest.mark.parametrize(("module", "name"), [("detector", "Detector"), ("verdict", "Verdict")])
def test_old_module_warns_and_gives_the_same_class(module, name):
    old = importlib.import_module(f"realfake_hf.{module}")
    with pytest.warns(
        DeprecationWarning,
        match=f"realfake_hf.{module} has moved: use realfake_hf.{name}, or import realfake_hf.detection.{module}.",
    ) as warned:
        assert getattr(old, name) is getattr(realfake_hf, name)
    assert warned[0].filename == __file__
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        old.Nothing  # noqa: B018


@pytest.mark.parametrize(
    "line",
    ["from realfake_hf.verdict import Verdict", "import realfake_hf.verdict as v; v.Verdict",
     "import realfake_hf.verdict; realfake_hf.verdict.Verdict", "from realfake_hf import verdict; verdict.Verdict"],
)  # fmt: skip
def test_every_way_of_importing_the_old_module_warns(line):
    with pytest.warns(DeprecationWarning, match="realfake_hf.verdict has moved"):
        exec(line, {})


def test_who_looks_through_all_modules_is_not_warned():
    """As `pickle` and `inspect` do; Python imports nothing either, to answer them."""
    looked = (
        "import importlib.util, sys, realfake_hf; "
        "[hasattr(m, '__file__') or hasattr(m, '__path__') for m in list(sys.modules.values())]; "
        "hasattr(sys.modules['realfake_hf.verdict'], 'absent'); "
        "assert importlib.util.find_spec('realfake_hf.verdict').name == 'realfake_hf.verdict'; "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", looked], check=True, timeout=120)


def test_old_command_warns_and_is_the_new_one():
    command = [sys.executable, "-m", "realfake_hf.weights.embed", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0
    assert "python -m realfake_hf.study.embed RUN NAME" in done.stdout
    assert (
        "DeprecationWarning: realfake_hf.weights.embed has moved: use python -m realfake_hf.study.embed" in done.stderr
    )
