"""One CT through several models, beside the radiographs whose looks they take."""

import numpy as np

from ct2xkeras.geometry.fitted_views import usual_views

REAL, DRR = "real X-ray", "DRR"


def side_by_side(models, volume, styles, views, sdd=None, sod=None, footprint=None):
    """What a gallery shows: a row for each view in each style, a column for each model.

    Before the models' columns come the radiograph, once for its rows, and the DRR. All models are
    given the first one's poses, so that its usual distances count where none are given.

    Args:
        models: {name: `LocalModel`}, at least one; all with pictures of one size.
        volume: a `Volume`.
        styles: paths of radiographs, at least one.
        views: as given, see `parse_view`; at least one.
        sdd, sod, footprint: mm, see `usual_views`.

    Returns:
        Rows of pictures (height, width) in [-1, 1], None where a place is empty; titles of the
        columns; labels of the rows. See `ct2xkeras.pictures.sheet`.

    Raises:
        ValueError: models' pictures differ in size.
    """
    _check_sizes(models)
    placed = [(model, model.read_ct(volume)) for model in models.values()]
    first, ct = placed[0]
    found = usual_views(views, ct.extent, first.size, first.camera, sdd, sod, footprint)
    poses = np.stack([view.pose for view in found])
    columns = [_column(model, own, ct.center, styles, poses) for model, own in placed]
    drrs = first.project(ct, poses)
    rows = []
    for style, path in enumerate(styles):
        for view in range(len(found)):
            real = None if view else first.read_look(path)
            rows.append([real, drrs[view], *(drawn[style][view] for drawn in columns)])
    return rows, (REAL, DRR, *models), tuple(view.name for view in found) * len(styles)


def _column(model, ct, center, styles, poses):
    """X-rays by style and view; poses are about a centre (x, y, z) in the CT's own world."""
    moved = poses.copy()
    moved[:, 5:8] += np.asarray(center) - ct.center
    return [model.render(ct, model.read_look(path), moved)[0] for path in styles]


def _check_sizes(models):
    sizes = {name: model.size for name, model in models.items()}
    (first, expected), *others = sizes.items()
    for name, size in others:
        if size != expected:
            raise ValueError(
                f"{name}: expected pictures of {expected} pixels as of {first}, found {size}. "
                "Models of one size can stand side by side."
            )
