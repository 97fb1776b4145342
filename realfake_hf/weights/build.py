"""While a wheel is built: give each embedded model the code that loads it where this package is not.

In the source tree the code of the models stands once. In what is built each folder of weights has its own copy and
names it in `auto_map`, so that a folder copied or uploaded by hand works with `trust_remote_code=True` alone. This
file is also run by itself, before the package can be imported: the standard library and setuptools are all it takes.

    python realfake_hf/weights/build.py FOLDER     # the same for a folder copied out of the source tree
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

from setuptools.command.build_py import build_py

MODELS = Path(__file__).resolve().parents[1] / "models"
_RELATIVE_IMPORT = re.compile(r"^\s*from \.(\w+) import", re.M)


class BuildWithCode(build_py):
    """setuptools' `build_py`, and the code beside the weights in what was built."""

    def run(self) -> None:
        """Build, then add the code."""
        super().run()
        if self.editable_mode:
            return
        for config in sorted(Path(self.build_lib).glob("realfake_hf/weights/*/config.json")):
            add_code(config.parent)


def add_code(folder: Path, models: Path = MODELS) -> list[Path]:
    """Copy the code that a folder of one of our models needs into it, and name it in `auto_map`.

    Args:
        folder: with `config.json` and `preprocessor_config.json`.
        models: where the code lies.

    Returns:
        The files written.

    Raises:
        ValueError: a class that no file of `models` has.
    """
    config, processor = (json.loads((folder / name).read_text(encoding="utf-8")) for name in _SETTINGS)
    (model,) = config["architectures"]
    classes = {
        "AutoConfig": model.replace("ForImageClassification", "Config"),
        "AutoModelForImageClassification": model,
        "AutoImageProcessor": processor["image_processor_type"],
    }
    files = {auto: _file_of(name, models) for auto, name in classes.items()}
    reference = {auto: f"{files[auto].stem}.{name}" for auto, name in classes.items()}
    processor["auto_map"] = {"AutoImageProcessor": reference.pop("AutoImageProcessor")}
    config["auto_map"] = reference
    for name, content in zip(_SETTINGS, (config, processor), strict=True):
        (folder / name).write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return [Path(shutil.copyfile(file, folder / file.name)) for file in _with_imports(list(files.values()))]


_SETTINGS = ("config.json", "preprocessor_config.json")


def _file_of(name: str, models: Path) -> Path:
    for file in sorted(models.glob("*.py")):
        if f"class {name}(" in file.read_text(encoding="utf-8"):
            return file
    raise ValueError(f"{models} has no class {name}.")


def _with_imports(files: list[Path]) -> list[Path]:
    """The files and all that they import relatively, and so on."""
    found: set[Path] = set()
    while files:
        file = files.pop()
        if file not in found:
            found.add(file)
            files += [file.with_name(f"{name}.py") for name in _RELATIVE_IMPORT.findall(file.read_text("utf-8"))]
    return sorted(found)


if __name__ == "__main__":
    for written in add_code(Path(sys.argv[1])):
        print(written)
