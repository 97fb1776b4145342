"""Pictures that lie elsewhere in the repository, for the guides: a page names them `../pictures/<name>`."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
PICTURES = (
    "space_app/screenshots/phone.png",
    "space_app/screenshots/verdict.png",
    "realfake_hf/study/report/example/figures/training-against-testing.png",
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures to the files of the site."""
    for picture in PICTURES:
        name = f"pictures/{Path(picture).name}"
        files.append(File.generated(config, name, abs_src_path=str(ROOT / picture)))
    return files
