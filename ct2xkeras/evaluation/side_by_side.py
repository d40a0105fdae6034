"""One CT through several models, beside the radiographs whose looks they take."""

import numpy as np

from ct2xkeras.geometry.fitted_views import resolve_views

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
        sdd, sod, footprint: mm, see `resolve_views`.

    Returns:
        Rows of pictures (height, width) in [-1, 1], None where a place is empty; titles of the
        columns; labels of the rows. See `ct2xkeras.pictures.sheet`.

    Raises:
        ValueError: models' pictures differ in size.
    """
    _check_sizes(models)
    first = next(iter(models.values()))
    placed = first.read_ct(volume)
    usual_sdd, usual_sod, widest = first.camera
    sdd = sdd or usual_sdd
    sod = sod or sdd * usual_sod / usual_sdd
    found = resolve_views(views, placed.extent, first.size, sdd, sod, footprint, limit=widest)
    poses = np.stack([view.pose for view in found])
    columns = [_column(model, volume, placed, styles, poses) for model in models.values()]
    drrs = first.project(placed, poses)
    rows = []
    for style, path in enumerate(styles):
        for view in range(len(found)):
            real = None if view else first.read_look(path)
            rows.append([real, drrs[view], *(drawn[style][view] for drawn in columns)])
    return rows, (REAL, DRR, *models), tuple(view.name for view in found) * len(styles)


def _column(model, volume, first, styles, poses):
    """X-rays by style and view; poses are about the middle of the first model's CT."""
    placed = model.read_ct(volume)
    moved = poses.copy()
    moved[:, 5:8] += np.asarray(first.center) - placed.center
    return [model.render(placed, model.read_look(path), moved)[0] for path in styles]


def _check_sizes(models):
    sizes = {name: model.size for name, model in models.items()}
    (first, expected), *others = sizes.items()
    for name, size in others:
        if size != expected:
            raise ValueError(
                f"{name}: expected pictures of {expected} pixels as of {first}, found {size}. "
                "Models of one size can stand side by side."
            )
