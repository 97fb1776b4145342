"""The summary on top of an evaluation's page: can the model do it, does it keep its promise, where does it fail."""

from __future__ import annotations

from collections.abc import Sequence

from realfake_hf.evaluation.comparison import PairResult
from realfake_hf.pages.summary_card import Badge, SummaryCard
from realfake_hf.pages.tables import is_too_wide
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.outcomes import ClassOutcomes
from realfake_hf.records.results import EvaluationResult, SourceResult, TierResult
from realfake_hf.statistics.calibration import clopper_pearson_interval

CHANCE = 0.5
MAY_FALL = 0.05
"""How much balanced accuracy may be lost from the first tier to the last for that to count as holding."""
WEAKEST_SHOWN = 3
ENOUGH = 10
"""Images of a source below which it is not ranked."""


def evaluation_card(result: EvaluationResult, record: Calibration | None = None) -> SummaryCard:
    """The card of one model on one data set.

    Args:
        result: of `summarise`.
        record: the model's `calibration.json`, for the promise that it made.
    """
    tier, found = next(iter(result.tiers.items()))
    badges = [_better_than_chance(tier, found), *_holds(result), *_promise(tier, found, record)]
    return SummaryCard(_headline(result, tier, found), badges, _weakest(result, tier), f"Where it fails most ({tier})")


def comparison_card(results: Sequence[EvaluationResult], pairs: Sequence[PairResult]) -> SummaryCard:
    """The card of several models, best first."""
    tier = next(iter(results[0].tiers))
    known = [(own.tiers[tier].balanced_accuracy, own) for own in results]
    order = sorted(known, key=lambda pair: -1 if pair[0] is None else pair[0], reverse=True)
    ranked = [f"{own.model}: balanced accuracy {_with_interval(own.tiers[tier])}" for _, own in order]
    first = [pair for pair in pairs if pair.tier == tier]
    sure = [pair for pair in first if pair.mcnemar_p_holm is not None and pair.mcnemar_p_holm < 0.05]
    how = f"by more than chance explains (McNemar, {tier}, adjusted p below 0.05)."
    headline = f"{len(sure)} of {len(first)} pairs differ {how}"
    if len(first) == 1:
        headline = f"{first[0].first} and {first[0].second} {'differ' if sure else 'do not differ'} {how}"
    return SummaryCard(headline, [], ranked, f"Best first ({tier})")


def _headline(result: EvaluationResult, tier: str, found: TierResult) -> str:
    failed = f"; {len(result.errors):,} more images could not be" if result.errors else ""
    counts = f"{result.n_real:,} photographs and {result.n_fake:,} fakes were judged{failed}."
    if found.outcomes is None or not (found.outcomes.photographs.total and found.outcomes.fakes.total):
        return counts
    fakes, photographs = found.outcomes.fakes.per_hundred(), found.outcomes.photographs.per_hundred()
    return (
        f"Of 100 such fakes it catches {fakes['fake']}, misses {fakes['real']} and can't tell {fakes['unsure']}; of "
        f"100 such photographs it calls {photographs['fake']} fake ({tier}). {counts}"
    )


def _better_than_chance(tier: str, found: TierResult) -> Badge:
    value, interval = found.balanced_accuracy, found.ci95.get("balanced_accuracy")
    if value is None or interval is None:
        return Badge("open", "better than guessing: that takes both classes")
    if is_too_wide(interval):
        return Badge("open", f"better than guessing: {_with_interval(found)}")
    level = "pass" if interval[0] > CHANCE else "fail" if interval[1] < CHANCE else "warn"
    words = {"pass": "better than guessing", "warn": "not told from guessing", "fail": "worse than guessing"}[level]
    return Badge(level, f"{words}: balanced accuracy {_with_interval(found)} ({tier})")  # type: ignore[arg-type]


def _holds(result: EvaluationResult) -> list[Badge]:
    tiers = list(result.tiers)
    if len(tiers) < 2:
        return []
    values = [result.tiers[tier].balanced_accuracy for tier in (tiers[0], tiers[-1])]
    intervals = [result.tiers[tier].ci95.get("balanced_accuracy", (0.0, 1.0)) for tier in (tiers[0], tiers[-1])]
    if values[0] is None or values[1] is None or any(map(is_too_wide, intervals)):
        return [Badge("open", f"as good after {tiers[-1]} as {tiers[0]}")]
    lost = values[0] - values[1]
    if lost <= MAY_FALL:
        both = f"{tiers[-1]} {values[1]:.2f} beside {tiers[0]} {values[0]:.2f}"
        return [Badge("pass", f"holds after recompression: {both}")]
    return [Badge("warn", f"loses {lost:.2f} of balanced accuracy from {tiers[0]} to {tiers[-1]}")]


def _promise(tier: str, found: TierResult, record: Calibration | None) -> list[Badge]:
    """Whether no more photographs are called fake than the thresholds were set for."""
    if record is None or found.outcomes is None or not found.outcomes.photographs.total:
        return []
    own: ClassOutcomes = found.outcomes.photographs
    promised = f"promise of at most {100 * record.max_fpr:g} % of photographs called fake"
    seen = f"here {own.fake:,} of {own.total:,} ({tier})"
    low, high = clopper_pearson_interval(own.fake, own.total)
    if low > record.max_fpr:
        return [Badge("fail", f"{promised} broken: {seen}")]
    if own.fake / own.total <= record.max_fpr:
        # Where not even one was to be expected, none says nothing.
        few = own.total * record.max_fpr < 1 or is_too_wide((low, high))
        return [Badge("open" if few else "pass", f"{promised} kept: {seen}")]
    return [Badge("warn", f"{promised}, missed within chance: {seen}")]


def _weakest(result: EvaluationResult, tier: str) -> list[str]:
    known = [row for row in result.sources if row.tier == tier and row.n >= ENOUGH]
    ranked = sorted(known, key=lambda row: (row.accuracy, row.source))
    return [_source_sentence(row) for row in ranked[:WEAKEST_SHOWN]] if len(ranked) > 1 else []


def _source_sentence(row: SourceResult) -> str:
    doubt = "; too few to tell" if is_too_wide(row.interval) else ""
    return f"{row.source or 'unknown source'} ({row.label}): {row.right:,} of {row.n:,} right{doubt}."


def _with_interval(found: TierResult) -> str:
    if found.balanced_accuracy is None:
        return "none"
    interval = found.ci95.get("balanced_accuracy")
    return f"{found.balanced_accuracy:.2f}" + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else "")
