"""Realistic X-ray images at any C-arm pose from a CT scan (CT2X-GAN in Keras 3).

Importing this package loads neither TensorFlow nor Keras: each subpackage loads what it needs.
"""

import os

from ct2xkeras.lazy import lazy_names
from ct2xkeras.version import __version__

# TensorFlow reads this once, when it is imported. Its oneDNN kernels halve the time of a training
# step on CPUs; TensorFlow itself turns them on for the newest CPUs only.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

_HOMES = {"load_pretrained": "pretrained.model"}

__all__ = ["__version__", *_HOMES]
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
