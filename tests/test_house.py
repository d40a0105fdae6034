"""Rules of the house that no single module can keep: who imports whom, public names, docstrings."""

import ast
import importlib
import inspect
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ct2xkeras"
MODULES = {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}

#: Each may import what stands before it, and what stands beside it.
TIERS = (
    # used by all
    {"version", "lazy", "files", "cache", "quiet", "progress", "pictures", "web"},
    {"geometry"},
    {"projection"},
    {"data", "losses"},
    {"metrics"},
    {"layers"},
    {"models"},
    {"methods", "baselines"},
    {"recipe"},
    {"training", "evaluation"},
    {"serving"},
    {"bench", "doctor", "pretrained"},
    {"cli"},
    {"__main__"},
)


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def imported_parts(tree):
    """First names below ct2xkeras of all that a module imports, at its top or inside functions."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module == "ct2xkeras":
            names = [f"ct2xkeras.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (n.split(".")[1] for n in names if n.startswith("ct2xkeras."))


def test_imports_run_one_way():
    tier = {name: index for index, names in enumerate(TIERS) for name in names}
    upwards = set()
    for path, tree in MODULES.items():
        part = name_of(path).split("/")[0].removesuffix(".py")
        for other in imported_parts(tree):
            if part != "__init__" and other in tier and tier[other] > tier[part]:
                upwards.add((name_of(path), other))
    assert not upwards


def test_names_are_there_without_tensorflow():
    """Files, recipes and sizes can be read, and help be shown, before TensorFlow is loaded."""
    code = """
import sys
import ct2xkeras.bench, ct2xkeras.data, ct2xkeras.evaluation, ct2xkeras.geometry, ct2xkeras.losses
import ct2xkeras.metrics, ct2xkeras.models, ct2xkeras.pretrained, ct2xkeras.recipe
import ct2xkeras.serving
from ct2xkeras.methods import METHODS
presets = [method.presets() for method in METHODS.values()]
from ct2xkeras.recipe import load_recipe
load_recipe("quickstart")
sys.exit(", ".join({"tensorflow", "keras"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == ""


PUBLIC = [
    ".".join(path.parent.relative_to(ROOT).parts)
    for path in MODULES
    if path.name == "__init__.py" and "__all__" in path.read_text()
]


@pytest.mark.parametrize("package", PUBLIC)
def test_public_names_are_there_in_order_and_documented(package):
    module = importlib.import_module(package)
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            own = value.__dict__.get("__doc__") if inspect.isclass(value) else value.__doc__
            assert own, f"{package}.{name} has no docstring"


def test_every_module_says_what_it_is():
    silent = [
        name_of(path) for path, tree in MODULES.items() if tree.body and not ast.get_docstring(tree)
    ]
    assert silent == []


def described_names(docstring, title):
    """Names of a docstring's section: `rows, columns: picture size` has two."""
    section = re.search(rf"^{title}:\n((?:(?: .*)?\n)*)", f"{docstring}\n", re.M)
    lines = section[1].splitlines() if section else []
    indents = [len(line) - len(line.lstrip()) for line in lines if line]
    entries = [line for line in lines if line and line[min(indents)] != " " and ":" in line]
    return {name.strip(" *") for line in entries for name in line.split(":")[0].split(",")}


def parameters(function):
    arguments = function.args
    more = filter(None, (arguments.vararg, arguments.kwarg))
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *more)
    return {argument.arg for argument in every}


def accepted_names(node):
    """What the arguments of a function, or of a class's constructor, may be called; None: unknown,
    since the constructor is inherited."""
    if isinstance(node, ast.FunctionDef):
        return parameters(node)
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return parameters(part)
    return {part.target.id for part in node.body if isinstance(part, ast.AnnAssign)} or None


def test_docstrings_name_arguments_as_the_signature_does():
    wrong = []
    for path, tree in MODULES.items():
        for node in ast.walk(tree):
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            docstring, accepted = ast.get_docstring(node) or "", accepted_names(node)
            named = described_names(docstring, "Args") - {"others", "kwargs"}
            if accepted is not None and named - accepted:
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}: {named - accepted}")
            call = [p for p in getattr(node, "body", ()) if getattr(p, "name", "") == "call"]
            of_call = described_names(docstring, "Call arguments")
            if call and "inputs" not in parameters(call[0]) and of_call - parameters(call[0]):
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}: {of_call}")
    assert wrong == []


FORBIDDEN = re.compile(
    r"^(eval|exec|compile|os\.system|pickle\.loads?|torch\.load|yaml\.(load|unsafe_load|full_load)"
    r"|marshal\.loads?|shelve\.open|tempfile\.mktemp|keras\.config\.enable_unsafe_deserialization)$"
)
UNSAFE_OPTIONS = {("allow_pickle", True), ("safe_mode", False), ("shell", True)}


def test_nothing_that_comes_from_outside_is_run():
    found = []
    for path, tree in MODULES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            options = {(k.arg, getattr(k.value, "value", None)) for k in node.keywords}
            if FORBIDDEN.match(ast.unparse(node.func)) or options & UNSAFE_OPTIONS:
                found.append(f"{name_of(path)}:{node.lineno} {ast.unparse(node.func)}")
            if ast.unparse(node.func) == "YAML":
                assert ("typ", "safe") in options, f"{name_of(path)}:{node.lineno}"
    assert found == []


def test_files_and_functions_are_small():
    """Sizes that read well; `pytest -s` prints the largest."""
    files = {name_of(path): len(path.read_text().splitlines()) for path in MODULES}
    functions = {
        f"{name_of(path)}:{node.lineno} {node.name}": node.end_lineno - node.body[0].lineno + 1
        for path, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    for sizes in (files, functions):
        print(f"median {statistics.median(sizes.values())}")
        for name, lines in sorted(sizes.items(), key=lambda item: -item[1])[:10]:
            print(f"{lines:5} {name}")
    test_files = (ROOT / "tests").rglob("*.py")
    tests = sum(len(path.read_text().splitlines()) for path in test_files)
    assert statistics.median(files.values()) <= 140
    assert max(files.values()) <= 400
    assert statistics.median(functions.values()) <= 10
    assert tests >= sum(files.values()) / 2
