"""Extractors by name: what turns pictures into features for distances between sets of them.

An extractor has a `name`, which scores carry, and `num_features`; called with pictures in [-1, 1],
(n, height, width, 1), it gives a float32 NumPy array (n, num_features).
"""

import difflib
import importlib

#: The network on which FID and KID are defined; scores by any other carry its name.
STANDARD = "inception-2015-12-05"

# Name: what builds it, in `named_extractors`.
_BUILDERS = {
    STANDARD: "standard_inception",
    f"{STANDARD}-clean": "clean_inception",
    "squeezenet-keras": "keras_squeezenet",
    "pixels32": "PixelExtractor",
}


def extractor_names():
    """Names that `find_extractor` knows, besides paths of Keras models."""
    return list(_BUILDERS)


def find_extractor(name):
    """The extractor of a name, or of the path of a `.keras` file, see `load_keras_extractor`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the name is unknown, or its weights have not been imported; the message names
            the file, where it comes from and the command that imports it.
    """
    if str(name).endswith(".keras"):
        from ct2xkeras.metrics.extractors.keras_files import load_keras_extractor

        return load_keras_extractor(name)
    if name not in _BUILDERS:
        close = difflib.get_close_matches(str(name), _BUILDERS, n=1)
        meant = f" (did you mean {close[0]}?)" if close else ""
        raise ValueError(
            f"extractor: expected one of {', '.join(_BUILDERS)}, or a .keras file, found "
            f"{str(name)!r}{meant}."
        )
    home = importlib.import_module("ct2xkeras.metrics.extractors.named_extractors")
    return getattr(home, _BUILDERS[name])(name)
