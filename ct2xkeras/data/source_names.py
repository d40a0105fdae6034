"""How a source is named: a path or address, and where it holds several series, which of them."""

import re

SERIES_MARK = "::"  # between a folder or archive and the series meant in it
_SERIES = re.compile(rf"(?P<path>.+){SERIES_MARK}(?P<uid>[0-9][0-9.]*)", re.DOTALL)


def split_source(source) -> tuple[str, str]:
    """`PATH::UID` to (path, series UID); the UID is empty where none is given."""
    match = _SERIES.fullmatch(str(source))
    return (match["path"], match["uid"]) if match else (str(source), "")
