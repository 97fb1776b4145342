"""How calls wait for each other."""

from __future__ import annotations

from typing import Any

ONE_AT_A_TIME: dict[str, Any] = {"concurrency_id": "model", "concurrency_limit": 1}
"""Options of every event that runs a network: one call has all cores, the others wait in the queue."""
