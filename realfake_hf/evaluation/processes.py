"""Several processes that measure together: each judges its share of the images, the first puts them together.

`torchrun` (or `accelerate launch`) starts the processes and tells each its number; all see one output folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

PATIENCE = timedelta(days=7)
"""How long one process waits for the slowest."""


@dataclass(frozen=True)
class Share:
    """One process of several.

    Attributes:
        rank: its number, from 0.
        of: how many there are.
    """

    rank: int = 0
    of: int = 1

    @classmethod
    def of_this_process(cls) -> Share:
        """The share that the launcher gave to this process; everything where there was none."""
        count = int(os.environ.get("WORLD_SIZE", "1"))
        return cls(int(os.environ.get("RANK", "0")), count) if count > 1 else cls()

    @property
    def is_first(self) -> bool:
        """Whether this process writes the result."""
        return self.rank == 0

    def has(self, row: int) -> bool:
        """Whether a row is for this process to judge."""
        return row % self.of == self.rank

    def wait(self) -> None:
        """Wait until every process has come here; if one has failed, the launcher ends the others."""
        if self.of == 1:
            return
        import torch.distributed as dist

        if not dist.is_initialized():
            dist.init_process_group("gloo", timeout=PATIENCE)
        dist.barrier()


ALONE = Share()
