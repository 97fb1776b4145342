"""The page of an exploration."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from realfake_hf.pages.page import Picture, render_page
from realfake_hf.pages.summary_card import SummaryCard
from realfake_hf.pages.tables import Cell, PageTable
from realfake_hf.storage.portable import portable_text

if TYPE_CHECKING:
    import pandas as pd

UNREADABLE_SHOWN = 200
DIFFERENCES_SHOWN = 4
WORTH_NAMING = 0.15
"""Of the middle nine tenths of the wider class, so far apart two medians must lie to be named."""


def unreadable_tables(facts: pd.DataFrame) -> list[PageTable]:
    """A table of the images that could not be read, each with the reason; none where all could."""
    errors = facts.loc[facts["error"].notna(), ["split", "row", "error"]]
    if errors.empty:
        return []
    rows = [
        [Cell(f"{split} {row}"), Cell(portable_text(error))]
        for split, row, error in errors.head(UNREADABLE_SHOWN).itertuples(index=False)
    ]
    more = len(errors) - len(rows)
    notes = ["They count nowhere else on this page."] + ([f"{more} more are in image_facts.parquet."] if more else [])
    title = f"{len(errors)} images that could not be read"
    return [PageTable(title, ["split and row", "why"], rows, notes, folded=True)]


def exploration_page(
    name: str, facts: pd.DataFrame, counts: pd.DataFrame, summary: pd.DataFrame, pictures: Sequence[Picture],
    reading: Sequence[str], titles: Mapping[str, str],
) -> str:  # fmt: skip
    """The page of a data set.

    Args:
        name: of the data.
        facts, counts, summary: tables of `explore`.
        pictures: in the order to show them.
        reading: sentences on how it was made.
        titles: of the quantities of `summary`.
    """
    of_class = facts["class"].value_counts()
    splits = ", ".join(f"{split} {n}" for split, n in facts["split"].value_counts(sort=False).items())
    n_unread = int(facts["error"].notna().sum())
    unread = f" {n_unread:,} could not be read." if n_unread else ""
    counted = (
        f"{of_class.get('real', 0):,} real and {of_class.get('fake', 0):,} fake images from "
        f"{facts['source'].nunique()} sources. Splits: {splits}.{unread}"
    )
    lead = [
        "What differs here between real and fake is what a classifier may learn instead of what makes an image fake; "
        "`realfake audit` measures how far it would get with that.",
    ]
    return render_page(
        title=f"What is in {name}",
        card=SummaryCard(counted, [], _differences(summary, titles), "What differs most between real and fake"),
        lead=lead,
        tables=[_summary_table(summary, titles), _count_table(counts), *unreadable_tables(facts)],
        pictures=pictures,
        reading=reading,
    )


def _differences(summary: pd.DataFrame, titles: Mapping[str, str]) -> list[str]:
    """The quantities whose medians lie farthest apart, measured by the spread of the wider class."""
    found = []
    for quantity, own in summary.groupby("quantity", sort=False):
        by_class = {row["class"]: row for _, row in own.iterrows()}
        if len(by_class) < 2:
            continue
        real, fake = by_class["real"], by_class["fake"]
        spread = max(row["p95"] - row["p05"] for row in (real, fake))
        apart = abs(real["p50"] - fake["p50"])
        if apart and not spread:  # all alike within each class, and not between them: nothing tells them better
            apart = math.inf
        elif spread:
            apart /= spread
        if apart >= WORTH_NAMING:
            found.append((apart, f"{titles[str(quantity)]}: real {shown(real['p50'])}, fake {shown(fake['p50'])}."))
    return [sentence for _, sentence in sorted(found, reverse=True)[:DIFFERENCES_SHOWN]]


def _summary_table(summary: pd.DataFrame, titles: Mapping[str, str]) -> PageTable:
    rows = []
    for quantity, own in summary.groupby("quantity", sort=False):
        cells = {
            row["class"]: Cell(shown(row["p50"]), f"({shown(row['p05'])} to {shown(row['p95'])})")
            for _, row in own.iterrows()
        }
        missing = Cell("none")
        rows.append([Cell(titles[str(quantity)]), cells.get("real", missing), cells.get("fake", missing)])
    return PageTable("Typical images", ["", "real", "fake"], rows, ["Median, and in brackets the middle nine tenths."])


def _count_table(counts: pd.DataFrame) -> PageTable:
    wide = counts.pivot_table(
        index=["class", "source"],
        columns="split",
        values="images",
        aggfunc="sum",
        fill_value=0,
        observed=True,
        sort=False,
    ).sort_index(ascending=[False, True])
    rows = [
        [Cell(str(source) or "unknown source"), Cell(str(name)), *(Cell(f"{int(n):,}") for n in own)]
        for (name, source), own in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return PageTable("Sources", ["", "class", *map(str, wide.columns)], rows, folded=len(rows) > 12)


def shown(value: float) -> str:
    """A number with three figures, or whole from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
