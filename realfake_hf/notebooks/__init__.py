"""Three notebooks, from a folder of images to the documents."""

from __future__ import annotations

from realfake_hf.notebooks.notebook_files import write_notebooks

__all__ = ["write_notebooks"]
