"""What a model costs to run: `cost.json`."""

from __future__ import annotations

from dataclasses import dataclass

from realfake_hf.records.json_record import FolderRecord

COST_FILE = "cost.json"


@dataclass(frozen=True)
class ModelCost(FolderRecord, file=COST_FILE, what="the cost of a model", remedy="remove it, and measure again"):
    """What a model costs to run: `cost.json`.

    Attributes:
        parameters, trainable_parameters: numbers; trainable ones are those that the run changed.
        macs: multiply-adds of one input.
        input: of the network, (channels, height, width).
        inputs_per_image: crops that a verdict takes; their logits are averaged.
        layers: type of layer -> how many, those with children not counted.
        head: the layers of the classifier in order, in words.
        milliseconds: median wall time of one image, all its inputs, through the network alone; None where it was not
            measured.
        threads: torch threads of that measurement.
        hardware: what it was measured on.
    """

    parameters: int
    trainable_parameters: int
    macs: int
    input: tuple[int, int, int]
    layers: dict[str, int]
    head: list[str]
    milliseconds: float | None = None
    threads: int | None = None
    hardware: str = ""
    inputs_per_image: int = 1

    @property
    def total_layers(self) -> int:
        """How many layers there are."""
        return sum(self.layers.values())
