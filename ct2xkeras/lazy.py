"""Packages whose names are loaded when first asked for, so that importing them loads nothing."""

import importlib


def lazy_names(package, homes):
    """`__getattr__` and `__dir__` of a package.

    Args:
        package: its `__name__`.
        homes: {public name: submodule that has it}.
    """

    def getter(name):
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    return getter, lambda: sorted(homes)
