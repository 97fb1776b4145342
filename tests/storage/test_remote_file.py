"""Files behind URLs: sent whole, fetched whole, refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.remote_file import RemoteFile, is_url


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REALFAKE_CACHE", str(tmp_path / "cache"))
    fsspec.filesystem("memory").store.clear()


@pytest.mark.parametrize("name", ["s3://bucket/v.jsonl", "memory://v.csv", "hf://datasets/me/x/v.parquet"])
def test_urls(name):
    assert is_url(name)


@pytest.mark.parametrize("name", ["v.jsonl", "/tmp/a://b", "C://v.jsonl", Path("s3:/bucket/v.jsonl"), ""])
def test_paths(name):
    assert not is_url(name)


def test_what_was_sent_is_there_and_comes_back():
    file = RemoteFile("memory://folder/v.jsonl")
    assert not file.exists()
    file.local.write_text("all")
    file.send()
    assert file.exists()
    assert not file.local.exists()
    again = RemoteFile("memory://folder/v.jsonl")
    again.fetch()
    assert again.local.read_text() == "all"
    assert again.local == file.local != RemoteFile("memory://other/v.jsonl").local


def test_a_fetch_that_breaks_leaves_nothing(monkeypatch):
    def breaks(self: object, path: str, local: str, **settings: object) -> None:
        Path(local).write_text("ha")
        raise ConnectionError("timed out")

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.get_file", breaks)
    file = RemoteFile("memory://folder/broken.jsonl")
    with pytest.raises(RealFakeError, match="cannot be reached"):
        file.fetch()
    assert list(file.local.parent.iterdir()) == []


def test_unknown_system_is_a_sentence():
    with pytest.raises(RealFakeError, match=r"nowhere://v\.jsonl cannot be used: .*nowhere"):
        RemoteFile("nowhere://v.jsonl")


def test_store_that_fails_is_a_sentence(monkeypatch):
    def fail(self: object, path: str, **settings: object) -> bool:
        raise ConnectionError("timed out\nand more")

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.exists", fail)
    with pytest.raises(RealFakeError, match=r"^memory://v\.jsonl cannot be reached: timed out\.$"):
        RemoteFile("memory://v.jsonl").exists()
