"""An ONNX file without weights of its own: it reads those of the model.safetensors beside it, whatever their precision.

So a package carries every weight once, and both runtimes start from the same numbers.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import LoadedModel
from realfake_hf.inference.onnx.onnx_file import check_onnx, input_axes, onnx_graph
from realfake_hf.inference.onnx.onnx_model import OUTPUT, TEMPERATURE_KEY, OnnxModel, require_onnx
from realfake_hf.storage.files import written_whole

ONNX_FILE, WEIGHTS_FILE = "model.onnx", "model.safetensors"
PREFIX, TEMPERATURE = "model.", "temperature"
"""Before the names of weights in the graph; and what its logits are divided by."""
PRECISIONS = {"F32": np.float32, "F16": np.float16}
"""Of safetensors, as ONNX and numpy have them too."""


@dataclass(frozen=True)
class _Stored:
    """Where a safetensors file keeps one tensor: bytes from its beginning."""

    precision: str
    shape: tuple[int, ...]
    offset: int
    length: int

    def read(self, content: bytes) -> np.ndarray:
        part = content[self.offset : self.offset + self.length]
        return np.frombuffer(part, PRECISIONS[self.precision]).reshape(self.shape)


def write_onnx_beside(loaded: LoadedModel) -> float:
    """Write model.onnx into a model's folder, on the weights that lie there; it is run beside torch first.

    Returns:
        The largest difference of a logit from torch's on the package's samples.

    Raises:
        RealFakeError: a package is missing, the weights are in several files, the network cannot be written as ONNX,
            or the result does not agree with torch.
    """
    require_onnx("onnx", "onnxscript", "onnxruntime")
    import onnx

    from realfake_hf.inference.onnx.checking import check_images, checked_agreement, onnx_logits, prepared, torch_logits

    model, processor, folder = loaded.model, loaded.processor, loaded.folder
    if not (folder / WEIGHTS_FILE).is_file():
        raise RealFakeError(f"{folder} has no {WEIGHTS_FILE}: save the model there in one file.")
    axes = input_axes(processor.size, crops=processor.mode == "native-crops")
    temperature = float(model.config.temperature)
    try:
        model.config.temperature = 2.0  # not 1, by which a simplified graph would not divide
        proto = onnx_graph(model, axes, own_weights=False)
    finally:
        model.config.temperature = temperature
    _divide_by(proto, temperature)
    _take_out_weights(proto, (folder / WEIGHTS_FILE).read_bytes())
    draft = folder / f".{ONNX_FILE}"
    try:
        onnx.save(proto, draft)
        check_onnx(draft)
        batches = prepared(processor, check_images())
        logits = onnx_logits(OnnxModel(draft), batches)
        agreement = checked_agreement(loaded.name, torch_logits(model, batches), logits, (0.5, 0.5))
        draft.replace(folder / ONNX_FILE)
    finally:
        draft.unlink(missing_ok=True)
    return agreement.max_logit_difference


def set_temperature(path: Path, temperature: float) -> None:
    """Divide the logits of an ONNX file of ours by another temperature.

    Raises:
        RealFakeError: the package onnx is missing, or the file does not divide its logits.
    """
    require_onnx("onnx")
    import onnx

    proto = onnx.load(path, load_external_data=False)
    _divide_by(proto, temperature)
    with written_whole(path) as draft:
        onnx.save(proto, draft)


def _divide_by(proto: Any, temperature: float) -> None:
    import onnx

    division = next((node for node in proto.graph.node if OUTPUT in node.output), None)
    if division is None or division.op_type != "Div":
        raise RealFakeError("The ONNX graph does not end in a division by the temperature: export the model again.")
    division.input[1] = TEMPERATURE
    # What nothing reads now, the former divisor above all, would let onnxruntime warn whoever opens the file.
    read = {name for node in proto.graph.node for name in node.input} - {TEMPERATURE}
    read.update(output.name for output in proto.graph.output)
    for values in (proto.graph.node, proto.graph.initializer):
        kept = [value for value in values if read & set(getattr(value, "output", ()) or [value.name])]
        del values[:]
        values.extend(kept)
    divisor = onnx.numpy_helper.from_array(np.array(temperature, dtype=np.float32), TEMPERATURE)
    proto.graph.initializer.append(divisor)
    onnx.helper.set_model_props(proto, {TEMPERATURE_KEY: repr(float(temperature))})


def _take_out_weights(proto: Any, content: bytes) -> None:
    """Let the graph's weights be those of a safetensors file; what that does not have stays inside."""
    from onnx import TensorProto, helper, numpy_helper

    places = _places(content)
    casts = []
    for tensor in proto.graph.initializer:
        stored = places.get(tensor.name.removeprefix(PREFIX))
        values = numpy_helper.to_array(tensor)
        if stored is None or not np.array_equal(stored.read(content).astype(values.dtype), values):
            continue
        name = tensor.name if stored.precision == "F32" else f"{tensor.name}.stored"
        if name != tensor.name:
            casts.append(helper.make_node("Cast", [name], [tensor.name], to=TensorProto.FLOAT))
        precision = helper.np_dtype_to_tensor_dtype(np.dtype(PRECISIONS[stored.precision]))
        tensor.Clear()
        tensor.name, tensor.data_type, tensor.data_location = name, precision, TensorProto.EXTERNAL
        tensor.dims.extend(stored.shape)
        where = {"location": WEIGHTS_FILE, "offset": stored.offset, "length": stored.length}
        for key, value in where.items():
            tensor.external_data.add(key=key, value=str(value))
    nodes = [*casts, *proto.graph.node]
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)


def _places(content: bytes) -> dict[str, _Stored]:
    """The tensors of a safetensors file: eight bytes with the length of a JSON header, the header, the numbers."""
    (length,) = struct.unpack("<Q", content[:8])
    start = 8 + length
    header = json.loads(content[8:start])
    return {
        name: _Stored(entry["dtype"], tuple(entry["shape"]), start + entry["data_offsets"][0], end - begin)
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] in PRECISIONS
        for begin, end in [entry["data_offsets"]]
    }
