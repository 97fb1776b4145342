"""Documents of a study, generated whole from RUN folders: `write_report`."""

from __future__ import annotations

from realfake_hf.study.report.write import ReportSummary, write_report

__all__ = ["ReportSummary", "write_report"]
