"""A page for each package with public names, filled by mkdocstrings; nothing is imported."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Package: heading, in the order of the navigation.
PACKAGES = {
    "geometry": "Geometry",
    "projection": "Projection",
    "projection.physics": "Imaging physics",
    "data": "Data",
    "data.phantoms": "Phantoms",
    "layers": "Layers",
    "losses": "Losses",
    "models": "Models",
    "metrics": "Metrics",
    "metrics.extractors": "Extractors",
    "pretrained": "Models of the package",
    "recipe": "Recipes",
    "serving": "Serving",
}


def api_pages():
    """{path: Markdown}."""
    return {f"api/{name}.md": _page(name, title) for name, title in PACKAGES.items()}


def _page(name, title):
    package = f"ct2xkeras.{name}"
    parts = [f"# {title}", f"`{package}`", _directive(package, "members: []")]
    parts += [_directive(f"{module}.{public}") for public, module in public_names(package).items()]
    return "\n\n".join(parts) + "\n"


def _directive(path, option=None):
    if option is None:
        return f"::: {path}"
    return f"::: {path}\n    options:\n      show_root_heading: false\n      {option}"


def public_names(package):
    """{public name: module that defines it} of a package, read from its `__init__.py`."""
    path = ROOT.joinpath(*package.split("."), "__init__.py")
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"{package}."):
            found |= {alias.name: node.module for alias in node.names}
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOMES":
            homes = ast.literal_eval(node.value)
            found |= {name: f"{package}.{home}" for name, home in homes.items()}
    return dict(sorted(found.items()))
