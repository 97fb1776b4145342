"""The look of the guides, as hooks of MkDocs: colours and font of all pages, tables that the keyboard reaches."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from realfake_hf.pages.palette import FONT, palette_css

NAME = "palette.css"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the palette to the site's files."""
    style = f":root {{ --rf-font: {FONT}; }}\n{palette_css(dark='[data-bs-theme=dark]')}"
    files.append(File.generated(config, NAME, content=style))
    return files


def on_page_content(html: str, **_: object) -> str:
    """Let the keyboard reach tables, which scroll sideways on a phone."""
    return html.replace("<table>", '<table tabindex="0">')
