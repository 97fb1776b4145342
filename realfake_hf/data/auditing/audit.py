"""Audit a data set: look at every image once, try the shortcut probes, judge, write `audit.json` and a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from realfake_hf.data.auditing.duplicates import Duplicates, find_duplicates
from realfake_hf.data.auditing.feature_phrases import difference_in_words
from realfake_hf.data.auditing.features import (
    AuditExtract,
    Features,
    Floats,
    audit_extract,
    metadata_features,
    original_features,
    stacked,
)
from realfake_hf.data.auditing.judgement import (
    LIMITS,
    judge_auc,
    judge_balance,
    judge_conflicts,
    judge_duplicates,
    judge_sizes,
    judge_sources,
    verdict_of,
)
from realfake_hf.data.auditing.page import audit_page
from realfake_hf.data.auditing.probes import ProbedImages, probe, probe_real_sources, probe_single, why_not
from realfake_hf.data.exploring.facts import FACTS_FILE, read_facts
from realfake_hf.data.exploring.measure import measure_images
from realfake_hf.data.fingerprint import data_fingerprint
from realfake_hf.data.loading import DataSource, describe_data, load_data, require_both_classes
from realfake_hf.errors import RealFakeError
from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.pages.page import Say, can_draw, silent
from realfake_hf.records.audit import AUDIT_FILE, AuditResult, AuditSettings, FeatureAuc, Finding, SourceAuc
from realfake_hf.statistics.intervals import Auc
from realfake_hf.storage.files import write_text
from realfake_hf.storage.machine import available_cores
from realfake_hf.storage.output_folder import claim_output
from realfake_hf.storage.working import working

if TYPE_CHECKING:
    import pandas as pd

PAGE = "audit.html"
SAMPLE = 6000
SEED = 30
FEATURES_KEPT = 8


@dataclass(frozen=True)
class TrainingCrop:
    """What a recipe trains on: squares of `side` px."""

    recipe: str
    side: int


DEFAULT_CROP = TrainingCrop("realfake-net", 112)


@working("Auditing")
def audit(
    data: DataSource,
    output: str | Path,
    *,
    split: str | None = None,
    crop: TrainingCrop = DEFAULT_CROP,
    sample: int = SAMPLE,
    seed: int = SEED,
    workers: int | None = None,
    overwrite: bool = False,
    progress: bool = True,
    say: Say = silent,
) -> AuditResult:
    """Measure which shortcuts a classifier could take, and write `audit.json`, `audit.html` and `image_facts.parquet`.

    Every image is read and decoded once, streaming, for duplicates and counts; the classifiers see at most `sample`
    images, drawn with `seed`.

    Args:
        data: as `load_data` takes it.
        output: folder, made if need be.
        split: this one alone.
        crop: of the training that is intended, which the images should fill.
        sample: images for the classifiers.
        seed: of the sample, the folds and the intervals.
        workers: processes; by default one a core.
        overwrite: replace an audit in `output`.
        progress: show a bar, on a terminal.
        say: is told in a sentence what is left out; the page takes the extra `report`.

    Raises:
        RealFakeError: data that cannot be loaded or lack a class, or an `output` in use.
    """
    folder = claim_output(output, AUDIT_FILE, overwrite=overwrite)
    with_page = can_draw(say)
    where = describe_data(data)
    dataset = load_data(data, split=split)
    require_both_classes(dataset, where)
    sampled = _draw(sum(map(len, dataset.values())), sample, seed=seed)
    extracts: dict[tuple[str, int], AuditExtract] = {}
    for measured in measure_images(
        dataset, sampled, audit_extract, folder / FACTS_FILE, workers=workers, progress=progress
    ):
        if measured.extract is not None:
            extracts[measured.facts.split, measured.facts.row] = measured.extract
    facts = read_facts(folder / FACTS_FILE)
    readable = facts[facts["error"].isna()].reset_index(drop=True)
    if readable["label"].nunique() < 2:
        raise RealFakeError(f"{where} has no readable images of one class: {facts['error'].dropna().iloc[0]}")

    duplicates = find_duplicates(readable)
    probed = _probe_all(readable, duplicates.groups, extracts, seed=seed, workers=workers or available_cores())
    findings = [*probed.findings, *_judge_collection(readable, duplicates, crop)]
    if len(facts) > len(readable):
        findings.append(
            Finding("note", "unreadable", f"{len(facts) - len(readable)} images could not be read.", "Remove them.")
        )
    verdict, reasons = verdict_of(findings)
    result = AuditResult(
        verdict=verdict,
        reasons=reasons,
        **{name: probed.aucs[name].value if name in probed.aucs else None for name in AUC_NAMES},
        ci95={name: auc.ci95 for name, auc in probed.aucs.items()},
        strongest_feature=_strongest(probed),
        near_duplicates_across_splits=int(duplicates.elsewhere.sum()),
        data=where,
        data_fingerprint=data_fingerprint(dataset),
        n_real=int((readable["label"] == 0).sum()),
        n_fake=int((readable["label"] == 1).sum()),
        n_unreadable=len(facts) - len(readable),
        n_probed=probed.images,
        features=probed.features,
        original_features=probed.original_features,
        real_sources=probed.real_sources,
        near_duplicate_examples=duplicates.examples,
        label_conflicts=int(duplicates.exact_conflict.sum()),
        near_label_conflicts=int(duplicates.near_conflict.sum()),
        shared_sources=_shared_sources(readable),
        too_small=_too_small(readable, crop.side),
        crop=crop.side,
        findings=findings,
        missing=probed.missing,
        settings=AuditSettings(seed, sample, split, crop.recipe, LIMITS),
    )
    result.write(folder)
    if with_page:
        with working("Drawing the page"):
            write_text(folder / PAGE, audit_page(result, facts))
    return result


AUC_NAMES = ("metadata_auc", "border_auc", "thumbnail_auc", "real_vs_real_auc", "original_metadata_auc")


@dataclass
class _Probed:
    """What the probes reached."""

    images: int
    aucs: dict[str, Auc]
    features: list[FeatureAuc]
    original_features: list[FeatureAuc]
    real_sources: list[SourceAuc]
    missing: dict[str, str]
    findings: list[Finding]


def _probe_all(
    facts: pd.DataFrame,
    groups: npt.NDArray[np.int64],
    extracts: dict[tuple[str, int], AuditExtract],
    *,
    seed: int,
    workers: int,
) -> _Probed:
    """Try every probe on the sampled images."""
    keys = list(zip(facts["split"], facts["row"], strict=True))
    rows = np.array([index for index, key in enumerate(keys) if key in extracts], dtype=np.int64)
    seen = facts.iloc[rows].reset_index(drop=True)
    images = ProbedImages(
        seen["label"].to_numpy(np.int64), groups[rows], seen["source"].to_numpy(np.str_), seed, workers
    )
    found = _Probed(len(rows), {}, [], [], [], {}, [])
    reason = "one class is missing from the sample" if len(set(images.labels.tolist())) < 2 else why_not(images)
    if reason is not None:
        found.missing = dict.fromkeys(AUC_NAMES, reason)
        says = f"Nothing could be cross-validated: {reason}."
        found.findings.append(Finding("note", "few_images", says, "Audit more images."))
        return found
    metadata, original = metadata_features(seen), original_features(seen)
    border = np.stack([extracts[keys[index]].border for index in rows])
    thumbnail = np.stack([extracts[keys[index]].thumbnail for index in rows]).astype(np.float32)
    probes: dict[str, Floats] = {
        "metadata_auc": stacked(metadata) if metadata else np.empty((len(rows), 0), np.float32),
        "border_auc": border,
        "thumbnail_auc": thumbnail,
    }
    if original:
        probes["original_metadata_auc"] = stacked(original)
    else:
        found.missing["original_metadata_auc"] = "the data tell nothing about the files the images were made from"
    with working("Training the classifiers of the audit", total=len(probes) + 1) as step:
        found.features = _single(images, seen, metadata)
        found.original_features = _single(images, seen, original)
        for name, values in probes.items():
            found.aucs[name] = probe(images, values)
            step.advance()
        between = probe_real_sources(images, metadata, border)
    if isinstance(between, str):
        found.missing["real_vs_real_auc"] = between
    else:
        found.aucs["real_vs_real_auc"], found.real_sources = between
    for name in LIMITS:
        if name in found.aucs:
            detail = f"Most of all: {_strongest(found)}." if name == "metadata_auc" and found.features else ""
            found.findings.append(judge_auc(name, found.aucs[name], detail))
    if original:
        found.findings.append(_original_finding(found))
    return found


def _single(images: ProbedImages, facts: pd.DataFrame, features: Features) -> list[FeatureAuc]:
    best = probe_single(images, features, FEATURES_KEPT)
    return [FeatureAuc(name, auc.value, auc.ci95, difference_in_words(facts, name)) for name, auc in best]


def _strongest(found: _Probed) -> str | None:
    if not found.features:
        return None
    first = found.features[0]
    return f"{first.words} (AUC of this alone {first.auc:.3f})"


def _original_finding(found: _Probed) -> Finding:
    auc = found.aucs["original_metadata_auc"]
    words = f" Most of all: {found.original_features[0].words}." if found.original_features else ""
    return Finding(
        "note",
        "original_metadata_auc",
        f"What the data tell about the files that these images were made from tells fakes from reals with AUC "
        f"{auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f}).{words} A detector does not see that, but traces of "
        "earlier compression and resampling may survive.",
        "Compress at random while training, and evaluate on the tiers web and hard.",
    )


def _judge_collection(facts: pd.DataFrame, duplicates: Duplicates, crop: TrainingCrop) -> list[Finding]:
    """What needs no classifier: duplicates, conflicts, balance, sources, sizes."""
    fake = facts["label"].to_numpy() == 1
    counts = {
        str(split): (int((own["label"] == 0).sum()), int((own["label"] == 1).sum()))
        for split, own in facts.groupby("split", observed=True)
    }
    single = [
        judge_duplicates(int(duplicates.elsewhere.sum()), int((facts["split"] != "train").sum())),
        judge_sources(_shared_sources(facts)),
        judge_sizes(_too_small(facts, crop.side), crop.side, crop.recipe),
    ]
    conflicts = judge_conflicts(
        int(duplicates.exact_conflict.sum()),
        int(duplicates.near_conflict.sum()),
        int((duplicates.near_conflict & fake).sum()),
        len(facts),
        int(fake.sum()),
    )
    return [*conflicts, *judge_balance(counts), *(own for own in single if own is not None)]


def _draw(count: int, sample: int, *, seed: int) -> npt.NDArray[np.bool_]:
    chosen = np.zeros(count, dtype=bool)
    chosen[np.random.default_rng(seed).permutation(count)[:sample]] = True
    return chosen


def _shared_sources(facts: pd.DataFrame) -> list[str]:
    in_train = set(facts.loc[facts["split"] == "train", "source"]) - {""}
    elsewhere = set(facts.loc[facts["split"] != "train", "source"])
    return sorted(in_train & elsewhere)


def _too_small(facts: pd.DataFrame, crop: int) -> dict[str, float]:
    side = np.minimum(facts["width"], facts["height"])
    return {
        name: float((side[facts["label"] == label] < crop).mean())
        for label, name in enumerate(LABEL_NAMES)
        if (facts["label"] == label).any()
    }
