"""A full disk and a folder that cannot be written to are named as such, not as a fault of the program."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path

import pytest

from realfake_hf.cli.system_errors import system_sentence

from .conftest import command, one_sentence


def test_full_disk_names_the_file():
    error = OSError(errno.ENOSPC, "No space left on device", "out/a.json.part")
    assert system_sentence(error) == (
        "The disk is full while out/a.json.part was written, or a limit of the system is reached: free space, then "
        "give the same command again."
    )


def test_a_file_that_cannot_take_its_place_is_named_by_its_own_name():
    error = IsADirectoryError(errno.EISDIR, "Is a directory", "out/a.json.part", None, "out/a.json")
    assert system_sentence(error) == "out/a.json cannot be used (Is a directory): check the path, or name another one."


def test_links_in_a_circle_are_the_systems_refusal():
    error = OSError(errno.ELOOP, "Too many levels of symbolic links", "circle/out")
    assert system_sentence(error) == (
        "circle/out cannot be used (Too many levels of symbolic links): check the path, or name another one."
    )


def test_cause_of_a_librarys_error_counts():
    error = RuntimeError("write failed")
    error.__cause__ = PermissionError(errno.EACCES, "Permission denied", "/out")
    assert system_sentence(error) == "/out cannot be used (Permission denied): check the path, or name another one."


@pytest.mark.parametrize(
    "words",
    [
        'I/O error: Os { code: 28, kind: StorageFull, message: "No space left on device" }',
        "PytorchStreamWriter failed",
        "basic_ios::clear: iostream error",
    ],
)
def test_librarys_own_words_for_a_full_disk(words):
    assert "The disk is full" in system_sentence(RuntimeError(words))


def test_a_name_that_libraries_cannot_take_is_named():
    with pytest.raises(UnicodeEncodeError) as raised:
        "{\n  out/\udcff/a.parquet\n}".encode()
    assert system_sentence(raised.value) == (
        "  out/\\udcff/a.parquet has bytes that are no UTF-8: give it another name."
    )


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp', '/']"),
        OSError(
            "Matplotlib requires access to a writable cache directory, and a temporary directory could not be created"
        ),
    ],
)
def test_a_system_without_temporary_files_is_said_with_the_variable_that_mends_it(error):
    assert system_sentence(error) == "There is no folder for temporary files: set TMPDIR to one that can be written."


@pytest.mark.parametrize(
    "error", [BlockingIOError(errno.EAGAIN, "Resource unavailable"), RuntimeError("can't start new thread")]
)
def test_a_limit_of_threads_is_named(error):
    assert system_sentence(error) == (
        "The system allows no more threads or processes: use fewer workers, or raise the limit (ulimit -u)."
    )


def test_a_user_without_a_home_is_told_where_else_to_keep_what_is_fetched():
    assert system_sentence(RuntimeError("Could not determine home directory.")) == (
        "There is no home folder to keep what is fetched: set HF_HOME to a folder that can be written."
    )


@pytest.mark.parametrize(
    "words",
    [
        "DataLoader worker (pid 12) is killed by signal: Killed. ",
        "DataLoader worker (pid(s) 12, 13) exited unexpectedly",
    ],
)
def test_a_loaders_worker_that_is_killed_lacked_memory(words):
    assert system_sentence(RuntimeError(words)) == (
        "The memory does not suffice: use smaller batches or fewer workers."
    )


def test_faults_of_ours_stay_ours():
    assert system_sentence(ValueError("min() arg is an empty sequence")) is None
    assert system_sentence(OSError("cannot identify image file")) is None


@pytest.mark.parametrize("output", ["verdicts.jsonl", "verdicts.csv", "verdicts.parquet"])
def test_scan_onto_a_full_disk_ends_in_a_sentence(output, tiny_onnx, photo_paths, tmp_path):
    resource = pytest.importorskip("resource")

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

    arguments = command("scan", *photo_paths, "--model", tiny_onnx / "onnx", "-o", tmp_path / output, "--workers", 1)
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=300, preexec_fn=limit_files)
    assert done.returncode == 2
    assert "The disk is full" in one_sentence(done.stderr)
    assert not (tmp_path / output).exists() or Path(output).suffix == ".jsonl"
    again = subprocess.run([*arguments, "--resume"], capture_output=True, text=True, timeout=300)
    assert again.returncode == 0, again.stderr
