"""`realfake report`: the documents of one or several runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from realfake_hf.cli.options import print_json, printing_options

if TYPE_CHECKING:
    from realfake_hf.study.report import ReportSummary


@click.command(short_help="Metrics, figures, final report, slides and problem statement of runs.")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--overwrite", is_flag=True, help="Replace a report in DIR.")
@printing_options
def report(runs: tuple[Path, ...], output: Path, overwrite: bool, as_json: bool, quiet: bool) -> None:
    """Write the documents of RUN folders, every number and sentence from what was measured there.

    DIR gets model-metrics.md, figures/, final-report.docx and .html, presentation.pptx, problem-statement.docx and
    report.json, the facts that they were written from. A run's evaluations, audit and cost are read where it has
    any; the documents say what was not measured. The folder of one report in place of RUN is written anew from its
    report.json.

    Needs the extra report (pip install 'realfake-hf[report]') for all of it.

    Exit codes: 0 all done; 2 wrong usage, or a run that cannot be read.

    \b
    Examples:
      realfake report runs/mine --output report/
      realfake report study/runs/* --output report/ --overwrite
      realfake report report/ --output report/ --overwrite
    """
    from realfake_hf.study.report import write_report

    summary = write_report(runs, output, overwrite=overwrite)
    if as_json:
        print_json(summary)
    elif not quiet:
        click.echo("\n".join(_lines(summary)))


def _lines(summary: ReportSummary) -> list[str]:
    lines = [f"{summary.output}: {', '.join(name for name in summary.files if '/' not in name)}"]
    if summary.accurate is not None:
        provisional = " (provisional: all runs are marked)" if summary.provisional else ""
        cheap = summary.cheap or "none at half its cost"
        lines.append(f"recommended on {summary.split}{provisional}: accurate {summary.accurate}, cheap {cheap}")
    else:
        lines.append("no model can be recommended")
    return [*lines, *(f"  {name:<16} {state}" for name, state in summary.criteria.items())]
