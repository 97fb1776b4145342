"""Several processes that measure together: each judges its share of the images, the first puts them together.

`torchrun` (or `accelerate launch`) starts the processes and tells each its number; all see one output folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.processes import launched

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
        """The share that the launcher gave to this process; everything where there was none.

        Raises:
            RealFakeError: the environment says something that no launcher says.
        """
        count = launched("WORLD_SIZE", least=1, otherwise=1)
        rank = launched("RANK", least=0, otherwise=0) if count > 1 else 0
        if rank >= count:
            raise RealFakeError(f"RANK is {rank} where WORLD_SIZE is {count}: unset both, or let torchrun set them.")
        return cls(rank, count)

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
            try:
                dist.init_process_group("gloo", timeout=PATIENCE)
            except ValueError as error:  # the environment is half of a launcher's
                reason = " ".join(str(error).split()).rstrip(".")
                raise RealFakeError(f"{reason}: start the processes with torchrun, or unset WORLD_SIZE.") from None
        dist.barrier()


ALONE = Share()
