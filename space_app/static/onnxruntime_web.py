"""The files of onnxruntime-web, fetched from npm once and kept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from space_app.static.npm_package import NpmPackage

VERSION = "1.30.0"
PACKAGE = NpmPackage(
    "onnxruntime-web",
    VERSION,
    "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
)
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
        RealFakeError: npm is missing, or cannot fetch the package whole.
    """
    folder = _cache_folder() / f"onnxruntime-web-{VERSION}"
    files = [folder / name for name in FILES]
    if not all(file.is_file() for file in files):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as draft:
            PACKAGE.extract([f"dist/{name}" for name in FILES], Path(draft))
            for file in files:
                (Path(draft) / file.name).replace(file)
    return files


def _cache_folder() -> Path:
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "realfake-hf"
