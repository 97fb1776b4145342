"""Memory that the C library keeps instead of handing it back to the system between two steps."""

from __future__ import annotations

import ctypes
import sys

# Parameters of glibc's mallopt, from malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_MAX = -4
NEVER = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let freed memory stay with the process: training and judging by torch on a CPU are about twice as fast for it,
    and a scan of photographs an eighth.

    A step frees and allocates hundreds of megabytes of activations, a scan those of every picture. By default glibc
    maps each large one anew, and the system clears every page of it each time.

    Returns:
        Whether the C library is one that can (glibc); elsewhere nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # musl
        return False
    return bool(mallopt(M_MMAP_MAX, 0)) and bool(mallopt(M_TRIM_THRESHOLD, NEVER))
