"""One of our networks as an ONNX graph."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from realfake_hf.errors import RealFakeError, first_line, one_line
from realfake_hf.inference.onnx.onnx_model import INPUT, OUTPUT, TEMPERATURE_KEY
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel

OPSET = 18
"""Of the default ONNX domain; what onnxruntime 1.14 (2023) and later run."""


class _Logits(nn.Module):
    def __init__(self, model: RealFakePreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.model(pixel_values=pixel_values, return_dict=True).logits


def write_onnx(model: RealFakePreTrainedModel, path: Path, *, side: int, crops: bool) -> list[str | int]:
    """Write a network in evaluation mode: `pixel_values` float32 in, `logits` (batch, 2) after temperature out.

    Args:
        model: on the CPU, float32.
        path: of the ONNX file; the weights are inside it.
        side: of the crops that the processor makes, in pixels.
        crops: the input is (batch, crops, 3, side, side), and the graph takes the mean of the crops' logits; else
            (batch, 3, side, side).

    Returns:
        The input's shape, free axes by name.

    Raises:
        RealFakeError: the network cannot be written as ONNX, or the file is not valid ONNX.
    """
    import onnx

    axes = input_axes(side, crops=crops)
    onnx.save(onnx_graph(model, axes), path)
    check_onnx(path)
    return axes


def input_axes(side: int, *, crops: bool) -> list[str | int]:
    """The shape of `pixel_values`, free axes by name; see `write_onnx`."""
    return ["batch", *(["crops"] if crops else []), 3, side, side]


def onnx_graph(model: RealFakePreTrainedModel, axes: list[str | int], *, own_weights: bool = True) -> Any:
    """A network as an `onnx.ModelProto` whose metadata tell the temperature.

    Args:
        model: on the CPU, float32.
        axes: the input's, those that have a name are free.
        own_weights: norms are folded into the weights of convolutions; else all weights are the network's, by their
            names with `model.` before them.

    Raises:
        RealFakeError: the network cannot be written as ONNX.
    """
    import onnx

    try:
        proto = _exported(model, axes, own_weights=own_weights)
    except Exception as error:  # torch.export raises whatever the network's code met
        raise RealFakeError(f"This network cannot be written as ONNX: {one_line(error)}.") from error
    _name_axes(proto, axes)
    for node in proto.graph.node:  # where in the sources of torch it came from, for every node
        del node.metadata_props[:]
        node.ClearField("doc_string")
    onnx.helper.set_model_props(proto, {TEMPERATURE_KEY: repr(float(model.config.temperature))})
    return proto


def _exported(model: RealFakePreTrainedModel, axes: list[str | int], *, own_weights: bool) -> Any:
    # Two of everything: an axis of one would be taken for a constant.
    example = torch.zeros([2 if isinstance(axis, str) else axis for axis in axes])
    free = {place: torch.export.Dim.DYNAMIC for place, axis in enumerate(axes) if isinstance(axis, str)}
    with quiet_libraries():
        program = torch.onnx.export(
            _Logits(model.eval()),
            (example,),
            dynamo=True,
            dynamic_shapes={INPUT: free},
            input_names=[INPUT],
            output_names=[OUTPUT],
            opset_version=OPSET,
            optimize=own_weights,
        )
        assert program is not None
        if not own_weights:
            _simplify(program.model)
    return program.model_proto


def _simplify(graph: Any) -> None:
    """Compute what is constant; the weights stay as they are."""
    from onnxscript.optimizer import fold_constants, remove_unused_nodes

    fold_constants(graph, onnx_shape_inference=True)
    remove_unused_nodes(graph)


def check_onnx(path: Path) -> None:
    """Let `onnx.checker` look at a file, its shapes too.

    Raises:
        RealFakeError: it is not valid ONNX.
    """
    import onnx

    try:
        onnx.checker.check_model(str(path), full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise RealFakeError(f"The graph of {path.name} is not valid ONNX: {first_line(error)}.") from error


def _name_axes(proto: Any, axes: list[str | int]) -> None:
    """Give the free axes names that people understand, instead of the exporter's s99."""
    value = proto.graph.input[0].type.tensor_type.shape
    renamed = {}
    for dimension, axis in zip(value.dim, axes, strict=True):
        if isinstance(axis, str):
            renamed[dimension.dim_param] = axis
    for info in (*proto.graph.input, *proto.graph.output):
        for dimension in info.type.tensor_type.shape.dim:
            if dimension.dim_param in renamed:
                dimension.dim_param = renamed[dimension.dim_param]
    del proto.graph.value_info[:]  # they name the old ones, and nobody needs them


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Without notes about operators of packages that are not installed, and without progress."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
