"""The networks in a model's folder, and whether its other files are of the same model."""

import zipfile

from ct2xkeras.data.errors import DataError
from ct2xkeras.methods import METHODS
from ct2xkeras.pretrained.folder import MEND

EXPECTED = "a whole Keras file"
LONGEST = 200  # characters of what Keras says


def load_networks(folder):
    """The `ViewSynthesizer` of a `ModelFolder`.

    Raises:
        DataError: there is none, it is damaged, of an unknown or another method, or the folder's
            settings and styles are those of another model.
    """
    import keras

    path, settings = folder.network_file, folder.settings()
    if settings.method not in METHODS:
        expected, found = f"a method of {', '.join(METHODS)}", repr(settings.method)
        raise DataError(folder.settings_file, expected, found, MEND)
    _check_archive(path)
    kind = METHODS[settings.method].networks_class()  # Keras finds classes that were imported
    try:
        networks = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras and its readers raise whatever they ran into
        reason = f"{type(error).__name__}: {str(error)[:LONGEST]}"
        raise DataError(path, EXPECTED, f"one that Keras cannot load ({reason})", MEND) from error
    if not isinstance(networks, kind):
        expected, found = f"the networks of {settings.method}", type(networks).__name__
        raise DataError(path, expected, found, MEND)
    _check_fit(folder, settings, networks.architecture)
    return networks


def _check_archive(path):
    if not path.is_file():
        raise DataError(path, EXPECTED, "none", MEND)
    if not zipfile.is_zipfile(path):
        found = f"{path.stat().st_size} bytes of another file, or of one cut off"
        raise DataError(path, EXPECTED, found, MEND)


def _check_fit(folder, settings, architecture):
    for name in ("image_size", "volume_size"):
        expected, found = getattr(architecture, name), getattr(settings, name)
        if found != expected:
            expected = f"{name} {expected}, as {folder.network_file.name} has it"
            raise DataError(folder.settings_file, expected, str(found), MEND)
    for name, code in folder.styles().items():
        if len(code) != architecture.style_size:
            expected = f"{architecture.style_size} numbers for style {name}"
            raise DataError(folder.styles_file, expected, str(len(code)), MEND)
