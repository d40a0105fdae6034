"""A blind study of how much pictures look like real X-rays: building its page, scoring its results.

    build_study    folders of pictures to a page for raters and a key for the researcher
    read_key       the key of a study
    read_results   files that raters sent back, checked against the key
    score_study    mean scores with intervals and the raters' agreement

Names are loaded when first asked for.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "Study": "building",
    "StudySettings": "building",
    "build_study": "building",
    "krippendorff_alpha": "agreement",
    "read_key": "key",
    "read_results": "results",
    "score_study": "scoring",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
