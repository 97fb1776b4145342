"""An extra that is missing is named in --help, and said before the work rather than after it."""

from __future__ import annotations

import json

import pytest

from realfake_hf.pages import page as pages

EXTRAS = {
    "scan": "report",
    "evaluate": "report",
    "compare": "report",
    "leave-one-out": "report",
    "audit": "report",
    "explore": "report",
    "study": "report",
    "report": "report",
    "demo": "space",
    "export": "onnx",
    "align": "align",
}


@pytest.fixture
def no_matplotlib(monkeypatch):
    monkeypatch.setattr(pages, "find_spec", lambda name: None if name == "matplotlib" else object())


@pytest.mark.parametrize(("command", "extra"), EXTRAS.items())
def test_help_names_the_extra(invoke, command, extra):
    without_spaces = "".join(invoke(command, "--help").stdout.split())
    assert f"pipinstall'realfake-hf[{extra}]'" in without_spaces


@pytest.mark.usefixtures("no_matplotlib")
def test_audit_says_so_first_and_keeps_its_result(invoke, make_imagefolder, tmp_path):
    output = tmp_path / "audited"
    result = invoke("audit", make_imagefolder({"train": 10}), "--output", output, "--workers", 1)
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines()[0] == (
        "The page and its figures are left out, because matplotlib is not installed: pip install 'realfake-hf[report]'."
    )
    assert json.loads((output / "audit.json").read_text())["verdict"] in ("pass", "warn", "fail")
    assert not (output / "audit.html").exists()
    assert "audit.html" not in result.stdout


@pytest.mark.usefixtures("no_matplotlib")
def test_explore_refuses_before_it_looks_at_an_image(invoke, tmp_path):
    result = invoke("explore", tmp_path / "not-there", "--output", tmp_path / "explored")
    assert result.exit_code == 2
    assert "There can be no page and no figures, because matplotlib is not installed" in result.stderr
