"""A report of runs that people want to read: one self-contained page.

    read_run         what a run folder says of itself, in whatever state it is
    make_gallery     pictures of a run's held-out cases
    render_report    the page

Names are loaded when first asked for.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "RunReport": "run_report",
    "check_different": "run_report",
    "make_gallery": "gallery",
    "read_run": "run_report",
    "render_report": "page",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
