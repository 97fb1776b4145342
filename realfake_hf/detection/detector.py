"""Images in, verdicts out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from PIL import Image

from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.detection.stability import (
    STABILITIES,
    Stability,
    deliveries,
    probability,
    settled,
    wants_deliveries,
)
from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import (
    DRAWING_OR_SCREENSHOT,
    HEAVILY_COMPRESSED,
    NOTHING_TO_JUDGE,
    OUTSIDE_TRAINING_RANGE,
    TOO_SMALL,
    UNSTABLE,
    UPSCALED,
    why_not_judged,
)
from realfake_hf.errors import RealFakeError, one_line
from realfake_hf.images.drawn import looks_drawn
from realfake_hf.images.emptiness import shows_nothing
from realfake_hf.images.file_state import FileState
from realfake_hf.images.image_files import ImageSource, describe_source, open_image
from realfake_hf.images.opened_image import OpenedImage, open_with_facts
from realfake_hf.images.remembered_image import RememberedImage
from realfake_hf.images.upscaling import looks_upscaled
from realfake_hf.inference.crop_boxes import share_seen
from realfake_hf.inference.model_identity import model_identity
from realfake_hf.inference.model_loading import DEFAULT_MODEL, load_model, model_folder
from realfake_hf.inference.onnx.onnx_model import OnnxModel, Runtime, choose_runtime, runs_on_cpu
from realfake_hf.models.labels import check_label_map
from realfake_hf.statistics.decision import decide
from realfake_hf.storage.machine import available_cores
from realfake_hf.storage.processes import map_ahead
from realfake_hf.weights import embedded_models

if TYPE_CHECKING:
    import torch

    from realfake_hf.detection.heatmaps import Heatmap
    from realfake_hf.inference.predictor import Predictor

KEPT_PIXELS, KEPT_PIXELS_OF_A_BATCH = 16_000_000, 2_000_000
"""Larger images are decoded again for their heatmap: so many wait at a time, in threads and in batches."""

HEAVY_COMPRESSION_BELOW = 50
"""JPEG quality under which a generator's traces are mostly gone; the `hard` tier has 40, the `web` tier 60."""

_IN_MEMORY = describe_source(None)


class Detector:
    """Tells photographs from AI-generated images.

    `detector("photo.jpg")` gives a `Verdict`, a list gives a list, and `stream` judges any number of images as they
    come. An image that cannot be read or judged gets a verdict without a label whose `error` says why.

    Args:
        model: `default` (the embedded one), a folder, a Hub id, or an ONNX file that `realfake export` wrote.
        device: a torch device; by default a GPU if there is one. ONNX runs on the CPU.
        batch_size: images that torch judges at a time; onnxruntime is fastest with one for each thread.
        num_crops: crops judged per image, where the processor takes native crops; by default the processor's own.
        trust_remote_code: run code that comes with the model; ours never needs it here.
        workers: threads that read and decode, and judge with onnxruntime; by default one per core, for torch at most
            8.
        runtime: `torch`, `onnx` (by onnxruntime: no torch is imported until a heatmap asks for it), or `auto`: ONNX
            for embedded models on the CPU and where the folder holds no other weights.
        stability: when an image is judged again recompressed, resized and cropped, its answers averaged, and called
            unsure where they contradict each other: `off`, `auto` (the first answer is near a threshold) or `always`.

    Attributes:
        runtime: `torch` or `onnx`.
        model, processor: of Transformers, the model in evaluation mode and float32; or an `OnnxModel` and its own.
        threshold_low, threshold_high: the model's own.
        identity: see `model_identity`; every verdict carries it.

    Raises:
        RealFakeError: the model cannot be loaded, its labels are not {0: real, 1: fake}, or an argument is wrong.
    """

    def __init__(
        self,
        model: str | Path = DEFAULT_MODEL,
        *,
        device: str | torch.device | None = None,
        batch_size: int = 16,
        num_crops: int | None = None,
        trust_remote_code: bool = False,
        workers: int | None = None,
        runtime: Runtime = "auto",
        stability: Stability = "off",
    ) -> None:
        if batch_size < 1 or (num_crops is not None and num_crops < 1) or (workers is not None and workers < 1):
            raise RealFakeError("batch_size, num_crops and workers must be at least 1.")
        if stability not in STABILITIES:
            raise RealFakeError(f"stability must be one of {', '.join(STABILITIES)}, not {stability}.")
        onnx_file = choose_runtime(model, runtime, device=device)
        self.runtime = "torch" if onnx_file is None else "onnx"
        self.name = str(model)
        self.identity = model_identity(model, runtime=runtime, num_crops=num_crops, stability=stability)
        self.stability: Stability = stability
        self.batch_size = batch_size
        self.workers = workers or (available_cores() if onnx_file else min(8, available_cores()))
        self._num_crops, self._lock = num_crops, Lock()
        # The working folder may change meanwhile.
        self._where = str(Path(model).expanduser().absolute()) if _is_own_folder(model) else self.name
        self._load_again = partial(
            type(self), self._where, device=device, batch_size=batch_size, num_crops=num_crops,
            trust_remote_code=trust_remote_code, workers=workers, runtime=runtime, stability=stability,
        )  # fmt: skip
        self._for_heatmaps: Predictor | None = None
        self._track_record: tuple[TrackRecord | None, ...] = ()
        self._predictor: Predictor | OnnxModel
        self.model: Any
        if onnx_file is None:
            self._predictor = _torch_predictor(model, device, trust_remote_code)
            self.model = self._predictor.model
        else:
            if not runs_on_cpu(device):
                raise RealFakeError(f"ONNX models run on the CPU, not on {device}: leave `device` out.")
            threads = max(1, available_cores() // self.workers)
            self._predictor = self.model = OnnxModel(onnx_file.absolute(), name=self.name, threads=threads)
        self.processor = self._predictor.processor
        if num_crops is not None:
            _set_num_crops(self.processor, num_crops)
        config = self.model.config
        self.threshold_low = float(getattr(config, "threshold_low", 0.5))
        self.threshold_high = float(getattr(config, "threshold_high", 0.5))

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies, and what goes to other processes, load the model again: neither sessions nor locks can travel."""
        same = {name: getattr(self, name) for name in ("name", "identity", "threshold_low", "threshold_high")}
        return self._load_again, (), same

    @overload
    def __call__(self, images: ImageSource) -> Verdict: ...  # type: ignore[overload-overlap]  # str is iterable
    @overload
    def __call__(self, images: Iterable[ImageSource]) -> list[Verdict]: ...
    def __call__(self, images: Any) -> Verdict | list[Verdict]:
        """Judge one image (path, bytes, binary file, PIL image or array), or all of an iterable of them."""
        if _is_one_image(images):
            return next(self._stream([images], alone=True))
        if not isinstance(images, Iterable):
            raise RealFakeError(
                f"A {type(images).__name__} is not an image: give a path, bytes, a PIL image or an array."
            )
        return list(self.stream(images))

    def stream(self, images: Iterable[ImageSource], *, keep_images: bool = False) -> Iterator[Verdict]:
        """Judge images as they come, in order; a few batches are held at a time, whatever the number of images.

        Args:
            images: as for a call.
            keep_images: verdicts hold on to their decoded images, unless these are very large, so that their heatmaps
                need no second decoding.
        """
        return self._stream(images, alone=False, keep_images=keep_images)

    def heatmap(self, image: ImageSource) -> Heatmap:
        """Where the model looks in one image, and what speaks there for what.

        Raises:
            RealFakeError: the image cannot be read, the model has no heatmap, or it is an ONNX file alone.
        """
        from realfake_hf.detection.heatmaps import make_heatmap

        predictor = self._heatmap_predictor()
        return make_heatmap(predictor.model, predictor.processor, open_image(image))

    def track_record(self) -> TrackRecord | None:
        """How the model did on generators and cameras that it never met; None where that was not measured."""
        if not self._track_record:
            folder = self._predictor.folder if isinstance(self._predictor, OnnxModel) else model_folder(self._where)
            self._track_record = (TrackRecord.read(folder, (self.threshold_low, self.threshold_high)),)
        return self._track_record[0]

    def _heatmap_predictor(self) -> Predictor:
        """The network itself: maps need its gradients, which onnxruntime does not give."""
        if isinstance(self._predictor, OnnxModel) and not self._predictor.has_weights_beside:
            raise RealFakeError(f"{self.name} runs by onnxruntime, which shows no heatmaps: use the model itself.")
        with self._lock:
            if self._for_heatmaps is None:
                if isinstance(self._predictor, OnnxModel):
                    self._for_heatmaps = _torch_predictor(self._predictor.folder, "cpu", False)
                    if self._num_crops is not None:
                        _set_num_crops(self._for_heatmaps.processor, self._num_crops)
                else:
                    self._for_heatmaps = self._predictor
            return self._for_heatmaps

    def _stream(self, images: Iterable[ImageSource], *, alone: bool, keep_images: bool = False) -> Iterator[Verdict]:
        keep_pixels = KEPT_PIXELS if self.runtime == "onnx" else KEPT_PIXELS_OF_A_BATCH
        prepare = partial(self._prepare, alone=alone, keep_pixels=keep_pixels if keep_images else 0)
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="realfake-read")
        try:
            if self.runtime == "onnx":
                # Each thread takes an image from file to verdict: nothing waits for a batch, and the caches stay warm.
                yield from map_ahead(pool, lambda source: self._judge([prepare(source)])[0], images, 2 * self.workers)
                return
            # Two batches ahead: while the model judges one, the threads read the next.
            prepared = map_ahead(pool, prepare, images, ahead=2 * self.batch_size)
            while batch := list(islice(prepared, self.batch_size)):
                yield from self._judge(batch)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _prepare(self, source: ImageSource, *, alone: bool, keep_pixels: int) -> _Prepared:
        name = describe_source(source)
        verdict = Verdict(
            path=None if name == _IN_MEMORY else name,
            threshold_low=self.threshold_low,
            threshold_high=self.threshold_high,
            model=self.identity,
            **asdict(FileState.of(source)),
        )
        try:
            opened = open_with_facts(source)
            is_kept = opened.image.width * opened.image.height <= keep_pixels
            again = opened.image if is_kept else RememberedImage(source, opened, alone=alone)

            def reopen() -> Image.Image:
                return again.open() if isinstance(again, RememberedImage) else again

            verdict = replace(
                verdict,
                width=opened.image.width,
                height=opened.image.height,
                format=opened.format,
                warnings=self._warnings(opened),
                provenance=opened.provenance,
                share_seen=share_seen(self.processor, *opened.image.size),
                _track_record=self.track_record,
                _make_heatmap=lambda: self.heatmap(reopen()),
            )
            # From a file to the verdict the image may stay, or be read again; one from memory stays in memory.
            stays = self.runtime == "onnx" or not isinstance(source, str | Path)
            again_for_views = (lambda: opened.image) if stays else reopen
            wants_views = self.stability != "off" and NOTHING_TO_JUDGE not in verdict.warnings
            return _Prepared(verdict, self._predictor.prepare(opened.image), again_for_views if wants_views else None)
        except RealFakeError as error:
            return _Prepared(replace(verdict, error=str(error)))
        except Exception as error:  # one odd image must not end a scan of thousands
            return _Prepared(replace(verdict, error=f"{name} cannot be prepared for the model: {one_line(error)}."))

    def _judge(self, batch: list[_Prepared]) -> list[Verdict]:
        """The verdicts of some prepared images; images of one shape are judged together."""
        by_shape: dict[tuple[int, ...], list[int]] = {}
        for position, prepared in enumerate(batch):
            if prepared.pixels is not None:
                by_shape.setdefault(tuple(prepared.pixels.shape), []).append(position)
        verdicts = [prepared.verdict for prepared in batch]
        for positions in by_shape.values():
            for position, verdict in zip(positions, self._judge_alike([batch[i] for i in positions]), strict=True):
                verdicts[position] = verdict
        return verdicts

    def _judge_alike(self, batch: list[_Prepared]) -> list[Verdict]:
        pixels = [prepared.pixels for prepared in batch]
        try:
            logits = self._predictor.logits(_stacked(pixels))
        except (RuntimeError, ValueError) as error:  # too little memory, or an input below the network's smallest
            if len(batch) > 1:
                return [verdict for prepared in batch for verdict in self._judge_alike([prepared])]
            verdict = batch[0].verdict
            sentence = f"{verdict.path or _IN_MEMORY} cannot be judged by {self.name}: {one_line(error)}."
            return [replace(verdict, error=sentence)]
        return [self._decided(prepared, float(logit)) for prepared, logit in zip(batch, logits, strict=True)]

    def _decided(self, prepared: _Prepared, logit: float) -> Verdict:
        verdict, p_fake = prepared.verdict, probability(logit)
        if not 0.0 <= p_fake <= 1.0:  # NaN fails both comparisons
            return replace(verdict, error=f"{verdict.path or _IN_MEMORY} got a score that is no number.")
        thresholds = self.threshold_low, self.threshold_high
        if prepared.reopen and wants_deliveries(self.stability, p_fake, *thresholds):
            try:
                views = [self._predictor.prepare(view) for view in deliveries(prepared.reopen())]
            except RealFakeError as error:  # the file has gone meanwhile
                return replace(verdict, error=str(error))
            others = [float(self._predictor.logits(_stacked([view]))[0]) for view in views]
            mean_logit, is_unstable = settled([logit, *others], *thresholds)
            p_fake = probability(mean_logit)
            if is_unstable:
                return replace(verdict, p_fake=p_fake, label="unsure", warnings=[*verdict.warnings, UNSTABLE])
        label = decide(p_fake, self.threshold_low, self.threshold_high)
        return replace(verdict, p_fake=p_fake, label="unsure" if why_not_judged(verdict.warnings) else label)

    def _warnings(self, opened: OpenedImage) -> list[str]:
        warnings = [NOTHING_TO_JUDGE] if shows_nothing(opened.image) else []
        size = getattr(self.processor, "size", None)
        if isinstance(size, int) and min(opened.image.size) < size:
            warnings.append(TOO_SMALL)
        if opened.jpeg_quality is not None and opened.jpeg_quality < HEAVY_COMPRESSION_BELOW:
            warnings.append(HEAVILY_COMPRESSED)
        if _outside_training_range(getattr(self.model.config, "training_range", None), opened):
            warnings.append(OUTSIDE_TRAINING_RANGE)
        if warnings[:1] == [NOTHING_TO_JUDGE]:
            return warnings
        if looks_drawn(opened.image):
            warnings.append(DRAWING_OR_SCREENSHOT)
        elif looks_upscaled(opened.image):
            warnings.append(UPSCALED)
        return warnings


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A verdict to be, and the pixels that it waits for: (3, H, W) or (N, 3, H, W); none after an error.

    `reopen` gives the image once more, for views of it; None where no others are wanted.
    """

    verdict: Verdict
    pixels: torch.Tensor | np.ndarray | None = None
    reopen: Callable[[], Image.Image] | None = None


def _is_own_folder(model: str | Path) -> bool:
    """Whether it is a path here rather than the name of an embedded model or of one of the Hub."""
    return Path(model).expanduser().exists() and str(model) not in (DEFAULT_MODEL, *embedded_models())


def _is_one_image(images: Any) -> bool:
    single = (str, Path, bytes, bytearray, memoryview, Image.Image, np.ndarray)
    return isinstance(images, single) or hasattr(images, "read")


def _outside_training_range(training_range: dict[str, list[float]] | None, opened: OpenedImage) -> bool:
    """Whether an image lies outside a config's `training_range`; see `RealFakeConfig`."""
    facts = {"side": min(opened.image.size), "jpeg_quality": opened.jpeg_quality}
    for name, (low, high) in (training_range or {}).items():
        value = facts.get(name)
        if value is not None and not low <= value <= high:
            return True
    return False


def _stacked(pixels: list[Any]) -> Any:
    if isinstance(pixels[0], np.ndarray):
        return np.stack(pixels)
    import torch

    return torch.stack(pixels)


def _torch_predictor(model: str | Path, device: str | torch.device | None, trust_remote_code: bool) -> Predictor:
    import torch

    from realfake_hf.inference.predictor import Predictor, moved

    loaded = load_model(model, trust_remote_code=trust_remote_code)
    _check_labels(loaded.model.config.id2label, loaded.name)
    predictor = Predictor.of(loaded.model, loaded.processor, name=loaded.name, device="cpu")
    # Convolutions on the CPU and on tensor cores are fastest with the channels innermost.
    moved(predictor.model, device, memory_format=torch.channels_last)
    return predictor


def _check_labels(id2label: dict[int, str], name: str) -> None:
    try:
        check_label_map(id2label)
    except ValueError:
        labels = ", ".join(str(label) for label in list(id2label.values())[:6])
        raise RealFakeError(
            f"{name} has the labels {labels} instead of real and fake, so its verdicts are not for us to read: "
            f"measure it with `realfake evaluate --fake-label`."
        ) from None


def _set_num_crops(processor: Any, num_crops: int) -> None:
    if getattr(processor, "mode", None) != "native-crops":
        raise RealFakeError("num_crops needs a model whose processor takes native crops: leave it out for this one.")
    processor.num_crops = num_crops
