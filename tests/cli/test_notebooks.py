"""`realfake notebooks`."""

from __future__ import annotations

import json


def test_three_notebooks_are_written_and_named(invoke, tmp_path):
    result = invoke("notebooks", tmp_path / "study", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == [str(path) for path in sorted((tmp_path / "study").glob("*.ipynb"))]
    assert len(json.loads(result.stdout)) == 3


def test_second_time_is_refused_in_one_sentence(realfake, tmp_path):
    assert realfake("notebooks", tmp_path).returncode == 0
    again = realfake("notebooks", tmp_path)
    assert again.returncode == 2
    assert "--overwrite" in again.stderr
