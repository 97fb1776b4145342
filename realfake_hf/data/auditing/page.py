"""The audit's page: verdict and reasons first, the figures behind them after."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.data.auditing.judgement import LIMITS
from realfake_hf.data.exploring.page import unreadable_tables
from realfake_hf.pages.drawing import Drawing
from realfake_hf.pages.page import Picture, picture_of, render_page
from realfake_hf.pages.summary_card import Badge, Level, SummaryCard
from realfake_hf.pages.tables import MISSING, Cell, PageTable, is_too_wide, share_cell
from realfake_hf.records.audit import AuditResult

if TYPE_CHECKING:
    import pandas as pd

VERDICT_SENTENCES = {
    "pass": "Verdict: pass. No shortcut probe got far on these images.",
    "warn": "Verdict: warn. A classifier could lean on something other than what makes an image fake.",
    "fail": "Verdict: fail. A classifier would learn something other than what makes an image fake.",
}
BY_HEART = {
    "warn": "Verdict: warn. Some results could count what was learnt by heart, or wrong labels.",
    "fail": "Verdict: fail. Results would count what was learnt by heart, or wrong labels.",
}
"""Where no probe is to blame: duplicates, conflicts, and the like."""
TITLES = {
    "metadata_auc": "Metadata of the stored files alone",
    "border_auc": "Border pixels alone",
    "thumbnail_auc": "16 px thumbnail alone (content)",
    "real_vs_real_auc": "Real source against the other reals",
    "original_metadata_auc": "Metadata of the originals, as the data tell them",
}
SHORT_TITLES = {
    "metadata_auc": "metadata alone",
    "border_auc": "borders alone",
    "thumbnail_auc": "thumbnails alone",
    "real_vs_real_auc": "real sources apart",
}
READING = (
    "Each figure is the ROC AUC of a classifier (extremely randomised trees, five folds) that sees nothing else: 0.5 "
    "is chance, 1 tells every image. Near-duplicates never lie on both sides of a fold.",
    "In brackets 95 % intervals. A check warns or fails by the lower end, so that few images fail nobody by chance.",
    "Real against real: one classifier for all real sources, by metadata and borders; the mean over the sources. Near "
    "1, 'real' means 'from one of these sources', and a detector may judge another camera wrong.",
    "Content (thumbnails) that differs between the classes is not wrong by itself, but a network that can tell "
    "posters from photographs need not learn more.",
)


def audit_page(result: AuditResult, facts: pd.DataFrame) -> str:
    """HTML of a result; `facts` names the unreadable images."""
    tables = [
        _auc_table(result),
        *_notes_table(result),
        *_feature_tables(result),
        *_source_tables(result),
        *_duplicate_tables(result),
        *unreadable_tables(facts),
    ]
    return render_page(
        title=f"Audit of {Path(result.data).name or result.data}",
        card=audit_card(result),
        tables=tables,
        pictures=_pictures(result),
        reading=READING,
    )


def audit_card(result: AuditResult) -> SummaryCard:
    """The verdict, a badge for each probe, and the reasons."""
    images = f"{result.n_real:,} real and {result.n_fake:,} fake images"
    worst = {own.check for own in result.findings if own.level == result.verdict}
    sentences = BY_HEART if result.verdict != "pass" and not worst & set(LIMITS) else VERDICT_SENTENCES
    headline = f"{sentences[result.verdict]} {images}; the classifiers saw {result.n_probed:,} of them."
    others = {own.check: own.level for own in result.findings if own.level != "note" and own.check not in LIMITS}
    badges = [
        *(_badge(result, name) for name in TITLES if name in LIMITS),
        *(Badge("fail" if level == "fail" else "warn", check.replace("_", " ")) for check, level in others.items()),
    ]
    return SummaryCard(headline, badges, list(result.reasons), "What to do first")


def _badge(result: AuditResult, name: str) -> Badge:
    value, title = getattr(result, name), SHORT_TITLES[name]
    if value is None:
        return Badge("open", f"{title}: not measured")
    low, high = result.ci95[name]
    levels: dict[str, Level] = {"fail": "fail", "warn": "warn"}
    found = next((own.level for own in result.findings if own.check == name), "note")
    level = levels.get(found, "open" if is_too_wide((low, high)) else "pass")
    return Badge(level, f"{title}: AUC {value:.2f} [{low:.2f}, {high:.2f}]")


def _notes_table(result: AuditResult) -> list[PageTable]:
    """What is worth knowing, as sentences without a table; a probe that is in order has its badge."""
    found = [own for own in result.findings if own.level == "note" and own.check not in LIMITS]
    notes = [f"{own.says} {own.do}".rstrip() for own in found]
    return [PageTable("Worth knowing", [], [], notes)] if notes else []


def _auc_table(result: AuditResult) -> PageTable:
    rows = []
    for name, title in TITLES.items():
        value = getattr(result, name)
        limits = LIMITS.get(name)
        bounds = f"{limits.warn:.2f}" if limits else "never"
        fails = f"{limits.fail:.2f}" if limits and limits.fail <= 1 else "never"
        missing = Cell(MISSING, hint=result.missing.get(name, ""))
        reached = missing if value is None else share_cell(value, result.ci95[name])
        rows.append([Cell(title), reached, Cell(bounds), Cell(fails)])
    notes = [f"{TITLES[name]}: {MISSING}, because {why}." for name, why in result.missing.items()]
    return PageTable("What shortcut probes reach", ["", "AUC", "warns above", "fails above"], rows, notes)


def _feature_tables(result: AuditResult) -> list[PageTable]:
    tables = []
    for whose, features in (("stored files", result.features), ("originals", result.original_features)):
        rows = [[Cell(f"{own.name.replace('_', ' ')}: {own.words}"), Cell(f"{own.auc:.3f}")] for own in features]
        if rows:
            tables.append(PageTable(f"Single features of the {whose}", ["Where the classes differ most", "AUC"], rows))
    return tables


def _source_tables(result: AuditResult) -> list[PageTable]:
    if not result.real_sources:
        return []
    rows = [
        [Cell(own.source or "unknown source"), Cell(str(own.images)), Cell(f"{own.auc:.3f}")]
        for own in result.real_sources
    ]
    return [PageTable("Real sources, each against the others", ["", "images", "AUC"], rows, folded=len(rows) > 12)]


def _duplicate_tables(result: AuditResult) -> list[PageTable]:
    if not result.near_duplicate_examples:
        return []
    rows = [[Cell(first), Cell(second)] for first, second in result.near_duplicate_examples]
    notes = [f"{result.near_duplicates_across_splits} images in all."]
    return [PageTable("Near-duplicates across splits", ["split and row", "and"], rows, notes, folded=True)]


def _pictures(result: AuditResult) -> list[Picture]:
    from realfake_hf.data.auditing.figure import auc_figure

    names = {name: title for name, title in TITLES.items() if getattr(result, name) is not None}
    if not names:
        return []
    caption = "Points with 95 % intervals; dotted is chance, the ticks are where a check warns and fails."
    draw = partial(auc_figure, result, names)
    return [picture_of(Drawing.twice("probes", "What shortcut probes reach, drawn", caption, draw))]
