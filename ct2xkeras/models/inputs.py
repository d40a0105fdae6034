"""Names of what `call`, `predict` and the SavedModel take, and which of them belong together."""

import numpy as np

MODEL_INPUTS = ("volume", "spacing", "style_image", "pose")


def rows_of_each_ct(cases):
    """Rows of cases that show the same CT: a list of integer arrays, in the order of the cases."""
    rows = {}
    for row, (volume, spacing) in enumerate(zip(cases["volume"], cases["spacing"], strict=True)):
        key = hash((np.asarray(volume).tobytes(), np.asarray(spacing).tobytes()))
        rows.setdefault(key, []).append(row)
    return [np.array(same) for same in rows.values()]
