"""The look of the guides, as hooks of MkDocs: colours and font of all pages, tables that the keyboard reaches."""

from __future__ import annotations

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from realfake_hf.pages.palette import FONT, palette_css

NAME = "palette.css"
INLINE_CODE = re.compile(r"(?<!<pre>)<code>[^<]*</code>")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z0-9-]{1,30})")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the palette to the site's files."""
    style = f":root {{ --rf-font: {FONT}; }}\n{palette_css(dark='[data-bs-theme=dark]')}"
    files.append(File.generated(config, NAME, content=style))
    return files


def on_page_content(html: str, **_: object) -> str:
    """Let the keyboard reach tables, which scroll sideways on a phone; keep options such as `--output` on one line."""
    html = INLINE_CODE.sub(lambda code: OPTION.sub(r'<span class="rf-whole">\1</span>', code[0]), html)
    return html.replace("<table>", '<table tabindex="0">')
