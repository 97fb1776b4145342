"""Every document of a report, from RUN folders to files."""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from realfake_hf.errors import RealFakeError
from realfake_hf.records.run import RUN_FILE
from realfake_hf.storage.files import write_text
from realfake_hf.storage.portable import portable_command, portable_text
from realfake_hf.storage.working import counted, working
from realfake_hf.study.report.cases import chosen_cases
from realfake_hf.study.report.drawings import plan_drawings, write_drawings
from realfake_hf.study.report.facts import REPORT_FILE, ModelFacts, ReportFacts
from realfake_hf.study.report.final_report import final_report
from realfake_hf.study.report.gather import gather_facts
from realfake_hf.study.report.model_metrics import model_metrics
from realfake_hf.study.report.presentation import presentation
from realfake_hf.study.report.problem_statement import problem_statement
from realfake_hf.study.report.render_docx import write_docx
from realfake_hf.study.report.render_html import to_html
from realfake_hf.study.report.render_markdown import to_markdown
from realfake_hf.study.report.render_pptx import write_pptx

NEEDED = {"docx": "python-docx", "pptx": "python-pptx", "jinja2": "Jinja2", "matplotlib": "Matplotlib"}
FIGURES = "figures"
FILES = (
    "model-metrics.md",
    "final-report.docx",
    "final-report.html",
    "presentation.pptx",
    "problem-statement.docx",
    REPORT_FILE,
)


@dataclass(frozen=True)
class ReportSummary:
    """What was written, and what it says first.

    Attributes:
        output: the folder.
        files: what was written there, figures too, relative to it.
        models: names, the most accurate first; those that could not be compared last.
        split: of the headline; None where nothing was evaluated.
        accurate, cheap: the recommended models; None where there is none.
        provisional: every run considered carries a note such as `quick`.
        criteria: name -> `met`, `not met` or `not measured`.
    """

    output: str
    files: list[str]
    models: list[str]
    split: str | None
    accurate: str | None
    cheap: str | None
    provisional: bool
    criteria: dict[str, str]


@working("Writing the report")
def write_report(runs: Sequence[str | Path], output: str | Path, *, overwrite: bool = False) -> ReportSummary:
    """Write model metrics, figures, final report, presentation and problem statement of some runs.

    Args:
        runs: RUN folders, as `realfake train` or `realfake study` wrote them; or the folder of one report, which is
            written anew from its own facts, as after a change of words or looks: its runs may be gone.
        output: folder, made if need be.
        overwrite: replace a report in `output`.

    Raises:
        RealFakeError: a run that cannot be read, an `output` in use, or a missing extra.
    """
    check_installed()
    folder = Path(output).expanduser()
    if folder.exists() and not folder.is_dir():
        raise RealFakeError(f"{folder} is a file: name a folder for the report.")
    if any((folder / name).exists() for name in FILES) and not overwrite:
        raise RealFakeError(f"{folder} holds a report: name another `output`, or replace it with `overwrite`.")
    facts = _earlier_facts(runs) or gather_facts(runs)
    figures = folder / FIGURES
    if (folder / REPORT_FILE).exists():
        _remove_figures(figures)
    facts = _without_paths(dataclasses.replace(facts, cases=chosen_cases(facts)))
    plan = plan_drawings(facts)
    drawn = write_drawings(list(plan.values()), figures)
    footer = f"All runs: {', '.join(facts.common_notes)}" if facts.common_notes else ""
    report = final_report(facts, plan)
    documents: list[Callable[[], object]] = [
        lambda: write_text(folder / "model-metrics.md", to_markdown(model_metrics(facts, plan), FIGURES)),
        lambda: write_docx(report, folder / "final-report.docx", figures),
        lambda: write_text(folder / "final-report.html", to_html(report, figures)),
        lambda: write_pptx(presentation(facts, plan), folder / "presentation.pptx", figures, footer=footer),
        lambda: write_docx(problem_statement(facts), folder / "problem-statement.docx", figures),
    ]
    for write in counted("Writing the documents", documents):
        write()
    facts.write(folder)
    rule = facts.recommendation
    return ReportSummary(
        output=str(folder),
        files=[*FILES, *(str(path.relative_to(folder)) for path in drawn)],
        models=[*facts.ranked, *facts.not_compared],
        split=facts.split,
        accurate=rule.accurate,
        cheap=rule.cheap,
        provisional=rule.provisional,
        criteria={own.name: own.state for own in facts.criteria},
    )


def _earlier_facts(runs: Sequence[str | Path]) -> ReportFacts | None:
    """Those of a report; None of RUN folders."""
    folder = Path(runs[0]).expanduser() if len(runs) == 1 else None
    return None if folder is None or (folder / RUN_FILE).exists() else ReportFacts.read(folder)


def _without_paths(facts: ReportFacts) -> ReportFacts:
    """Documents are passed on: of what lies on this machine they tell the name alone."""

    def told(own: ModelFacts) -> ModelFacts:
        return dataclasses.replace(
            own,
            run=portable_text(own.run),
            data=portable_text(own.data),
            command=portable_command(own.command),
            splits={
                name: dataclasses.replace(split, dataset=portable_text(split.dataset))
                for name, split in own.splits.items()
            },
            audit=own.audit and dataclasses.replace(own.audit, data=portable_text(own.audit.data)),
        )

    return dataclasses.replace(facts, models=[told(own) for own in facts.models])


def _remove_figures(folder: Path) -> None:
    """Those of the report that is replaced: it may have had more of them."""
    for suffix in (".png", ".svg"):
        for file in folder.glob(f"*{suffix}"):
            file.unlink()


def check_installed() -> None:
    """Raise RealFakeError where what the documents take is not installed."""
    missing = [name for module, name in NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        names = " and ".join(missing)
        raise RealFakeError(f"Reports need {names}, which {verb} not installed: pip install 'realfake-hf[report]'.")
