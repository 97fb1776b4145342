"""The exported model in 8-bit integers: a quarter of the size, and faster where the processor has such instructions."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from realfake_hf.inference.onnx.onnx_file import check_onnx, quiet_libraries
from realfake_hf.inference.onnx.onnx_model import import_onnxruntime

QUANTIZED_OPERATORS = ("Conv", "Gemm", "MatMul")
FLOAT_CONVOLUTIONS = 6
"""The first convolutions stay in float32, at most a third of all: the traces of generators that they find are a grey
level or two high, and eight bits for the whole range of a channel round them away. They hold few of the weights."""


def write_int8(source: Path, target: Path, batches: Sequence[dict[str, npt.NDArray[np.float32]]]) -> None:
    """Quantise an ONNX model statically: weights int8 per channel, activations uint8, by quantise-dequantise pairs.

    Args:
        source: the float32 model.
        target: the new file.
        batches: inputs whose activations give the ranges, as `OnnxModel.feed` makes them.

    Raises:
        RealFakeError: the result is not valid ONNX.
    """
    import onnx

    import_onnxruntime()
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            self._batches = iter(batches)

        def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
            return next(self._batches, None)

    with tempfile.TemporaryDirectory() as folder, quiet_libraries():
        simplified = Path(folder) / "simplified.onnx"
        # Norms are folded into the convolutions; onnxruntime's shape inference does not know all our operators.
        quant_pre_process(source, simplified, skip_symbolic_shape=True)
        quantize_static(
            simplified,
            target,
            Reader(),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=list(QUANTIZED_OPERATORS),
            nodes_to_exclude=_float_nodes(onnx.load(simplified).graph),
        )
    quantized = onnx.load(target)
    properties = {entry.key: entry.value for entry in onnx.load(source, load_external_data=False).metadata_props}
    onnx.helper.set_model_props(quantized, properties)
    onnx.save(quantized, target)
    check_onnx(target)


def _float_nodes(graph: Any) -> list[str]:
    convolutions = [node.name for node in graph.node if node.op_type == "Conv"]
    return convolutions[: min(FLOAT_CONVOLUTIONS, len(convolutions) // 3)]
