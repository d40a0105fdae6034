"""TensorFlow, Keras and GPUs: whether they load, and whether they see each other."""

import importlib.metadata
import subprocess

from ct2xkeras.doctor.finding import BROKEN, NOTE, OK, Finding
from ct2xkeras.quiet import quiet_tensorflow

NVIDIA_QUERY = (
    "nvidia-smi",
    "--query-gpu=name,driver_version,memory.total",
    "--format=csv,noheader",
)


def check_tensorflow():
    """Loads TensorFlow and Keras: their versions, and Keras's backend."""
    try:
        quiet_tensorflow()
        import keras
        import tensorflow as tf
    except Exception as error:  # whatever a broken installation raises is the finding
        reason = " ".join(str(error).split())
        says = f"does not load: {type(error).__name__}: {reason[:300]}"
        return Finding("TensorFlow", BROKEN, says, "pip install --force-reinstall tensorflow")
    versions = f"{tf.__version__}, Keras {keras.__version__}"
    if keras.backend.backend() != "tensorflow":
        says = f"{versions} on {keras.backend.backend()}: only the projector and layers work on it"
        return Finding("TensorFlow", BROKEN, says, "unset KERAS_BACKEND")
    return Finding("TensorFlow", OK, versions)


def check_addons():
    """tensorflow-addons, which ended in 2024 and stops Keras 3 from loading it; None without."""
    try:
        version = importlib.metadata.version("tensorflow-addons")
    except importlib.metadata.PackageNotFoundError:
        return None
    says = f"{version}: ended in 2024 and cannot be imported beside Keras 3; nothing here needs it"
    return Finding("tensorflow-addons", NOTE, says, "pip uninstall tensorflow-addons")


def check_gpus(nvidia=None):
    """GPUs that the driver has beside those that TensorFlow can use.

    Args:
        nvidia: lines of `name, driver, memory`; by default what nvidia-smi says.
    """
    import tensorflow as tf

    nvidia = nvidia_gpus() if nvidia is None else nvidia
    usable = tf.config.list_physical_devices("GPU")
    if usable:
        return Finding("GPU", OK, "; ".join(nvidia) or ", ".join(gpu.name for gpu in usable))
    if nvidia:
        says = f"{'; '.join(nvidia)}, but TensorFlow cannot use it"
        return Finding("GPU", NOTE, says, "pip install 'ct2xkeras[gpu]'")
    return Finding("GPU", OK, "none; the CPU does everything")


def nvidia_gpus() -> list[str]:
    """`name, driver version, memory` of each GPU that NVIDIA's driver knows."""
    try:
        done = subprocess.run(NVIDIA_QUERY, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]
