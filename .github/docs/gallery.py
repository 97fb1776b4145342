"""Judge the gallery, and write what came out where people read it: `python .github/docs/gallery.py`.

A command of the maintainers, for a checkout: whenever the embedded model changes, it chooses the images of the README's
first command anew, and writes the guide to all cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.gallery import JudgedCase, choose, judge_cases
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import DEFAULT_MODEL, model_folder
from realfake_hf.storage.files import write_text

CHECKOUT = Path(__file__).resolve().parents[2]
README = Path("README.md")
GUIDE = Path(".github/docs/pages/guides/gallery.md")
BEGIN, END = "<!-- CASES -->", "<!-- /CASES -->"
OUTCOMES = {"right": "are right", "no answer": "left open", "wrong": "wrong"}

GUIDE_PAGE = """# A gallery of cases

{n} images ship with the package, in `realfake_hf/gallery`: photographs and AI-generated images as they are, a
reconstruction, a drawing, an enlargement, files that declare something, and one with nothing in it. `realfake demo`
shows them too, and lets you guess first. `cases.json` beside them says of each what it is, whose, and under which
licence.

Of {model}'s answers {counts}. The images were chosen to teach, not to measure: for that see
[methods and measured figures](measured.md).

| image | the truth | the model's answer | source |
|---|---|---|---|
{rows}

This page is written by `python .github/docs/gallery.py`, which also chooses the images of the README's first
command. Run it whenever the embedded model changes.
"""


def readme_part(chosen: Sequence[JudgedCase]) -> str:
    """The README's first command, and what it says."""
    files = ",".join(one.case.file for one in chosen)
    rows = [f"| `{one.case.file}` | {one.case.how} | {one.answer}: {one.outcome} |" for one in chosen]
    return "\n".join(
        [
            "```bash",
            "python3 -m venv .venv",
            ".venv/bin/pip install -q -c .constraints.txt .",
            f".venv/bin/realfake scan realfake_hf/gallery/{{{files}}}",
            "```",
            "",
            "| image | the truth | the model's answer |",
            "|---|---|---|",
            *rows,
        ]
    )


def guide_page(judged: Sequence[JudgedCase], model: str) -> str:
    """The guide to all cases."""
    outcomes = [one.outcome for one in judged]
    counts = ", ".join(f"{outcomes.count(name)} {words}" for name, words in OUTCOMES.items())
    return GUIDE_PAGE.format(n=len(judged), model=model, counts=counts, rows="\n".join(map(_guide_row, judged)))


def _guide_row(one: JudgedCase) -> str:
    case, changes = one.case, f" ({one.case.changes})" if one.case.changes else ""
    picture = f'<img src="../pictures/gallery/{case.file}" alt="{case.title}" width="140">'
    notes = f"<br>{'; '.join(one.verdict.notes)}" if one.verdict.notes else ""
    source = f"{case.author}, {case.licence}; {case.origin}{changes}"
    return f"| {picture}<br>`{case.file}` | {case.how} {case.why} | {one.answer}: {one.outcome}{notes} | {source} |"


def write_into_readme(file: Path, part: str) -> None:
    """Put a part between the README's marks.

    Raises:
        RealFakeError: there is no such file, or it has no marks.
    """
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(f"{END}\n")
    if not (begin and end):
        raise RealFakeError(f"{file} has no place for the cases ({BEGIN} ... {END}): run this in a checkout.")
    write_text(file, f"{before}{begin}{part}\n{end}{after}")


@click.command()
@click.option("--model", "-m", default=DEFAULT_MODEL, show_default=True, help="As realfake scan takes it.")
def main(model: str) -> None:
    """Judge the gallery; write its guide, and choose the images of the README's first command."""
    try:
        detector = Detector(model)
        judged = judge_cases(detector)
        write_into_readme(CHECKOUT / README, readme_part(choose(judged)))
        write_text(CHECKOUT / GUIDE, guide_page(judged, model_folder(model).name))
    except RealFakeError as error:
        raise click.ClickException(str(error)) from None
    for one in judged:
        click.echo(f"{one.case.file:24}{one.answer:20}{one.outcome}")


if __name__ == "__main__":
    main()
