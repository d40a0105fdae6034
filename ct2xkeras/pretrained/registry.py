"""Models that ship with the package, by name. Neither TensorFlow nor Keras is loaded."""

import difflib
from pathlib import Path

from ct2xkeras.pretrained.folder import ModelFolder


def packaged_folder() -> Path:
    """Where they are: beside this module."""
    return Path(__file__).parent


def pretrained_names(folder=None) -> list[str]:
    """Names of the models in a folder, by default of those that ship with the package."""
    folder = Path(folder or packaged_folder())
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in found if ModelFolder(path).exists)


def find_model(name, folder=None) -> Path:
    """The folder that `name` is, or the packaged model of that name where there is none.

    Raises:
        ValueError: there is neither.
    """
    if Path(name).exists():
        return Path(name)
    names = pretrained_names(folder)
    if str(name) in names:
        return Path(folder or packaged_folder()) / name
    close = difflib.get_close_matches(str(name), names, n=1)
    meant = f" (did you mean {close[0]}?)" if close else ""
    shipped = f"one of {', '.join(names)}" if names else "a packaged model, of which there are none"
    raise ValueError(
        f"{name}: expected a run folder, a model's folder or {shipped}; found no such path or name"
        f"{meant}. `ct2xkeras models` lists packaged models."
    )


def describe_models(folder=None) -> dict[str, dict]:
    """All that is known of each model without loading it: {name: plain values}."""
    folder = Path(folder or packaged_folder())
    return {name: _described(ModelFolder(folder / name)) for name in pretrained_names(folder)}


def _described(model):
    settings = model.settings()
    domain = model.domain()
    return {
        "path": str(model.path),
        **settings.model_dump(exclude={"format"}, mode="json"),
        "num_bytes": model.num_bytes,
        "styles": list(model.styles()),
        "checks_domain": domain is not None,
        **model.metrics(),
    }
