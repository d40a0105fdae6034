"""What can be chosen by name, from the tables that the code itself chooses from.

Neither TensorFlow nor Keras is loaded.
"""

from ct2xkeras.evaluation.metric_table import METRICS
from ct2xkeras.evaluation.report.tables import ABOUT
from ct2xkeras.geometry.views import NAMED_VIEWS
from ct2xkeras.methods import DEFAULT_METHOD, METHODS
from ct2xkeras.metrics.extractors.registry import extractor_names
from ct2xkeras.metrics.extractors.weight_store import describe_weights
from ct2xkeras.recipe.loading import load_recipe
from ct2xkeras.recipe.packaged import packaged_file, packaged_names
from ct2xkeras.version import __version__


def registries():
    """All of it as plain values."""
    return {
        "ct2xkeras": __version__,
        "methods": {name: _method(name, method) for name, method in METHODS.items()},
        "recipes": {name: _recipe(packaged_file(name)) for name in packaged_names()},
        "views": {
            name: {"primary_angle": primary, "secondary_angle": secondary}
            for name, (primary, secondary) in NAMED_VIEWS.items()
        },
        "metrics": {name: _metric(name, metric) for name, metric in METRICS.items()},
        "extractors": _extractors(),
    }


def _recipe(path):
    return {"says": load_recipe(path).description, "file": str(path)}


def _method(name, method):
    return {
        "title": method.title,
        "says": method.says,
        "default": name == DEFAULT_METHOD,
        "presets": {
            preset: {"image_size": sizes.image_size, "volume_size": list(sizes.volume_size)}
            for preset, sizes in method.presets().items()
        },
    }


def _metric(name, metric):
    # A metric with several values, as `style` with `style-retrieval`, is known by its first one.
    about = (ABOUT[key] for key in ABOUT if key == name or key.startswith(f"{name}-"))
    says, better = next(about, ("", ""))
    return {"says": says, "better": better, "needs": list(metric.needs), "default": metric.default}


def _extractors():
    """Each with the weights that it needs, and whether they are there."""
    weights = describe_weights()
    found = {}
    for name in extractor_names():
        source = name.removesuffix("-clean")
        needed = source if source in weights else None
        found[name] = {
            "weights": needed,
            "present": needed is None or weights[needed]["present"],
        }
    return found
