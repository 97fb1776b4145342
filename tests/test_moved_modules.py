"""Modules that users may have named still answer for one release, and say where their contents went."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import realfake_hf


@pytest.mark.parametrize(("module", "name"), [("detector", "Detector"), ("verdict", "Verdict")])
def test_old_module_warns_and_gives_the_same_class(module, name):
    sys.modules.pop(f"realfake_hf.{module}", None)
    with pytest.warns(DeprecationWarning, match=f"realfake_hf.{module} has moved: use realfake_hf.{name}"):
        old = importlib.import_module(f"realfake_hf.{module}")
    assert getattr(old, name) is getattr(realfake_hf, name)
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        old.Nothing  # noqa: B018


def test_old_command_warns_and_is_the_new_one():
    command = [sys.executable, "-m", "realfake_hf.weights.embed", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0
    assert "python -m realfake_hf.study.embed RUN NAME" in done.stdout
    assert (
        "DeprecationWarning: realfake_hf.weights.embed has moved: use python -m realfake_hf.study.embed" in done.stderr
    )
