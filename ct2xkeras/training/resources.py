"""Memory that a training uses, and disk that it needs."""

import shutil
import sys

import tensorflow as tf

from ct2xkeras.training.failures import DiskFullError

RESERVE = 64 * 2**20  # bytes for logs and pictures beside a checkpoint


def memory_in_use():
    """Gigabytes: resident memory of this process, and those of the first GPU where there is one."""
    found = {"memory_gb": resident_bytes() / 1e9}
    if tf.config.list_logical_devices("GPU"):
        found["gpu_memory_gb"] = tf.config.experimental.get_memory_info("GPU:0")["current"] / 1e9
    return found


def resident_bytes():
    """Resident memory of this process now; on systems without /proc the largest so far."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _page_size()
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def _page_size():
    import os

    return os.sysconf("SC_PAGE_SIZE")


def require_disk(folder, model):
    """Makes sure, before anything is written, that a checkpoint of a compiled model fits.

    Raises:
        DiskFullError: says how much is free and how much is needed.
    """
    variables = [*model.weights, *model.g_optimizer.variables, *model.d_optimizer.variables]
    needed = sum(_size(variable) for variable in variables) + RESERVE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFullError(
            f"{folder}: {free / 1e6:.0f} MB are free on this disk and a checkpoint needs "
            f"{needed / 1e6:.0f} MB. Nothing was written; make room, then the same command goes on "
            "from the last checkpoint."
        )


def _size(variable):
    return tf.as_dtype(variable.dtype).size * tf.TensorShape(variable.shape).num_elements()
