"""`ct2xkeras drr`."""

from pathlib import Path

import rich_click as click

from ct2xkeras.cli.destinations import FolderToWrite
from ct2xkeras.cli.numbers import SEED, FiniteRange
from ct2xkeras.cli.output import console, print_json, print_notes
from ct2xkeras.cli.views import pose_record, view_options
from ct2xkeras.geometry.fitted_views import resolve_views
from ct2xkeras.quiet import quiet_tensorflow

DEFAULT_SDD, DEFAULT_SOD = 1000.0, 700.0  # mm, of a usual C-arm
FORMATS = ("png16", "npy", "dicom")


@click.command("drr")
@click.argument("ct", type=click.Path())
@view_options
@click.option("--size", default="256", show_default=True, help="Pixels: N, or ROWSxCOLUMNS.")
@click.option(
    "--pixel-spacing", type=FiniteRange(min=1e-3), help="Of the detector, mm; sets the field."
)
@click.option(
    "--physics",
    metavar="KEY=VALUE,...",
    help="A simulated radiograph instead: kvp=80,photons=1e5,... (or `default`).",
)
@click.option("--labels", type=click.Path(), help="Segmentation on the CT's grid.")
@click.option(
    "--landmarks", type=click.Path(path_type=Path), help="JSON {name: [x, y, z]}, world mm, RAS+."
)
@click.option("--format", "format_", default="png16", show_default=True, type=click.Choice(FORMATS))
@click.option("--keep-table", is_flag=True, help="Leave what is not the patient in the picture.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of the photon noise.")
@click.option("--out", required=True, type=FolderToWrite(), help="Folder for pictures.")
def command(
    ct,
    views,
    sdd,
    sod,
    footprint,
    mirror,
    size,
    pixel_spacing,
    physics,
    labels,
    landmarks,
    format_,
    keep_table,
    seed,
    out,
):
    """Digitally reconstructed radiographs of CT: a volume file, or a DICOM folder or zip.

    \b
    ct2xkeras drr ct.nii.gz --view pa --view lateral_left --view 30/-20 --out out
    ct2xkeras drr series.zip --view pa --out out
    ct2xkeras drr ct.nii.gz --view ap --labels seg.nii.gz --format dicom --out out
    ct2xkeras drr ct.nii.gz --view pa --physics kvp=80,photons=1e5 --out out

    `png16` and `dicom` hold the picture, `npy` the line integrals (float32). With --labels, each
    view also gets a picture of the label that each ray runs longest in, and its labels as JSON;
    --landmarks adds their pixels to the JSON of the view.
    """
    from ct2xkeras.cli import drr_scene

    sdd, sod = sdd or DEFAULT_SDD, sod or DEFAULT_SOD
    size = drr_scene.parse_size(size)
    settings = drr_scene.parse_physics(physics)
    if pixel_spacing:
        footprint = pixel_spacing * max(size) * sod / sdd
    scene = drr_scene.read_scene(ct, labels, landmarks, keep_table)
    print_notes(scene.volume)
    views = resolve_views(views, scene.extent, size, sdd, sod, footprint)
    drr_scene.check_sources(scene, views)

    quiet_tensorflow()
    written = []
    for view in views:
        record = pose_record(view, scene.center, mirror) | {"ct": scene.volume.name}
        path = drr_scene.draw(scene, view, size, record, settings, seed, format_, out)
        written.append({"picture": path, "view": view.name, "truncated_by_ct": view.truncated})
        console.print(f"{path}{'  (cut off by the CT)' if view.truncated else ''}", markup=False)
    print_json(written)
