"""A recipe file as YAML: its values, and the line and column of each."""

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

from ct2xkeras.recipe.errors import RecipeError


@dataclass(frozen=True)
class Document:
    """One recipe file, as it was written.

    Args:
        path: of the file.
        values: its content, plain Python.
        root: the node of the whole content, with marks of lines and columns.
    """

    path: Path
    values: dict
    root: Node

    def place(self, field: tuple) -> str | None:
        """`file:line:col` of a field's key (of an item in a list); None where it is not stated.

        Args:
            field: keys and list indices from the top, () for the whole file.
        """
        mark, node = self.root.start_mark, self.root
        for part in field:
            entry = _entry(node, part)
            if entry is None:
                return None
            mark, node = entry
        return _place(self.path, mark)

    def section(self, field: tuple) -> "Document":
        """A mapping within the file as a document of its own, with the places that it has there."""
        values, node = self.values, self.root
        for part in field:
            values, (_, node) = values[part], _entry(node, part)
        return Document(self.path, values, node)


def read_document(path) -> Document:
    """Read a YAML file of plain values: other tags, double keys and endless aliases are refused.

    Raises:
        RecipeError: no such file, not text, not YAML, or not a mapping; with line and column.
    """
    path = Path(path)
    yaml = YAML(typ="safe", pure=True)
    text = _text(path)
    try:
        root = yaml.compose(text)
        if not isinstance(root, MappingNode):
            found = "nothing" if root is None else root.tag.rpartition(":")[2]
            raise RecipeError(f"{path}: expected a mapping of fields, found {found}.")
        if problems := list(_key_problems(path, root)):
            raise RecipeError(*problems)
        return Document(path, yaml.constructor.construct_document(root), root)
    except YAMLError as error:
        raise RecipeError(_explain(path, text, error)) from None


def _text(path):
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise RecipeError(f"{path}: there is no such recipe file.") from None
    except UnicodeDecodeError:
        raise RecipeError(f"{path}: expected a YAML text file, found other bytes.") from None


def _explain(path, text, error):
    if isinstance(error, ReaderError):  # it knows the character's place alone
        before = text[: error.position].split("\n")
        reason = f"unacceptable character {error.character!r}"
        return f"{path}:{len(before)}:{len(before[-1]) + 1}: not YAML: {reason}."
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    return f"{_place(path, mark) if mark else path}: not YAML: {getattr(error, 'problem', error)}."


def _place(path, mark):
    return f"{path}:{mark.line + 1}:{mark.column + 1}"


def _entry(node, part):
    """(mark, node) of a mapping's field or a list's item; None where there is none."""
    if isinstance(node, MappingNode):
        # From the end: what a merge key (<<) brings along stands before a mapping's own keys.
        pairs = reversed(node.value)
        return next(((k.start_mark, v) for k, v in pairs if k.value == str(part)), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark, node.value[part]
    return None


def _key_problems(path, root):
    """Lines about keys that stand twice in a mapping, and about mappings inside themselves."""
    done, ancestors = set(), set()

    def visit(node, field):
        if id(node) in ancestors:
            yield f"{_place(path, node.start_mark)}: {field}: holds itself, by an alias."
        if id(node) in done or not isinstance(node, (MappingNode, SequenceNode)):
            return
        done.add(id(node))
        ancestors.add(id(node))
        if isinstance(node, MappingNode):
            yield from _double_keys(path, node, field)
        for name, child in _children(node):
            yield from visit(child, f"{field}.{name}" if field else f"{name}")
        ancestors.remove(id(node))

    return visit(root, "")


def _double_keys(path, node, field):
    lines = {}
    for key, _ in node.value:
        name, mark = str(key.value), key.start_mark
        if name in lines:
            full = f"{field}.{name}" if field else name
            yield f"{_place(path, mark)}: {full}: stands twice, first in line {lines[name]}."
        lines.setdefault(name, mark.line + 1)


def _children(node):
    if isinstance(node, MappingNode):
        return [(key.value, value) for key, value in node.value]
    return list(enumerate(node.value))
