"""Which rows of a model's inputs belong together."""

import numpy as np


def rows_of_each_ct(cases):
    """Rows of cases that show the same CT: a list of integer arrays, in the order of the cases."""
    rows = {}
    for row, (volume, spacing) in enumerate(zip(cases["volume"], cases["spacing"], strict=True)):
        key = hash((np.asarray(volume).tobytes(), np.asarray(spacing).tobytes()))
        rows.setdefault(key, []).append(row)
    return [np.array(same) for same in rows.values()]
