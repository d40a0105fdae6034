"""The one exception of recipes."""


class RecipeError(ValueError):
    """A recipe that cannot be used: which file and field, what was expected, what was found."""
