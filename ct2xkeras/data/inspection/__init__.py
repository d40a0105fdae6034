"""Are these files fit for work? What `ct2xkeras inspect` finds, without any model.

    list_items      paths, patterns or a recipe's plan to the files to look at
    inspect_item    one file to a `CaseReport`: what it is, and the findings about it alone
    compare_cases   findings that only show between cases: copies, names, patients in two splits
    build_report    all of it as JSON

Names are loaded when first asked for, as in `ct2xkeras.data`.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "CaseReport": "findings",
    "Finding": "findings",
    "build_report": "report",
    "compare_cases": "comparison",
    "inspect_item": "inspecting",
    "list_items": "items",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
