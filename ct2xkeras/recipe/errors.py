"""The one exception of recipes."""


class RecipeError(ValueError):
    """A recipe that cannot be used.

    Args:
        problems: one or more lines, each `file:line:col: field: what is wrong`, as far as known.
    """

    def __init__(self, *problems: str):
        self.problems = problems
        super().__init__("\n".join(problems))
