"""`ct2xkeras drr`."""

from pathlib import Path

import numpy as np
import rich_click as click

from ct2xkeras.cli.output import console
from ct2xkeras.cli.views import pose_record, resolve_views, view_options
from ct2xkeras.quiet import quiet_tensorflow

DEFAULT_SDD, DEFAULT_SOD = 1000.0, 700.0  # mm, of a usual C-arm
FINEST = 256  # voxels along each side of the volume that is projected


@click.command("drr")
@click.argument("ct", type=click.Path(path_type=Path))
@view_options
@click.option("--size", default=256, show_default=True, type=click.IntRange(8, 2048))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for pictures.")
def command(ct, views, sdd, sod, footprint, mirror, size, out):
    """Digitally reconstructed radiographs of CT (.nii, .nii.gz).

    \b
    ct2xkeras drr ct.nii.gz --view pa --view lateral_left --view 30/-20 --out out
    """
    from ct2xkeras.data import read_volume, to_model_volume

    volume = read_volume(ct)
    grid = to_model_volume(volume, tuple(min(FINEST, side) for side in volume.hu.shape))
    views = resolve_views(
        views, grid.extent, size, sdd or DEFAULT_SDD, sod or DEFAULT_SOD, footprint
    )

    quiet_tensorflow()
    from ct2xkeras.cli.writing import write_picture
    from ct2xkeras.projection import DRR

    layer = DRR((size, size))
    for view in views:
        image = layer(grid.hu[None, ..., None], grid.spacing[None], view.pose[None])["image"]
        record = pose_record(view, grid.center, mirror) | {"ct": volume.name, "kind": "drr"}
        path = out / f"{volume.name}_{view.name}_drr.png"
        write_picture(path, np.asarray(image)[0, ..., 0], record)
        console.print(f"{path}{'  (cut off by the CT)' if view.truncated else ''}")
