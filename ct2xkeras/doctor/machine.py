"""Processors, memory and disk of this machine."""

import os
import shutil
from pathlib import Path

from ct2xkeras.cache import cache_folder
from ct2xkeras.doctor.finding import NOTE, OK, Finding

ENOUGH_MEMORY = 3e9  # bytes; a training of small64 takes half of it
ENOUGH_DISK = 2e9  # bytes; of a small data set and its checkpoints

#: Limits of a container, in bytes: Linux control groups, version 2 and 1.
MEMORY_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def check_processors():
    """CPU cores that this process may use."""
    return Finding("processors", OK, f"{num_processors()} CPU cores")


def check_memory():
    """Memory that this process may use."""
    memory = total_memory()
    if memory is None:
        return Finding("memory", NOTE, "unknown on this system")
    if memory < ENOUGH_MEMORY:
        says = f"{_gb(memory)}; small64 trains in 1.5 GB, large CTs need 2 to 3 GB each"
        return Finding("memory", NOTE, says, "close other programs, or lower volumes_per_batch")
    return Finding("memory", OK, _gb(memory))


def check_disk(name, folder):
    """Room on the disk of a folder, which need not be there yet."""
    free = shutil.disk_usage(_existing(Path(folder).absolute())).free
    says = f"{_gb(free)} free in {folder}"
    if free < ENOUGH_DISK:
        return Finding(name, NOTE, says, "make room: checkpoints and data sets take gigabytes")
    return Finding(name, OK, says)


def check_disks():
    """Where runs are written by default, and where imported weights are kept."""
    return [check_disk("disk", Path.cwd()), check_disk("cache", cache_folder(""))]


def num_processors():
    """Cores that the scheduler gives this process; all of the machine's where it cannot tell."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def total_memory():
    """Bytes that this machine has, or its container is allowed; None where it cannot be told."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    return min([memory, *filter(None, map(_limit, MEMORY_LIMITS))])


def _limit(path):
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None  # `max` is no limit


def _existing(folder):
    return next(path for path in (folder, *folder.parents) if path.exists())


def _gb(size):
    return f"{size / 1e9:.1f} GB"
