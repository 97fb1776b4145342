"""prepare: that it can be killed, run again and added to."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys

import pytest
from PIL import Image
from prepared import prepare, splits, tree

from realfake_hf.errors import RealFakeError


class TestAgain:
    def test_a_second_run_touches_nothing(self, originals, tmp_path):
        root, out = originals(), tmp_path / "out"
        first = prepare(root, out)
        times = {path: path.stat().st_mtime_ns for path in out.rglob("*.jpg")}
        second = prepare(root, out)
        assert (second.scanned, second.remade, second.removed) == (0, 0, 0)
        assert second.counts == first.counts
        assert {path: path.stat().st_mtime_ns for path in out.rglob("*.jpg")} == times

    def test_deleted_variants_are_made_again_and_only_they(self, originals, tmp_path):
        root, out = originals(), tmp_path / "out"
        prepare(root, out)
        before = tree(out)
        victim = sorted((out / "48").rglob("*.jpg"))[3]
        victim.unlink()
        assert prepare(root, out, workers=2).remade == 1
        assert tree(out) == before

    def test_a_further_size_is_added(self, originals, tmp_path):
        root, out = originals(6), tmp_path / "out"
        prepare(root, out, sizes=(32,))
        summary = prepare(root, out, sizes=(48,))
        assert (summary.scanned, summary.remade, summary.sizes) == (0, 12, [32, 48])
        prepare(root, tmp_path / "both", sizes=(32, 48))
        assert tree(out) == tree(tmp_path / "both")

    @pytest.mark.parametrize("elsewhere", [False, True])
    def test_added_files_leave_old_splits_alone(self, originals, tmp_path, elsewhere):
        root, out = originals(24), tmp_path / "out"
        prepare(root, out)
        old = splits(out)
        originals(24, first=24)
        other = tmp_path / "elsewhere" if elsewhere else out
        assert prepare(root, other).scanned == (96 if elsewhere else 48)
        new = splits(other)
        assert len(new) == 96
        assert {path: new[path] for path in old} == old

    def test_removed_and_changed_originals_take_their_variants_with_them(self, originals, tmp_path):
        root, out = originals(), tmp_path / "out"
        prepare(root, out)
        (root / "real/real-source-0/000.jpg").unlink()
        Image.new("RGB", (50, 40), (9, 99, 199)).save(root / "fake/fake-source-0/002.png")
        summary = prepare(root, out)
        assert (summary.files, summary.scanned, summary.removed) == (47, 1, 4)
        prepare(root, tmp_path / "fresh")
        assert {path.name for path in out.rglob("*.jpg")} == {path.name for path in (tmp_path / "fresh").rglob("*.jpg")}

    def test_a_split_that_runs_empty_disappears(self, originals, tmp_path):
        root, out = originals(12, below="train"), tmp_path / "out"
        originals(6, first=12, below="test")
        prepare(root, out, val=0, parquet=True)
        assert len(list(out.rglob("metadata.parquet"))) == 4
        shutil.rmtree(root / "test")
        prepare(root, out, val=0)
        prepare(root, tmp_path / "fresh", val=0, parquet=True)
        assert tree(out) == tree(tmp_path / "fresh")
        assert not (out / "32" / "test").exists()

    def test_other_settings_are_refused_until_overwrite(self, originals, tmp_path):
        root, out = originals(6), tmp_path / "out"
        prepare(root, out)
        before = tree(out)
        with pytest.raises(RealFakeError, match=r"was made with seed 30, not 7: .*`overwrite`"):
            prepare(root, out, seed=7)
        assert tree(out) == before
        prepare(root, out, seed=7, sizes=(24,), overwrite=True)
        assert {path.name for path in out.iterdir() if not path.name.startswith(".")} == {
            "24",
            "README.md",
            "manifest.parquet",
            "prepare.json",
        }

    def test_another_collection_is_refused(self, originals, tmp_path):
        prepare(originals(6), tmp_path / "out")
        other = originals(6, root=tmp_path / "other")
        with pytest.raises(RealFakeError, match="was made with source"):
            prepare(other, tmp_path / "out")


KILLED_RUN = """
import os, signal, sys
from {package} import {module}
from realfake_hf.data.preparing.prepare import prepare

done = {module}.{name}
calls = 0

def then_die(*arguments):
    global calls
    calls += 1
    if calls > 17:
        os.kill(os.getpid(), signal.SIGKILL)
    return done(*arguments)

{module}.{name} = then_die
prepare(sys.argv[1], sys.argv[2], sizes=(32, 48), workers=2, progress=False)
"""


class TestKill:
    @pytest.mark.parametrize(
        ("package", "module", "name", "scanned"),
        [
            ("realfake_hf.storage", "journal", "Journal.append", 48 - 17),
            ("realfake_hf.data.preparing", "prepare_folder", "PrepareFolder.place", 0),
        ],
    )
    def test_a_killed_run_goes_on_and_ends_as_if_it_had_not_been(
        self, originals, tmp_path, package, module, name, scanned
    ):
        root, out = originals(), tmp_path / "out"
        script = KILLED_RUN.format(package=package, module=module, name=name)
        run = subprocess.run([sys.executable, "-c", script, root, out], check=False, timeout=120)
        assert run.returncode == -signal.SIGKILL
        assert not (out / "manifest.parquet").exists()
        summary = prepare(root, out)
        assert summary.scanned == scanned
        prepare(root, tmp_path / "uninterrupted")
        assert tree(out) == tree(tmp_path / "uninterrupted")
        assert not (out / ".prepare" / "staged").exists()

    def test_files_added_between_kill_and_resume(self, originals, tmp_path):
        root, out = originals(), tmp_path / "out"
        script = KILLED_RUN.format(
            package="realfake_hf.data.preparing", module="prepare_folder", name="PrepareFolder.place"
        )
        subprocess.run([sys.executable, "-c", script, root, out], check=False, timeout=120)
        originals(6, first=24)
        prepare(root, out)
        prepare(root, tmp_path / "uninterrupted")
        assert tree(out) == tree(tmp_path / "uninterrupted")


class TestDamage:
    def test_a_damaged_manifest_is_not_taken_for_none(self, originals, tmp_path):
        root, out = originals(6), tmp_path / "out"
        prepare(root, out)
        (out / "manifest.parquet").write_bytes(b"PAR1 and no more")
        with pytest.raises(RealFakeError, match=r"manifest\.parquet is damaged, and it says which image went where"):
            prepare(root, out)

    def test_damaged_settings_are_named(self, originals, tmp_path):
        root, out = originals(6), tmp_path / "out"
        prepare(root, out)
        settings = json.loads((out / "prepare.json").read_text())
        (out / "prepare.json").write_text(json.dumps({**settings, "sizes": ["48"]}))
        with pytest.raises(RealFakeError, match=r"prepare\.json is damaged, .*`\$\.sizes\[0\]`\): give another folder"):
            prepare(root, out)
