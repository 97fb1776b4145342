"""Pictures that lie elsewhere in the repository, for the guides: a page names them `../pictures/<name>`."""

from __future__ import annotations

import json
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
PICTURES = (
    "space_app/screenshots/phone.png",
    "space_app/screenshots/verdict.png",
    "realfake_hf/study/report/example/figures/training-against-testing.png",
)
GALLERY = "realfake_hf/gallery"


def _gallery() -> list[str]:
    cases = json.loads((ROOT / GALLERY / "cases.json").read_text(encoding="utf-8"))
    return [case["file"] for case in cases]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures to the files of the site."""
    shown = {picture: Path(picture).name for picture in PICTURES}
    shown |= {f"{GALLERY}/{file}": f"gallery/{file}" for file in _gallery()}
    for picture, name in shown.items():
        files.append(File.generated(config, f"pictures/{name}", abs_src_path=str(ROOT / picture)))
    return files
