"""Features of pictures, each set computed once; those of references are kept between commands."""

import hashlib

import numpy as np

from ct2xkeras.cache import cache_folder
from ct2xkeras.files import replacing
from ct2xkeras.version import __version__


class CachedFeatures:
    """An extractor that remembers.

    Args:
        extractor: see `find_extractor`.

    Attributes:
        name: of the extractor.
    """

    def __init__(self, extractor):
        self.extractor = extractor
        self.name = extractor.name
        self._known = {}

    def __call__(self, pictures, keep=False):
        """Features (n, num_features) of pictures (n, height, width, 1).

        Args:
            keep: in the user's cache folder too, for sets that come again. They are found by the
                SHA-256 of the pictures' values, so that a changed picture never meets old features.
        """
        key = self._key(pictures)
        if key not in self._known:
            path = cache_folder("features") / f"{key}.npy" if keep else None
            self._known[key] = _read(path) if path else None
            if self._known[key] is None:
                self._known[key] = self.extractor(pictures)
                _write(path, self._known[key])
        return self._known[key]

    def _key(self, pictures):
        pictures = np.ascontiguousarray(pictures, "<f4")
        what = f"{self.name} {self.extractor.num_features} {pictures.shape} {__version__}"
        digest = hashlib.sha256(what.encode() + pictures.tobytes())
        return digest.hexdigest()


def _read(path):
    """Kept features; None where there are none that can be read."""
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None


def _write(path, features):
    """Keep features; a cache that cannot be written is no reason to fail."""
    if path is None:
        return
    try:
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, features)
    except OSError:
        return
