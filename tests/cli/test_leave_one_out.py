"""`realfake leave-one-out`: one command from a recipe to what each source costs."""

from __future__ import annotations

import json

import yaml
from tiny_recipe import recipe_values

from .conftest import one_sentence


def test_writes_json_page_figures_and_runs(invoke, make_imagefolder, tmp_path):
    recipe, out = tmp_path / "tiny.yaml", tmp_path / "out"
    recipe.write_text(yaml.safe_dump(recipe_values(epochs=9)))
    arguments = ("--data", make_imagefolder({"train": 6, "val": 4}, size=64), "-o", out, "--sources", "real-source-1")
    result = invoke(
        "leave-one-out", recipe, *arguments, "--set", "training.num_train_epochs=1", "--tiers", "clean", "--workers", 0
    )
    assert result.exit_code == 0, result.output
    assert "2 of 2: without real-source-1 (real)" in result.stderr
    assert "real-source-1" in result.stdout
    found = json.loads((out / "leave_one_out.json").read_text())
    assert [(cost["label"], cost["source"], cost["n"]) for cost in found["costs"]] == [("real", "real-source-1", 2)]
    assert sorted(path.name for path in (out / "runs").iterdir()) == ["all", "real-real-source-1"]
    assert {path.stem for path in (out / "figures").iterdir()} == {"lost-accuracy", "lost-auc"}
    assert "real-source-1" in (out / "page.html").read_text()


def test_unknown_recipe(invoke, tmp_path):
    result = invoke("leave-one-out", "realfake-nett", "--data", tmp_path, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "did you mean realfake-net?" in one_sentence(result.stderr)
