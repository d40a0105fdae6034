"""The one error that bad input raises: a single line that a user can act on."""


class DataError(ValueError):
    """A file or folder that cannot be used.

    Args:
        path: the file or folder.
        expected: what it should have been.
        found: what it is.
        mend: what the user can do about it.
    """

    def __init__(self, path, expected: str, found: str, mend: str):
        self.path = str(path)
        super().__init__(_one_line(f"{path}: expected {expected}, found {found}. {mend}"))


def printable(text: str) -> str:
    """Text without the code points that stand for what is not UTF-8 in a file's name."""
    return text.encode(errors="backslashreplace").decode()


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())
