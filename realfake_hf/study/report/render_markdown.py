"""A document as Markdown."""

from __future__ import annotations

from realfake_hf.study.report.document import Block, Bullets, Code, Document, Drawing, Paragraph, Table, number_columns


def to_markdown(document: Document, figures: str = "figures") -> str:
    """The text of a document; figures are linked as `{figures}/{name}.png`."""
    parts = [f"# {document.title}", document.subtitle, *(_block(block, figures) for block in document.lead)]
    for section in document.sections:
        parts.append(f"{'#' * (section.level + 1)} {section.title}")
        parts.extend(_block(block, figures) for block in section.blocks)
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block, figures: str) -> str:
    if isinstance(block, Paragraph):
        kinds = {"note": f"<sub>{block.text}</sub>", "warning": f"> **{block.text}**"}
        return kinds.get(block.kind, block.text)
    if isinstance(block, Bullets):
        marks = [f"{number}." if block.numbered else "-" for number in range(1, len(block.items) + 1)]
        return "\n".join(
            f"{mark} **{item.lead}** {item.text}" if item.lead else f"{mark} {item.text}"
            for mark, item in zip(marks, block.items, strict=True)
        )
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Code):
        return f"```bash\n{block.text}\n```"
    assert isinstance(block, Drawing)
    return f"![{_cell(block.alt)}]({figures}/{block.name}.png)\n\n*{block.caption}*"


def _table(table: Table) -> str:
    rules = ["---:" if right else "---" for right in number_columns(table)]
    rows = [list(table.head), rules, *table.rows]
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    notes = [f"\n<sub>{note}</sub>" for note in table.notes]
    return "\n".join([*([f"**{table.caption}**", ""] if table.caption else []), *lines, *notes])


def _cell(text: str) -> str:
    return " ".join(text.split("\n")).replace("|", "\\|").replace("[", "\\[").replace("]", "\\]")
