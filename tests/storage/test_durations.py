"""What steps took is remembered where that is possible, and costs nothing where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.storage.durations import durations_file, read_durations, remember_durations


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_later_times_take_the_place_of_earlier_ones(cache):
    assert read_durations() == {}
    remember_durations({"scan Reading": 2.4, "train Reading": 100.0})
    remember_durations({"scan Reading": 3.6})
    assert read_durations() == {"scan Reading": 4, "train Reading": 100}
    assert [path.name for path in (cache / "realfake-hf").iterdir()] == ["durations.txt"]


@pytest.mark.parametrize("content", [b"", b"\xff\n3", b"x\tscan\n-4\tscan\n1e9\tscan\n\n" + b"9" * 5000 + b"\tscan\n"])
def test_damaged_file_tells_nothing(cache, content):
    durations_file().parent.mkdir()
    durations_file().write_bytes(content)
    assert not {step for step in read_durations() if step}
    remember_durations({"scan Reading": 2})
    assert read_durations()["scan Reading"] == 2


@pytest.mark.parametrize("folder", ["file/below", "/proc/nothing"])
def test_cache_that_cannot_be_written_costs_nothing(cache, monkeypatch, folder):
    (cache / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache / folder))
    remember_durations({"scan Reading": 2})
    assert read_durations() == {}


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "/home/me/.cache"),
        ("darwin", {}, "/home/me/Library/Caches"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local"),
        ("win32", {}, "/home/me/.cache"),
        ("darwin", {"XDG_CACHE_HOME": "/elsewhere"}, "/elsewhere"),
    ],
)
def test_folder_is_the_platforms(monkeypatch, platform, variables, expected):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/me")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    assert durations_file() == Path(expected, "realfake-hf", "durations.txt")
