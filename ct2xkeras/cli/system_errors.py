"""Errors of the operating system in our words: what was expected of which file, and the mend."""

#: What was expected and found, by the kind of error; others say it themselves.
_SAID = {
    FileNotFoundError: "expected a file or folder, found none. Check the path.",
    IsADirectoryError: "expected a file, found a folder. Check the path.",
    NotADirectoryError: "expected a folder on the way to it, found a file. Check the path.",
    PermissionError: "it may not be read or written. Change its permissions or choose another.",
}


def in_our_words(error):
    """The message of an `OSError`: its file first, and no number."""
    if not error.strerror:  # one of ours, in words already
        return str(error)
    own = f"{error.strerror[:1].lower()}{error.strerror[1:]}."
    if error.filename is None:
        return own
    said = _SAID.get(type(error), f"{own} Check the path and its disk.")
    return f"{error.filename}: {said}"
