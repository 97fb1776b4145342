"""`realfake audit`: the verdict in words and in JSON, and its exit codes."""

from __future__ import annotations

import json


def test_verdict_and_figures_are_printed_and_written(invoke, make_imagefolder, tmp_path):
    data = make_imagefolder({"train": 6}, size=96)
    done = invoke("audit", data, "--output", tmp_path / "out", "--workers", 1, "--quiet", "--json")
    assert done.exit_code == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed == json.loads((tmp_path / "out" / "audit.json").read_text())
    assert printed["verdict"] in ("pass", "warn", "fail")
    done = invoke("audit", data, "--output", tmp_path / "out", "--workers", 1, "--overwrite")
    assert done.stdout.startswith(f"{printed['verdict']}: {data}, 6 real and 6 fake images")
    assert f"AUC {printed['border_auc']:.3f}" in done.stdout


def test_an_unknown_recipe_exits_2_and_names_the_nearest(invoke, make_imagefolder, tmp_path):
    done = invoke("audit", make_imagefolder({"train": 2}), "--output", tmp_path / "out", "--recipe", "realfake-nett")
    assert done.exit_code == 2
    assert "realfake-net" in done.stderr
    assert not (tmp_path / "out").exists()


def test_several_data_sets_are_audited_as_one(invoke, make_imagefolder, tmp_path):
    first, second = (make_imagefolder({"train": 4}, size=96, name=name) for name in ("first", "second"))
    done = invoke("audit", first, second, "--output", tmp_path / "out", "--workers", 1, "--quiet", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["n_real"], found["n_fake"]) == (8, 8)
    assert found["data"] == f"{first} + {second}"


def test_the_largest_seed_is_as_good_as_any(invoke, make_imagefolder, tmp_path):
    data = make_imagefolder({"train": 6}, size=96)
    done = invoke("audit", data, "-o", tmp_path / "out", "--workers", 1, "--quiet", "--seed", 2**32 - 1)
    assert done.exit_code == 0, done.stderr
