"""Methods against each other: the same data, split, time and measures, several seeds each.

    load_bench      a bench file and the recipes that it names
    BenchFolder     what a bench leaves behind
    run_bench       trains, evaluates and writes the tables and the page

Names are loaded when first asked for.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "BenchFailedError": "running",
    "BenchFolder": "folder",
    "load_bench": "loading",
    "run_bench": "running",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
