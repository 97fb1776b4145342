"""`realfake scan --engine ray`: units of work over a Ray cluster, or over the cores of this machine."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from realfake_hf.detection.detector_settings import DetectorSettings
from realfake_hf.detection.scanning.parts_folder import PartsFolder
from realfake_hf.detection.scanning.plan import FILES_A_UNIT, plan_units
from realfake_hf.detection.scanning.unit import Unit
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.storage.working import working

MAX_BLOCKS = 10_000
"""Of Ray Data: so many lists of units at most are handed out."""


@dataclass
class PartsSummary:
    """A scan in parts that is through.

    Attributes:
        labels: images by label; those that could not be judged are `""`.
        units: of them all.
        earlier: units whose parts were there already.
        errors: the first sentences about images that could not be judged.
    """

    labels: Counter[str] = field(default_factory=Counter)
    units: int = 0
    earlier: int = 0
    errors: list[str] = field(default_factory=list)


class Judge:
    """A worker: holds the model, judges units and writes their parts.

    Args:
        settings: of the detector.
        output: path or URL of the folder of parts.
        workers: threads that read images.
    """

    SHOWN_ERRORS = 5

    def __init__(self, settings: DetectorSettings, output: str, workers: int) -> None:
        self._parts = PartsFolder(output)
        self._detector = settings.detector(workers)

    def __call__(self, batch: Mapping[str, Iterable[object]]) -> dict[str, list[Any]]:
        """Judge the units of a batch: a column `unit` of JSON; columns `real`, `unsure`, `fake`, `none`, `errors`."""
        rows: dict[str, list[Any]] = {name: [] for name in ("real", "unsure", "fake", "none", "errors")}
        for text in batch["unit"]:
            labels, errors = self.judge(Unit.from_json(str(text)))
            for name in ("real", "unsure", "fake"):
                rows[name].append(labels[name])
            rows["none"].append(labels[""])
            rows["errors"].append("\n".join(errors))
        return rows

    def judge(self, unit: Unit) -> tuple[Counter[str], list[str]]:
        """Judge one unit and write its part: images by label, and the first sentences about those without one."""
        unread: list[Verdict] = []

        def readable() -> Iterable[Any]:
            for image in unit.images():
                if isinstance(image, Verdict):
                    unread.append(image)
                else:
                    yield image

        verdicts = [*self._detector.stream(readable()), *unread]
        self._parts.write(unit.id, [verdict.record for verdict in verdicts])
        errors = [verdict.error for verdict in verdicts if verdict.error]
        return Counter(verdict.label or "" for verdict in verdicts), errors[: self.SHOWN_ERRORS]


def scan_with_ray(
    inputs: Iterable[str],
    *,
    output: str,
    settings: DetectorSettings,
    actors: int | None = None,
    cores: int = 1,
    files_a_unit: int = FILES_A_UNIT,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = True,
) -> PartsSummary:
    """Judge images with a pool of Ray actors, each of which holds the model, and write parquet parts.

    Ray is the one that runs where this is called (`RAY_ADDRESS`, a submitted job), else one on this machine.

    Args:
        inputs: see `plan_units`; where there are several machines, all must reach them by these names.
        output: path or URL of a folder; `scan.json` and `part-*.parquet`, each with the columns of a scan.
        settings: of the detector.
        actors: by default as many as the cluster's cores, or its GPUs, allow.
        cores: of an actor.
        files_a_unit: image files in one part at most.
        resume, overwrite: see `PartsFolder.begin`.
        progress: a bar, on a terminal.

    Raises:
        RealFakeError: Ray is not installed, nothing to judge, a model that cannot be loaded, or an output in use.
    """
    ray = _ray()
    parts = PartsFolder(output)
    units = plan_units(inputs, files_a_unit, leave_out=parts.holds)
    identity = settings.identity
    there = parts.begin(identity, [unit.id for unit in units], resume=resume, overwrite=overwrite)
    summary = PartsSummary(units=len(units), earlier=len(there))
    for id in there:
        summary.labels += parts.counts(id)
    todo = [{"unit": unit.to_json()} for unit in units if unit.id not in there]
    if todo:
        with working("Starting Ray"):
            if not ray.is_initialized():
                os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # else it reports to its makers
                ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)
        ray.data.DataContext.get_current().enable_progress_bars = False
        gpus = 1 if settings.device and settings.device.startswith("cuda") else 0
        results = ray.data.from_items(todo, override_num_blocks=min(len(todo), MAX_BLOCKS)).map_batches(
            Judge,
            fn_constructor_args=(settings, output, cores),
            batch_size=1,
            num_cpus=cores,
            num_gpus=gpus,
            concurrency=min(len(todo), actors or _places(ray, cores, gpus)),
        )
        _follow(results, summary, len(todo), progress=progress)
    parts.finish(identity)
    return summary


def _follow(results: Any, summary: PartsSummary, count: int, *, progress: bool) -> None:
    from tqdm import tqdm

    bar = tqdm(total=count, desc="parts", unit="part", leave=False, disable=None if progress else True)
    with bar:
        for row in results.iter_rows():
            for name in ("real", "unsure", "fake"):
                summary.labels[name] += int(row[name])
            summary.labels[""] += int(row["none"])
            summary.errors += str(row["errors"]).splitlines()
            bar.set_postfix_str(f"{sum(summary.labels.values())} images")
            bar.update()


def _places(ray: Any, cores: int, gpus: int) -> int:
    resources = ray.cluster_resources()
    found = resources.get("GPU", 0) if gpus else resources.get("CPU", 1) / cores
    if found < 1:
        raise RealFakeError("The Ray cluster has no free GPU, or too few cores for one worker: use fewer.")
    return int(found)


def stay_at_home() -> None:
    """Let a Ray that is only of this machine listen to this machine alone, as it does on macOS and Windows.

    Elsewhere it takes work from whoever reaches its ports over the network. To be called before Ray is imported; where
    a cluster is named or runs here, it is left as it is.
    """
    place = os.environ.get("RAY_TMPDIR") or os.environ.get("TMPDIR") or "/tmp"
    is_joined = os.environ.get("RAY_ADDRESS") or Path(place, "ray", "ray_current_cluster").exists()
    if not is_joined and "ray" not in sys.modules:
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")


def _ray() -> Any:
    stay_at_home()
    try:
        import ray
        import ray.data
    except ImportError:
        raise RealFakeError("The engine ray needs Ray: pip install 'realfake-hf[ray]'.") from None
    return ray
