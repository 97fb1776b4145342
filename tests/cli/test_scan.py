"""`realfake scan` on real photographs and on everything that is none."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import command, one_sentence

RECORD_KEYS = ["path", "label", "p_fake", "width", "height", "format", "warnings", "provenance", "error"]
RECORD_KEYS += ["model", "bytes", "modified", "share_seen"]


@pytest.fixture
def bad_files(photo_paths: list[Path], tmp_path: Path) -> Path:
    """A folder with one photograph, a truncated one, a text file named .jpg and a file of 0 bytes."""
    folder = tmp_path / "bad"
    folder.mkdir()
    shutil.copy(photo_paths[0], folder / "good.jpg")
    (folder / "half.jpg").write_bytes(photo_paths[1].read_bytes()[:8000])
    (folder / "text.jpg").write_text("Dear diary")
    (folder / "zero.jpg").touch()
    return folder


def records(stdout: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in stdout.splitlines()]


def on_a_terminal(*arguments: object, **environment: str) -> tuple[int, str]:
    """How a command ended that ran on a terminal, and all that this showed."""
    reader, writer = pty.openpty()
    process = subprocess.Popen(command(*arguments), stdout=writer, stderr=writer, env={**os.environ, **environment})
    os.close(writer)
    printed = b""
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while chunk := os.read(reader, 65536):
            printed += chunk
    os.close(reader)
    return process.wait(timeout=60), printed.decode()


class TestPipe:
    def test_one_json_record_a_line(self, realfake, photo_paths, tiny_model):
        done = realfake("scan", photo_paths[0].parent, "--model", tiny_model)
        assert (done.returncode, done.stderr) == (0, "")
        found = records(done.stdout)
        assert [record["path"] for record in found] == [str(path) for path in photo_paths]
        for record in found:
            assert list(record) == RECORD_KEYS
            assert record["label"] in ("real", "fake")
            assert 0 <= record["p_fake"] <= 1
            assert (record["format"], record["provenance"], record["error"]) == ("JPEG", None, None)

    def test_paths_on_standard_input(self, invoke, photo_paths, tiny_model):
        result = invoke("scan", "-", "--model", tiny_model, input="\n".join(map(str, photo_paths[:2])))
        assert [record["path"] for record in records(result.stdout)] == [str(path) for path in photo_paths[:2]]

    def test_batch_size_and_workers_do_not_change_verdicts(self, invoke, photo_paths, tiny_model):
        one, other = (
            records(invoke("scan", *photo_paths, "-m", tiny_model, "--batch-size", size, "--workers", workers).stdout)
            for size, workers in ((1, 1), (4, 3))
        )
        for first, second in zip(one, other, strict=True):
            assert first.pop("p_fake") == pytest.approx(second.pop("p_fake"), abs=1e-6)
            assert first == second

    def test_images_among_the_heatmaps_are_left_out_aloud(self, invoke, bad_files, photo_paths, tiny_model):
        result = invoke("scan", photo_paths[0], bad_files, "-m", tiny_model, "--heatmaps", bad_files)
        assert [record["path"] for record in records(result.stdout)] == [str(photo_paths[0])]
        assert result.stderr == f"4 of the images lie in --heatmaps {bad_files}, where nothing is judged.\n"


class TestTerminal:
    def test_table_with_words_percentages_reasons_and_a_summary(self, bad_files, tiny_model):
        code, output = on_a_terminal("scan", bad_files, "--model", tiny_model, COLUMNS="120", NO_COLOR="1")
        assert code == 1
        # Whatever waits may have drawn a bar before, and wiped it away.
        assert any(line.removeprefix("\x1b[K").lstrip().startswith("path ") for line in output.splitlines())
        assert " %" in output
        assert re.search(r"zero\.jpg +- +- +is empty", output)
        assert "4 images: " in output
        assert "3 not judged" in output
        assert '{"path"' not in output

    def test_letters_that_the_terminal_lacks_are_escaped(self, photo_paths, tiny_model, tmp_path):
        photo = shutil.copy(photo_paths[0], tmp_path / "日本.jpg")
        code, output = on_a_terminal("scan", photo, "--model", tiny_model, PYTHONIOENCODING="ascii")
        assert code == 0
        assert r"\u65e5\u672c.jpg" in output

    def test_json_is_json_there_too(self, invoke, photo_paths, tiny_model, monkeypatch):
        monkeypatch.setattr("realfake_hf.cli.scan.on_terminal", lambda: True)
        arguments = ("scan", photo_paths[0], "--model", tiny_model)
        assert "1 image: 1 " in invoke(*arguments).stdout
        assert [record["path"] for record in records(invoke(*arguments, "--json").stdout)] == [str(photo_paths[0])]

    def test_quiet_leaves_the_summary_out(self, invoke, photo_paths, tiny_model, monkeypatch):
        monkeypatch.setattr("realfake_hf.cli.scan.on_terminal", lambda: True)
        output = invoke("scan", photo_paths[0], "--model", tiny_model, "--quiet").stdout
        assert "p_fake" in output
        assert "1 image" not in output


class TestBadInput:
    def test_missing_path_alone(self, realfake):
        done = realfake("scan", "gone.jpg")
        assert done.returncode == 2
        assert one_sentence(done.stderr) == "gone.jpg does not exist: check the path."

    def test_folder_without_images(self, realfake, tmp_path):
        done = realfake("scan", tmp_path)
        assert done.returncode == 2
        assert one_sentence(done.stderr) == f"{tmp_path} holds no images: check the path."

    def test_unreadable_files_are_named_and_the_others_have_their_results(self, realfake, bad_files, tiny_model):
        done = realfake("scan", bad_files, "gone.jpg", "--model", tiny_model)
        assert done.returncode == 1
        by_name = {Path(str(record["path"])).name: record for record in records(done.stdout)}
        assert by_name["good.jpg"]["label"] in ("real", "fake")
        sentences = done.stderr.strip().splitlines()
        assert len(sentences) == 4
        for name, reason in (
            ("half.jpg", "truncated"),
            ("text.jpg", "not an image"),
            ("zero.jpg", "is empty"),
            ("gone.jpg", "does not exist"),
        ):
            record = by_name[name]
            assert (record["label"], record["p_fake"]) == (None, None)
            assert reason in str(record["error"])
            assert any(name in sentence and reason in sentence for sentence in sentences)

    @pytest.mark.parametrize("model", ["no/such-model", "no such name"])
    def test_model_that_does_not_exist(self, realfake, photo_paths, model):
        done = realfake("scan", photo_paths[0], "--model", model)
        assert done.returncode == 2
        assert model in one_sentence(done.stderr)

    def test_folder_that_is_no_model(self, invoke, photo_paths, tmp_path):
        result = invoke("scan", photo_paths[0], "--model", tmp_path)
        assert result.exit_code == 2
        assert "holds no model" in one_sentence(result.stderr)

    def test_wrong_output_is_refused_before_anything_is_judged(self, invoke, photo_paths):
        result = invoke("scan", photo_paths[0], "--model", "no/such-model", "--output", "verdicts.xlsx")
        assert result.exit_code == 2
        assert "verdicts.xlsx must end in" in one_sentence(result.stderr)


class TestFailOn:
    @pytest.mark.parametrize(
        ("low", "high", "fail_on", "code"),
        [(0.0, 0.0, "fake", 3), (1.0, 1.0, "fake", 0), (0.0, 1.0, "fake", 0), (0.0, 1.0, "unsure", 3)],
    )
    def test_exit_code(self, invoke, photo_paths, tiny_model, tmp_path, low, high, fail_on, code):
        model = shutil.copytree(tiny_model, tmp_path / "model")
        config = json.loads((model / "config.json").read_text())
        config.update(threshold_low=low, threshold_high=high)
        (model / "config.json").write_text(json.dumps(config))
        result = invoke("scan", photo_paths[0], "--model", model, "--fail-on", fail_on)
        assert result.exit_code == code
        assert len(records(result.stdout)) == 1


class TestOutput:
    def test_jsonl_holds_what_the_pipe_gets(self, invoke, photo_paths, tiny_model, tmp_path):
        file = tmp_path / "verdicts.jsonl"
        result = invoke("scan", *photo_paths[:3], "--model", tiny_model, "--output", file)
        assert result.exit_code == 0
        assert file.read_text(encoding="utf-8") == result.stdout

    def test_quiet_with_an_output_prints_nothing(self, invoke, photo_paths, tiny_model, tmp_path):
        file = tmp_path / "verdicts.csv"
        result = invoke("scan", *photo_paths[:3], "--model", tiny_model, "--output", file, "--quiet")
        assert (result.exit_code, result.output) == (0, "")
        with file.open(newline="") as stream:
            assert [row["path"] for row in csv.DictReader(stream)] == [str(path) for path in photo_paths[:3]]

    def test_existing_file_is_kept_until_overwrite(self, invoke, photo_paths, tiny_model, tmp_path):
        file = tmp_path / "verdicts.jsonl"
        file.write_text("precious\n")
        result = invoke("scan", photo_paths[0], "--model", tiny_model, "--output", file)
        assert result.exit_code == 2
        assert "--overwrite" in one_sentence(result.stderr)
        assert file.read_text() == "precious\n"
        assert invoke("scan", photo_paths[0], "-m", tiny_model, "-o", file, "--overwrite").exit_code == 0
        assert len(records(file.read_text())) == 1

    def test_scan_killed_in_the_middle_is_resumed(self, invoke, photo_paths, tiny_model, tmp_path):
        folder, file = tmp_path / "photos", tmp_path / "verdicts.jsonl"
        folder.mkdir()
        for index in range(300):
            (folder / f"{index:03d}.jpg").symlink_to(photo_paths[index % 6])
        options = ("--model", tiny_model, "--output", file, "--batch-size", 2, "--workers", 1)
        scan = subprocess.Popen(command("scan", folder, *options), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 600
        while not (file.exists() and file.read_bytes().count(b"\n") >= 5) and time.monotonic() < deadline:
            time.sleep(0.01)
        scan.send_signal(signal.SIGKILL)
        assert scan.wait() == -signal.SIGKILL
        done = file.read_bytes().count(b"\n")
        assert 5 <= done < 300

        result = invoke("scan", folder, *options, "--resume")

        assert result.exit_code == 0
        assert len(records(result.stdout)) == 300 - done
        found = records(file.read_text())
        assert [record["path"] for record in found] == sorted(map(str, folder.iterdir()))
        for record in found:  # the same photograph, the same verdict, before and after the kill
            twin = found[int(Path(str(record["path"])).stem) % 6]
            assert record["p_fake"] == pytest.approx(twin["p_fake"], abs=1e-6)
