"""`ct2xkeras synthesize`."""

from pathlib import Path

import numpy as np
import rich_click as click

from ct2xkeras.cli.output import console, print_notes
from ct2xkeras.cli.views import pose_record, view_options
from ct2xkeras.geometry.fitted_views import resolve_views
from ct2xkeras.quiet import quiet_tensorflow


@click.command("synthesize")
@click.argument("ct")
@click.option("--model", "run", required=True, type=click.Path(path_type=Path), help="Run folder.")
@click.option(
    "--style",
    "styles",
    multiple=True,
    required=True,
    metavar="FILE",
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
def command(ct, run, styles, views, sdd, sod, footprint, mirror, truncation, seed, with_drr, out):
    """X-rays of CT (a volume file, or a DICOM folder or zip) at each view in each style, with a
    JSON of the pose.

    \b
    ct2xkeras synthesize ct.nii.gz --model runs/chest64 --style xray.png \\
        --view pa --view 30/0 --drr --out out
    """
    from ct2xkeras.data import prepare_radiograph, read_radiograph, read_volume, to_model_volume
    from ct2xkeras.data.dataset.finding import unique_names
    from ct2xkeras.data.dataset.spec import build_prior
    from ct2xkeras.recipe import build_architecture, build_dataset_spec
    from ct2xkeras.training.run_folder import RunFolder

    folder = RunFolder(run)
    recipe = folder.load_recipe()
    architecture = build_architecture(recipe)
    side = architecture.image_size
    volume = read_volume(ct)
    print_notes(volume)
    grid = to_model_volume(volume, architecture.volume_size)
    crop = float(np.mean(recipe.data.crop))
    looks = {
        name: prepare_radiograph(read_radiograph(path), (side, side), crop=crop)
        for name, path in zip(unique_names(styles), styles, strict=True)
    }
    prior = build_prior(build_dataset_spec(recipe))
    sdd = sdd or prior.sdd[0]
    views = resolve_views(
        views,
        grid.extent,
        (side, side),
        sdd,
        sod or sdd * prior.sod_ratio[0],
        footprint,
        limit=prior.footprint[1],
    )

    quiet_tensorflow()
    from ct2xkeras.cli.writing import write_picture
    from ct2xkeras.training.loading import load_model

    networks = load_model(folder, recipe).ema_networks
    hu, spacing = grid.hu[None, ..., None], grid.spacing[None]
    code = networks.encode_ct(hu)
    poses = np.stack([view.pose for view in views])
    indices = np.zeros(len(views), np.int32)
    seeds = np.full(len(views), seed)
    for style_name, look in looks.items():
        style = networks.encode_style(look[None, ..., None], truncation)
        style = np.repeat(style, len(views), axis=0)
        xrays, drrs, _ = networks.render(code, hu, spacing, poses, style, indices, seeds)
        for view, xray, drr in zip(views, np.asarray(xrays), np.asarray(drrs), strict=True):
            record = pose_record(view, grid.center, mirror)
            record |= {"ct": volume.name, "style": style_name, "model": str(run)}
            record |= {"truncation": truncation, "seed": seed}
            path = out / f"{volume.name}_{view.name}_{style_name}.png"
            write_picture(path, xray[..., 0], record | {"kind": "xray"})
            console.print(f"{path}{'  (cut off by the CT)' if view.truncated else ''}")
            drr_path = out / f"{volume.name}_{view.name}_drr.png"
            if with_drr and not drr_path.exists():
                write_picture(drr_path, drr[..., 0], record | {"kind": "drr"})
