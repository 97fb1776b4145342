"""A metric's Space: complete, described, loadable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import RepoCard

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.metrics import METRICS
from realfake_hf.hub.metric_space import write_metric_space

pytestmark = pytest.mark.usefixtures("metrics_cache")


@pytest.mark.parametrize("name", METRICS)
def test_space_is_described_and_complete(name: str, tmp_path: Path) -> None:
    folder = write_metric_space(name, tmp_path / name, repo_id=f"someone/{name}")

    card = RepoCard.load(folder / "README.md", ignore_metadata_errors=False)
    assert card.data.to_dict()["sdk"] == "static"
    assert len(card.data.to_dict()["short_description"]) <= 60  # the limit of the Hub
    assert f'evaluate.load("someone/{name}")' in card.content
    assert "the truth, int, 0 for real and 1 for fake" in card.content
    assert "scikit-learn" in (folder / "requirements.txt").read_text()
    assert not (folder / "__init__.py").exists()


def test_metrics_load_from_their_space_folders_without_the_package(tmp_path: Path) -> None:
    for name in METRICS:
        write_metric_space(name, tmp_path / name, repo_id=f"someone/{name}")
    program = f"""
import sys
sys.modules["realfake_hf"] = None
import evaluate
for name in {METRICS!r}:
    print(name, evaluate.load(f"./{{name}}").compute(predictions=[0.1, 0.9], references=[0, 1]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 0, done.stderr
    assert "roc_auc {'roc_auc': 1.0}" in done.stdout
    assert len(done.stdout.splitlines()) == len(METRICS)


def test_space_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match="must be named so, not someone/calibration"):
        write_metric_space("ece", tmp_path / "new", repo_id="someone/calibration")


def test_full_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(RealFakeError, match="is not empty: give a new folder"):
        write_metric_space("ece", tmp_path, repo_id="someone/ece")
