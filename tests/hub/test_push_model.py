"""A model goes to the Hub clean, whole and in one commit, or not at all."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hub_server import HubServer
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.hub import Destination, push_model
from realfake_hf.hub.model_files import CardOverrides
from realfake_hf.records.results import TierResult
from realfake_hf.records.robustness import SweepPoint, SweepResult

CODE = {
    "configuration_realfake.py", "configuration_realfake_cnn.py", "image_processing_realfake.py", "labels.py",
    "modeling_realfake.py", "modeling_realfake_cnn.py", "upright_rgb.py",
}  # fmt: skip


def test_one_commit_holds_what_others_need_and_nothing_else(hub: HubServer, tiny_model: Path) -> None:
    push = push_model(tiny_model, Destination("me/detector", message="First"))
    repository = hub.repository("me/detector")
    assert [commit.title for commit in repository.history("main")] == ["First", "initial commit"]
    files = set(repository.files)
    assert files >= CODE | {"config.json", "model.safetensors", "preprocessor_config.json", "README.md"}
    assert not [name for name in files if name.endswith((".bin", ".pt", ".pkl", ".pth"))]
    assert push.commit == repository.at("main").oid
    assert push.url == f"{hub.endpoint}/me/detector"
    assert push.files == {name: len(file.content) for name, file in repository.files.items() if name in push.files}
    assert repository.files["model.safetensors"].is_lfs
    assert not repository.files["config.json"].is_lfs


def test_owner_is_asked_of_the_hub(hub: HubServer, tiny_model: Path) -> None:
    assert push_model(tiny_model, Destination("detector")).repo == "me/detector"
    assert '"me/detector", trust_remote_code=True' in hub.repository("me/detector").files["README.md"].content.decode()


def test_second_push_without_a_change_makes_no_commit(hub: HubServer, tiny_model: Path) -> None:
    first = push_model(tiny_model, Destination("me/detector"))
    assert push_model(tiny_model, Destination("me/detector")).commit == first.commit
    assert len(hub.repository("me/detector").commits) == 2


def test_revision_makes_a_branch_and_leaves_main(hub: HubServer, tiny_model: Path) -> None:
    push_model(tiny_model, Destination("me/detector", revision="v2"))
    repository = hub.repository("me/detector")
    assert "model.safetensors" in repository.at("v2").files
    assert "model.safetensors" not in repository.files


def test_pull_request_leaves_main(hub: HubServer, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    push_model(tiny_model, Destination("me/detector", message="Mine"))
    before = hub.repository("me/detector").at("main")
    monkeypatch.setenv("HF_TOKEN", hub.other_token)  # may read, not write
    overrides = CardOverrides(licence="mit")
    push = push_model(tiny_model, Destination("me/detector", create_pr=True, message="Yours"), overrides=overrides)
    repository = hub.repository("me/detector")
    assert push.url == f"{hub.endpoint}/me/detector/discussions/1"
    assert repository.at("main") == before
    assert "license: mit" in repository.at("refs/pr/1").files["README.md"].content.decode()


def test_private_repository_is_private_before_a_file_arrives(hub: HubServer, tiny_model: Path) -> None:
    push_model(tiny_model, Destination("me/detector", private=True))
    assert hub.repository("me/detector").private


def test_private_push_to_a_public_repository_is_refused(hub: HubServer, tiny_model: Path) -> None:
    push_model(tiny_model, Destination("me/detector"))
    before = hub.repository("me/detector").at("main")
    with pytest.raises(RealFakeError, match="me/detector exists and is public"):
        push_model(tiny_model, Destination("me/detector", private=True, message="secret"))
    assert hub.repository("me/detector").at("main") == before


def test_dry_run_asks_nobody(hub: HubServer, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    push = push_model(tiny_model, Destination("detector", dry_run=True))
    assert not hub.requests
    assert not push.commit
    assert push.files["model.safetensors"] == pytest.approx((tiny_model / "model.safetensors").stat().st_size, abs=200)


def test_no_file_names_a_path_of_this_machine(hub: HubServer, run_folder: Path, tmp_path: Path) -> None:
    push_model(run_folder, Destination("me/detector"))
    for name, file in hub.repository("me/detector").files.items():
        for path in (str(tmp_path), f"{Path.home()}/", str(Path.cwd())):
            assert path.encode() not in file.content, name


def test_run_folder_brings_its_record_evaluations_and_onnx(hub: HubServer, run_folder: Path) -> None:
    (run_folder / "model" / "onnx").mkdir()
    (run_folder / "model" / "onnx" / "model.onnx").write_bytes(b"\x08\x0aonnx")
    (run_folder / "model" / "onnx" / "preprocessing.json").write_text(json.dumps({"from": str(run_folder)}))
    (run_folder / "model" / "training_args.bin").write_bytes(b"pickled")
    push_model(run_folder, Destination("me/detector"))
    files = hub.repository("me/detector").files
    assert set(files) >= {
        "run.json", "history.json", "calibration.json", "evaluations/val/results.json", "LICENSE", "onnx/model.onnx",
        "figures/tiers.png", "figures/sources.png",
    }  # fmt: skip
    assert json.loads(files["onnx/preprocessing.json"].content) == {"from": run_folder.name}
    assert not {"training_args.bin", "model/training_args.bin", "checkpoints"} & set(files)


def test_robustness_curves_of_the_headline_split_are_drawn(hub: HubServer, run_folder: Path) -> None:
    tier = TierResult(balanced_accuracy=0.8, ci95={"balanced_accuracy": (0.7, 0.9)})
    points = [SweepPoint("RUN", "jpeg", "JPEG quality", quality, 5, 5, tier) for quality in (90.0, 30.0)]
    SweepResult("photos", points).write(run_folder / "evaluations" / "val")
    push_model(run_folder, Destination("me/detector"))
    files = hub.repository("me/detector").files
    assert json.loads(files["evaluations/val/robustness.json"].content)["dataset"] == "photos"
    assert "](figures/robustness.png)" in files["README.md"].content.decode()
    assert Image.open(io.BytesIO(files["figures/robustness.png"].content)).width > 400


def test_readme_that_somebody_wrote_goes_as_it_is(hub: HubServer, run_folder: Path) -> None:
    (run_folder / "README.md").write_text("---\nlicense: mit\n---\n# My own words\n")
    push_model(run_folder, Destination("me/detector"))
    assert hub.repository("me/detector").files["README.md"].content.endswith(b"# My own words\n")


def test_onnx_folder_without_a_model_is_refused(hub: HubServer, tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match=r"holds no \.onnx file"):
        push_model(tiny_model, Destination("me/detector"), onnx=tmp_path)
    assert not hub.requests
