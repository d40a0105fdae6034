"""Where each field of a recipe was stated: in which file and line, or on the command line."""

from dataclasses import dataclass

from ct2xkeras.recipe.document import Document
from ct2xkeras.recipe.overrides import Override


@dataclass(frozen=True)
class Origins:
    """The sources of a recipe.

    Args:
        documents: the recipe's file, the one that it extends, and so on.
        overrides: in the order in which they were given.
    """

    documents: tuple[Document, ...]
    overrides: tuple[Override, ...] = ()

    def stated(self, field: tuple) -> str | None:
        """`file:line:col` or `--set a.b=value` that a field has its value from; None: nowhere."""
        for override in reversed(self.overrides):
            if field[: len(override.field)] == override.field:
                return str(override)
        places = (document.place(field) for document in self.documents)
        return next(filter(None, places), None)

    def where(self, field: tuple) -> str:
        """The same, or where the nearest section around it begins."""
        changes = self.changes_within(field)
        return self.stated(field) or (str(changes[-1]) if changes else self.where(field[:-1]))

    def changes_within(self, field: tuple) -> list[Override]:
        """Overrides of a section's fields."""
        size = len(field)
        return [o for o in self.overrides if len(o.field) > size and o.field[:size] == field]
