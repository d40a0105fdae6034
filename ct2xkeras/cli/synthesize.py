"""`ct2xkeras synthesize`."""

from pathlib import Path

import numpy as np
import rich_click as click

from ct2xkeras.cli.output import console, print_json, print_notes
from ct2xkeras.cli.views import pose_record, view_options
from ct2xkeras.geometry.fitted_views import resolve_views


@click.command("synthesize")
@click.argument("ct", type=click.Path())
@click.option("--model", required=True, help="Run folder; with --server, the model's name there.")
@click.option(
    "--server",
    metavar="URL",
    help="Ask TF Serving or `ct2xkeras serve`: http://HOST:8501 or grpc://HOST:8500.",
)
@click.option(
    "--style",
    "styles",
    multiple=True,
    required=True,
    type=click.Path(),
    help="A radiograph whose look is taken. Repeatable.",
)
@view_options
@click.option(
    "--truncation",
    type=click.FloatRange(0, 2),
    default=1.0,
    show_default=True,
    help="Strength of the style: 0 is the mean style of training, above 1 exaggerates.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the noise.")
@click.option("--drr", "with_drr", is_flag=True, help="Write the DRR of each view too.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for pictures.")
def command(
    ct, model, server, styles, views, sdd, sod, footprint, mirror, truncation, seed, with_drr, out
):
    """X-rays of CT (a volume file, or a DICOM folder or zip) at each view in each style, with a
    JSON of the pose.

    \b
    ct2xkeras synthesize ct.nii.gz --model runs/chest64 --style xray.png \\
        --view pa --view 30/0 --drr --out out
    ct2xkeras synthesize ct.nii.gz --server http://127.0.0.1:8501 --model chest64 \\
        --style xray.png --view pa --out out
    """
    from ct2xkeras.cli.synthesize_models import ServedModel, TrainedRun
    from ct2xkeras.cli.writing import write_picture
    from ct2xkeras.data import read_volume
    from ct2xkeras.data.dataset.finding import unique_names

    source = ServedModel(server, model) if server else TrainedRun(Path(model))
    volume = read_volume(ct)
    print_notes(volume)
    placed = source.read_ct(volume)
    names = unique_names(styles)
    looks = {name: source.read_look(path) for name, path in zip(names, styles, strict=True)}
    usual_sdd, usual_sod, widest = source.camera
    sdd = sdd or usual_sdd
    sod = sod or sdd * usual_sod / usual_sdd
    views = resolve_views(views, placed.extent, source.size, sdd, sod, footprint, limit=widest)

    poses = np.stack([view.pose for view in views])
    written = []
    for style_name, look in looks.items():
        xrays, drrs = source.render(placed, look, poses, truncation, seed)
        for view, xray, drr in zip(views, xrays, drrs, strict=True):
            record = pose_record(view, placed.center, mirror)
            record |= {"ct": volume.name, "style": style_name, "model": model}
            record |= {"truncation": truncation, "seed": seed}
            path = out / f"{volume.name}_{view.name}_{style_name}.png"
            write_picture(path, xray, record | {"kind": "xray"})
            written.append({"picture": path, "view": view.name, "style": style_name})
            written[-1]["truncated_by_ct"] = view.truncated
            console.print(
                f"{path}{'  (cut off by the CT)' if view.truncated else ''}", markup=False
            )
            drr_path = out / f"{volume.name}_{view.name}_drr.png"
            if with_drr and not drr_path.exists():
                write_picture(drr_path, drr, record | {"kind": "drr"})
    print_json(written)
