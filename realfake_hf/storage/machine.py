"""What this process may use of the machine: a container often allows less than there is."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

MEMBERSHIP = Path("/proc/self/cgroup")
CONTROL_GROUPS = Path("/sys/fs/cgroup")


def available_cores() -> int:
    """Cores that this process may use: those it may run on, or as many as its container's share of time is worth."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    shares = [share for folder in _control_groups("cpu") if (share := _share_of_time(folder))]
    return max(1, min([cores, *map(math.ceil, shares)]))


def wanted_threads() -> int:
    """As many as OMP_NUM_THREADS says (`4`, or `4,2` for loops in loops), or one a core where it says no such thing."""
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return min(int(first), available_cores()) if first.isdecimal() and int(first) else available_cores()


def available_memory() -> int:
    """Bytes that this process may use, whoever else uses them: the machine's or its container's; 0 where unknown."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):  # a system that does not tell
        return 0
    limits = [
        _numbers(folder / name)
        for folder in _control_groups("memory")
        for name in ("memory.max", "memory.limit_in_bytes")
    ]
    return min([memory, *(limit[0] for limit in limits if limit)])


def _control_groups(controller: str) -> Iterator[Path]:
    """The control groups whose limits hold for this process, its own first; some may not be visible from inside.

    Those of version 2, and those of version 1 for this controller:
    https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/cgroups.html
    """
    try:
        lines = MEMBERSHIP.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            root = CONTROL_GROUPS
        elif controller in controllers.split(","):
            root = CONTROL_GROUPS / controller
        else:
            continue
        group = Path(path.lstrip("/"))
        yield from (root / ancestor for ancestor in (group, *group.parents))


def _share_of_time(folder: Path) -> float | None:
    """Cores' worth of time that a control group gives; None where it sets no limit."""
    for times in (_numbers(folder / "cpu.max"), _numbers(folder / "cpu.cfs_quota_us", folder / "cpu.cfs_period_us")):
        if len(times) == 2 and all(times):
            return times[0] / times[1]
    return None


def _numbers(*files: Path) -> list[int]:
    """The whole numbers that are all that stands in files; none where one is missing or says `max` or -1: no limit."""
    try:
        words = " ".join(file.read_text(encoding="utf-8") for file in files).split()
    except (OSError, UnicodeDecodeError):
        return []
    return [int(word) for word in words] if all(map(str.isdecimal, words)) else []
