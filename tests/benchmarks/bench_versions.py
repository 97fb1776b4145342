"""How far p_fake moves with the versions of the libraries that make the pixels and the logits: their lowest and newest.

    python tests/benchmarks/bench_versions.py [--with pillow==11.3.0] [--with torchvision]... [--output versions.json]

Images of the gallery, and smaller ones in three formats, are judged by every embedded model in both runtimes:
as this environment is, and with each of the given packages installed over it (`pip install --target`, into a folder
that is removed). By default these are Pillow and onnxruntime, the lowest that pyproject.toml allows and the newest.
Printed is the largest difference of p_fake from this environment's; above 0.005 the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import requires
from pathlib import Path

ALLOWED = 0.005

JUDGE = """
import io, json, sys
from importlib.metadata import version

from PIL import Image
from realfake_hf.detection.detector import Detector
from realfake_hf.weights import embedded_models
from transformers.utils import is_torchvision_available

found = {}
for model in embedded_models():
    for runtime in ("onnx", "torch"):
        detector = Detector(model, runtime=runtime)
        for path in sys.argv[1:]:
            for name, content in json.load(open(path)).items():
                verdict = detector(io.BytesIO(bytes.fromhex(content)))
                found[f"{model} {runtime} {name}"] = verdict.p_fake
versions = {name: version(name) for name in ("pillow", "onnxruntime")}
print(json.dumps({**versions, "torchvision": is_torchvision_available(), "p_fake": found}))
"""


def lowest(package: str) -> str:
    """Of the versions that are allowed, as a requirement of pip."""
    (bound,) = (line for line in requires("realfake-hf") or () if line.startswith(package) and "extra" not in line)
    (version,) = re.findall(r">=([\d.]+)", bound)
    return f"{package}=={version}"


def write_images(file: Path) -> None:
    """The bytes of images in many formats and sizes, made once, by this environment."""
    import io

    from PIL import Image

    from realfake_hf.detection.gallery import GALLERY_FOLDER
    from realfake_hf.images.image_folders import find_images

    images = {}
    for path in find_images(GALLERY_FOLDER)[::2]:
        images[path.name] = path.read_bytes()
        with Image.open(path) as image:
            picture = image.convert("RGB")
        for format in ("PNG", "WEBP", "JPEG"):
            stream = io.BytesIO()
            picture.resize((picture.width * 2 // 3, picture.height * 2 // 3)).save(stream, format)
            images[f"{path.stem}, smaller, {format}"] = stream.getvalue()
    file.write_text(json.dumps({name: content.hex() for name, content in images.items()}), encoding="utf-8")


def judged(images: Path, overlay: Path | None = None) -> dict[str, object]:
    """What a process says that sees the packages of a folder first."""
    before = [str(overlay)] if overlay else []
    path = os.pathsep.join([*before, *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(images)],
        env={**os.environ, "PYTHONPATH": path, "HF_HUB_OFFLINE": "1"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def described(found: dict[str, object]) -> str:
    """The versions that judged."""
    return f"Pillow {found['pillow']}, onnxruntime {found['onnxruntime']}, torchvision {found['torchvision']}"


def main() -> None:
    """Judge in each environment and print the differences."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--with", action="append", dest="packages", help="what pip is to install over this environment")
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    table: dict[str, dict[str, object]] = {}
    defaults = [f"{wanted} --no-deps" for name in ("pillow", "onnxruntime") for wanted in (lowest(name), name)]
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "images.json"
        write_images(images)
        here = judged(images)
        print(f"this environment: {described(here)}, {len(here['p_fake'])} verdicts")
        for number, packages in enumerate(options.packages or defaults):
            overlay = Path(folder) / f"overlay-{number}"
            command = ["-m", "pip", "install", "-q", "--target", str(overlay), *packages.split()]
            subprocess.run([sys.executable, *command], check=True)
            there = judged(images, overlay)
            largest = max(abs(p_fake - there["p_fake"][name]) for name, p_fake in here["p_fake"].items())
            table[packages] = {**there, "largest_difference": largest}
            print(f"{packages}: {described(there)}: p_fake differs by at most {largest:.6f}", flush=True)
    if options.output:
        options.output.write_text(json.dumps({"here": here, **table}, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if any(row["largest_difference"] > ALLOWED for row in table.values()) else 0)


if __name__ == "__main__":
    main()
