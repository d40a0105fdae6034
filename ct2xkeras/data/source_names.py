"""How a source is named: a path or address, and where it holds several series, which of them."""

import re

from ct2xkeras.data.errors import DataError

SERIES_MARK = "::"  # between a folder or archive and the series meant in it
_SERIES = re.compile(rf"(?P<path>.+){SERIES_MARK}(?P<uid>[0-9][0-9.]*)", re.DOTALL)


def split_source(source) -> tuple[str, str]:
    """`PATH::UID` to (path, series UID); the UID is empty where none is given."""
    match = _SERIES.fullmatch(str(source))
    return (match["path"], match["uid"]) if match else (str(source), "")


def check_name(source, name: str) -> None:
    """Checks that records and reports can hold the name of a source.

    Raises:
        DataError: it is not UTF-8.
    """
    try:
        name.encode()
    except UnicodeEncodeError as error:
        found = "one in another encoding"
        raise DataError(source, "a file name in UTF-8", found, "Rename it.") from error
