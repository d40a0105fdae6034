"""Realistic X-ray images at any C-arm pose from a CT scan (CT2X-GAN in Keras 3).

Importing this package loads neither TensorFlow nor Keras: each subpackage loads what it needs.
"""

import os

from ct2xkeras.version import __version__

# TensorFlow reads this once, when it is imported. Its oneDNN kernels halve the time of a training
# step on CPUs; TensorFlow itself turns them on for the newest CPUs only.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

__all__ = ["__version__"]
