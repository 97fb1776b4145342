"""The notebooks that ship with the package, written out with the data's name filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.files import read_json, write_text

NOTEBOOKS_FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
PARAMETERS_TAG = "parameters"


def write_notebooks(folder: str | Path, *, data: str | None = None, overwrite: bool = False) -> list[Path]:
    """Write the notebooks into a folder.

    Args:
        folder: made if need be.
        data: what the first notebook loads, as `load_data` takes it, a path made absolute; by default a folder
            `images` beside it.
        overwrite: replace notebooks that are there.

    Returns:
        The files written, in order of use.

    Raises:
        RealFakeError: a notebook is there already, the folder is a file, or this installation has no notebooks.
    """
    target = Path(folder).expanduser()
    if target.exists() and not target.is_dir():
        raise RealFakeError(f"{target} is a file: name a folder.")
    sources = sorted(NOTEBOOKS_FOLDER.glob("*.ipynb"))
    if not sources:  # in a zip, say, there is no folder to look into
        raise RealFakeError("This installation holds no notebooks: unpack it, or install it with pip.")
    there = [source.name for source in sources if (target / source.name).exists()]
    if there and not overwrite:
        raise RealFakeError(f"{target} holds {there[0]}: name another folder, or replace it with `overwrite`.")
    target.mkdir(parents=True, exist_ok=True)
    for source in sources:
        notebook = read_json(source)
        if data is not None:
            set_parameters(notebook, DATA=str(Path(data).resolve()) if Path(data).exists() else data)
        write_text(target / source.name, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    return [target / source.name for source in sources]


def set_parameters(notebook: Mapping[str, Any], **values: object) -> None:
    """Change the values in a notebook's cell of parameters; names that it does not have are left out."""
    for cell in notebook["cells"]:
        if PARAMETERS_TAG in cell["metadata"].get("tags", []):
            text = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            lines = text.splitlines()
            for number, line in enumerate(lines):
                name = line.partition(" = ")[0]
                if name in values:
                    lines[number] = f"{name} = {values[name]!r}"
            cell["source"] = "\n".join(lines)
