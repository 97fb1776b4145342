"""Where a Space begins: `python app.py`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def make_siblings_importable() -> None:
    """Make the files beside this one the package `space_app`.

    In the repository they are that package already; a Space's checkout has them at its top, where they must win over
    the copy that came with an installed realfake-hf.
    """
    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        "space_app", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["space_app"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    make_siblings_importable()
    from space_app.server import serve_space

    serve_space()
