"""The command goes on with a study that is there: a table or JSON, an exit code that tells what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result


def test_table_and_report_come_from_what_is_there(
    invoke: Callable[..., Result], begun: Path, recipes: dict[str, str], data: Path
) -> None:
    result = invoke("study", *recipes.values(), "--data", data, "--quick", "-o", begun)
    assert result.exit_code == 1, result.output
    assert "pretrained is skipped: the weights of nobody/no-such-weights" in result.stderr
    header, first, second = result.stdout.splitlines()[:3]
    assert header.split()[:2] == ["candidate", "epochs"]
    assert first.split()[:3] == ["tiny", "2", "unseen"]
    assert second.split()[:2] == ["pretrained", "skipped"]
    assert "2,694" in second, "what it would cost is known without its weights"
    assert "\nAudit of the data: " in result.stdout
    assert (begun / "report" / "model-metrics.md").is_file()
    assert f"Report: {begun / 'report'}" in result.stdout


def test_json_has_every_candidate_with_its_state(
    invoke: Callable[..., Result], begun: Path, recipes: dict[str, str], data: Path, without_report: None
) -> None:
    result = invoke("study", recipes["tiny"], "--data", data, "--quick", "-o", begun, "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert {own["name"]: own["status"] for own in summary["candidates"]} == {"tiny": "done", "pretrained": "skipped"}
    assert summary["audit"]["verdict"] in ("pass", "warn", "fail")
    assert summary["candidates"][0]["headline"] == "unseen"
    assert summary["candidates"][1]["cost"]["parameters"] == 2694
    assert set(summary["candidates"][0]["tiers"]) == {"clean", "web", "hard"}
    assert "training" not in result.stderr
