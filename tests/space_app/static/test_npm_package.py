"""A package that came damaged is fetched again, and never taken."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from space_app.static.npm_package import TRIES, NpmPackage

CONTENT = os.urandom(5000)


@pytest.fixture
def archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as package:
        member = tarfile.TarInfo("package/dist/a.js")
        member.size = len(CONTENT)
        package.addfile(member, io.BytesIO(CONTENT))
    return packed.getvalue()


@pytest.fixture
def package(archive: bytes) -> NpmPackage:
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    return NpmPackage("some-package", "1.2.3", f"sha512-{digest}")


@pytest.fixture
def npm(tmp_path: Path, archive: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm that ends with 0, and whose download is cut short as often as the file `damaged` has lines."""
    folder = tmp_path / "npm"
    folder.mkdir()
    (folder / "whole.tgz").write_bytes(archive)
    (folder / "cut.tgz").write_bytes(archive[: len(archive) // 2])
    (folder / "damaged").touch()
    program = folder / "npm"
    program.write_text(
        "#!/bin/sh\n"
        f"cd {folder}\n"
        "echo called >> calls\n"
        "from=whole.tgz\n"
        'if [ "$(wc -l < calls)" -le "$(wc -l < damaged)" ]; then from=cut.tgz; fi\n'
        'cp $from "$4/some-package-1.2.3.tgz"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


@pytest.mark.parametrize("damaged", [0, 1, TRIES - 1])
def test_package_that_came_damaged_is_fetched_again(package, npm, tmp_path, damaged):
    (npm / "damaged").write_text("once\n" * damaged)
    folder = tmp_path / "taken"
    folder.mkdir()
    package.extract(["dist/a.js"], folder)
    assert [path.name for path in folder.iterdir()] == ["a.js"]
    assert (folder / "a.js").read_bytes() == CONTENT
    assert len((npm / "calls").read_text().split()) == damaged + 1


def test_package_that_stays_damaged_is_one_sentence(package, npm, tmp_path):
    (npm / "damaged").write_text("once\n" * TRIES)
    folder = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(RealFakeError, match=r"npm fetched a damaged some-package 1\.2\.3, 3 times\."):
        package.extract(["dist/a.js"], folder)
    assert list(folder.iterdir()) == []


def test_what_npm_says_is_passed_on(package, npm, tmp_path):
    (npm / "npm").write_text("#!/bin/sh\necho 'npm error 404  Not Found.' >&2\nexit 1\n")
    with pytest.raises(RealFakeError, match=r"npm cannot fetch some-package 1\.2\.3: npm error 404 Not Found\.$"):
        package.extract(["dist/a.js"], tmp_path)
