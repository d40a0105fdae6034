"""Realistic X-ray images at any C-arm pose from a CT scan (CT2X-GAN in Keras 3).

Importing this package loads neither TensorFlow nor Keras: each subpackage loads what it needs.
"""

from ct2xkeras.version import __version__

__all__ = ["__version__"]
