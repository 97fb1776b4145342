"""The audit finds the leaks that are there, and none where there are none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from realfake_hf.data.auditing import AuditResult, load_verdict
from realfake_hf.data.auditing.audit import TrainingCrop, audit
from realfake_hf.data.auditing.page import audit_card
from realfake_hf.errors import RealFakeError
from realfake_hf.pages.summary_card import Badge
from realfake_hf.records.audit import read_audit

CONTRACT = (
    "verdict", "reasons", "metadata_auc", "border_auc", "thumbnail_auc", "real_vs_real_auc", "ci95",
    "strongest_feature", "near_duplicates_across_splits",
)  # fmt: skip


def run(data: Path, *, crop: int = 64, **options: object) -> AuditResult:
    """Audit for a recipe of that crop."""
    output = data.with_name(f"{data.name}-audited")
    return audit(data, output, crop=TrainingCrop("small", crop), workers=1, progress=False, **options)


@pytest.fixture
def two_splits(make_imagefolder) -> Path:
    return make_imagefolder({"train": 6, "test": 6})


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_photographs_split_at_random_into_two_classes_pass(make_random_classes, seed):
    result = run(make_random_classes(seed))
    assert (result.verdict, result.reasons) == ("pass", [])
    for name in ("metadata_auc", "border_auc", "thumbnail_auc"):
        low, high = result.ci95[name]
        assert low <= getattr(result, name) <= high
        assert low < 0.55


class TestFormatLeak:
    @pytest.fixture
    def result(self, png_fakes) -> AuditResult:
        return run(png_fakes)

    def test_is_found_named_and_fails(self, result, png_fakes):
        assert result.verdict == "fail"
        assert result.metadata_auc > 0.95
        assert result.ci95["metadata_auc"][0] > 0.7
        assert "100 % of the fakes but none of the reals are PNG" in " ".join(own.words for own in result.features)
        assert result.strongest_feature in result.reasons[0]
        assert "realfake prepare" in result.reasons[0]

    def test_files_hold_what_the_contract_names(self, result, png_fakes):
        folder = png_fakes.with_name("png-fakes-audited")
        written = json.loads((folder / "audit.json").read_text())
        assert set(CONTRACT) <= set(written)
        assert read_audit(folder) == result
        assert load_verdict(png_fakes, audit=folder) == result
        page = (folder / "audit.html").read_text()
        assert result.strongest_feature.replace("'", "&#39;") in page
        assert not re.search(r'(?:src|href)="(?!data:|#)', page)

    def test_result_in_use_is_not_replaced_unasked(self, result, png_fakes):
        with pytest.raises(RealFakeError, match="overwrite"):
            run(png_fakes)


def test_perfect_separation_of_six_images_is_no_proof(photo_paths, tmp_path):
    for index, path in enumerate(photo_paths):
        folder = tmp_path / "few" / ("fake" if index % 2 else "real")
        folder.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as opened:
            opened.convert("RGB").save(folder / f"{index}.{'png' if index % 2 else 'jpg'}")
    result = run(tmp_path / "few")
    assert result.verdict == "pass"
    assert result.metadata_auc is None
    assert "3 different images" in result.missing["metadata_auc"]


def test_same_file_in_two_splits_and_two_classes_is_reported(two_splits):
    copied = next((two_splits / "train" / "real").rglob("*.jpg")).read_bytes()
    (two_splits / "test" / "real" / "copy.jpg").write_bytes(copied)
    (two_splits / "test" / "fake" / "copy.jpg").write_bytes(copied)
    result = run(two_splits)
    assert result.near_duplicates_across_splits >= 2
    assert result.label_conflicts == 3
    assert result.verdict == "fail"
    assert any("The very same file is in both classes" in reason for reason in result.reasons)
    card = audit_card(result)
    assert card.headline.startswith("Verdict: fail. Results would count what was learnt by heart, or wrong labels.")
    assert Badge("fail", "label conflicts") in card.badges
    assert result.shared_sources == ["fake-source-0", "fake-source-1", "real-source-0", "real-source-1"]


def test_images_below_the_crop_of_a_recipe_are_reported(two_splits):
    result = run(two_splits, crop=128)
    assert result.crop == 128
    assert result.too_small == {"real": 1.0, "fake": 1.0}
    assert any("128 px" in reason for reason in result.reasons)


def test_unreadable_images_are_counted_and_named(two_splits):
    (two_splits / "test" / "fake" / "broken.jpg").write_bytes(b"no image")
    result = run(two_splits)
    assert result.n_unreadable == 1
    assert "broken.jpg" in (two_splits.with_name("data-audited") / "audit.html").read_text()


def test_one_class_is_not_enough(photo_paths, tmp_path):
    folder = tmp_path / "reals" / "real"
    folder.mkdir(parents=True)
    (folder / "photo.jpg").write_bytes(photo_paths[0].read_bytes())
    with pytest.raises(RealFakeError, match="no fake images"):
        run(tmp_path / "reals")
