"""How calls wait for each other."""

from __future__ import annotations

from typing import TypedDict


class Queueing(TypedDict):
    """Gradio's options of an event."""

    concurrency_id: str
    concurrency_limit: int


ONE_AT_A_TIME: Queueing = {"concurrency_id": "model", "concurrency_limit": 1}
"""Options of every event that runs a network: one call has all cores, the others wait in the queue."""
