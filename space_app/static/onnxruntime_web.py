"""The files of onnxruntime-web, fetched from npm once and kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from realfake_hf.errors import RealFakeError

VERSION = "1.30.0"
FILES = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")
"""The smallest that run on a processor: the library, and the WebAssembly that it starts."""

CACHE_VARIABLE = "REALFAKE_CACHE"
"""The folder to keep them in; by default ~/.cache/realfake-hf (`XDG_CACHE_HOME`)."""

NOTICE = f"""onnxruntime-web {VERSION}, copyright Microsoft Corporation, MIT licence.
Taken unchanged from the npm package of that name and version.
"""


def onnxruntime_web() -> list[Path]:
    """The two files, from the cache or, the first time, by `npm pack`.

    Raises:
        RealFakeError: npm is missing, or cannot fetch the package.
    """
    folder = _cache_folder() / f"onnxruntime-web-{VERSION}"
    files = [folder / name for name in FILES]
    if not all(file.is_file() for file in files):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as draft:
            _fetch(Path(draft))
            for file in files:
                (Path(draft) / file.name).replace(file)
    return files


def _fetch(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RealFakeError("The page needs npm, once, to fetch onnxruntime-web: install Node.js.")
    command = [npm, "pack", f"onnxruntime-web@{VERSION}", "--pack-destination", str(folder), "--loglevel", "error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    package = next(folder.glob("*.tgz"), None)
    if done.returncode or package is None:
        reason = " ".join(done.stderr.split())[:200].rstrip(".")
        raise RealFakeError(f"npm cannot fetch onnxruntime-web {VERSION}: {reason}.")
    with tarfile.open(package) as archive:
        for name in FILES:
            content = archive.extractfile(f"package/dist/{name}")
            assert content is not None
            with content, (folder / name).open("wb") as file:
                shutil.copyfileobj(content, file)


def _cache_folder() -> Path:
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "realfake-hf"
