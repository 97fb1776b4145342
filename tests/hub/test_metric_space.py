"""A metric's Space: complete, described, loadable."""

from __future__ import annotations

from pathlib import Path

import evaluate
import pytest
from huggingface_hub import RepoCard

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.metrics import METRICS
from realfake_hf.hub.metric_space import write_metric_space


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


def test_metric_loads_from_its_space_folder(tmp_path: Path) -> None:
    folder = write_metric_space("ece", tmp_path / "ece", repo_id="someone/ece")

    found = evaluate.load(str(folder)).compute(predictions=[0.1, 0.9], references=[0, 1])

    assert found["ece"] == pytest.approx(0.1)


def test_space_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match="must be named so, not someone/calibration"):
        write_metric_space("ece", tmp_path / "new", repo_id="someone/calibration")


def test_full_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(RealFakeError, match="is not empty: give a new folder"):
        write_metric_space("ece", tmp_path, repo_id="someone/ece")
