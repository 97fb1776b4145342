"""`realfake study` refuses in one sentence, before anything starts; tests/study/test_command.py runs it."""

from __future__ import annotations

from .conftest import one_sentence


def test_unknown_recipe(invoke, tmp_path):
    result = invoke("study", "cnn-129", "--data", tmp_path, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "cnn-128" in one_sentence(result.stderr)
    assert not (tmp_path / "out").exists()


def test_missing_data(invoke, tmp_path):
    result = invoke("study", "cnn-128", "--data", tmp_path / "gone", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert str(tmp_path / "gone") in one_sentence(result.stderr)
    assert not (tmp_path / "out").exists()
