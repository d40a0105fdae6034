"""`ct2xkeras synthesize`."""

import numpy as np
import rich_click as click

from ct2xkeras.cli.destinations import FolderToWrite
from ct2xkeras.cli.numbers import SEED, FiniteRange
from ct2xkeras.cli.output import print_json, print_notes
from ct2xkeras.cli.views import view_options
from ct2xkeras.geometry.fitted_views import usual_views

ALL_STYLES = "all"
WITHHELD_STATUS = 1  # as of any command that found something wrong with its input


@click.command("synthesize")
@click.argument("ct", type=click.Path())
@click.option(
    "--model",
    required=True,
    help="Run folder, a model's folder, or a name that `ct2xkeras models` lists; with --server, "
    "the model's name there.",
)
@click.option(
    "--server",
    metavar="URL",
    help="Ask TF Serving or `ct2xkeras serve`: http://HOST:8501 or grpc://HOST:8500.",
)
@click.option(
    "--style",
    "styles",
    multiple=True,
    type=click.Path(),
    help="A radiograph whose look is taken, or a style of the model's own; `all` is each of them. "
    "Repeatable; by default the model's first style.",
)
@view_options
@click.option(
    "--truncation",
    type=FiniteRange(0, 2),
    default=1.0,
    show_default=True,
    help="Strength of the style: 0 is the mean style of training, above 1 exaggerates.",
)
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of the noise.")
@click.option("--drr", "with_drr", is_flag=True, help="Write the DRR of each view too.")
@click.option(
    "--anyway", is_flag=True, help="Draw X-rays of CTs and views unlike those of training too."
)
@click.option("--out", required=True, type=FolderToWrite(), help="Folder for pictures.")
def command(
    ct,
    model,
    server,
    styles,
    views,
    sdd,
    sod,
    footprint,
    mirror,
    truncation,
    seed,
    with_drr,
    anyway,
    out,
):
    """X-rays of CT (a volume file, or a DICOM folder or zip) at each view in each style, with a
    JSON of the pose.

    \b
    ct2xkeras synthesize ct.nii.gz --model runs/chest64 --style xray.png \\
        --view pa --view 30/0 --drr --out out
    ct2xkeras synthesize ct.nii.gz --server http://127.0.0.1:8501 --model chest64 \\
        --style xray.png --view pa --out out

    A packed model needs no --style, and knows what it was trained on: of a CT or a view unlike that
    only the DRR is written, and the status is 1.
    """
    from ct2xkeras.cli.synthesize_models import ServedModel, local_model
    from ct2xkeras.cli.synthesize_output import PictureFolder, tell_aside, tell_reasons
    from ct2xkeras.data import read_volume
    from ct2xkeras.data.dataset.finding import unique_names

    source = ServedModel(server, model) if server else local_model(model)
    styles = _chosen_styles(styles, source)
    volume = read_volume(ct)
    print_notes(volume)
    placed = source.read_ct(volume)
    names = unique_names(styles)
    looks = {name: source.read_look(path) for name, path in zip(names, styles, strict=True)}
    views = usual_views(views, placed.extent, source.size, source.camera, sdd, sod, footprint)
    poses, known = [view.pose for view in views], [view.name for view in views]
    reasons = dict(zip(known, source.reasons(placed, poses), strict=True))
    aside = dict(zip(known, source.degrees_aside(poses), strict=True))
    tell_reasons(volume.name, reasons, anyway)
    tell_aside(aside)

    about = {"model": model, "truncation": truncation, "seed": seed}
    folder = PictureFolder(out, volume.name, placed.center, mirror, about, aside)
    drawn = [view for view in views if anyway or not reasons[view.name]]
    withheld = [view for view in views if reasons[view.name] and not anyway]
    for view in withheld:
        drr = source.project(placed, view.pose[None])[0]
        folder.add_drr(view, drr, reasons[view.name], alone=True)
    for style, look in looks.items() if drawn else ():
        poses = np.stack([view.pose for view in drawn])
        xrays, drrs = source.render(placed, look, poses, truncation, seed)
        for view, xray, drr in zip(drawn, xrays, drrs, strict=True):
            folder.add_xray(view, xray, style, reasons[view.name])
            if with_drr or reasons[view.name]:
                folder.add_drr(view, drr, reasons[view.name])
    print_json(folder.written)
    if withheld:
        click.get_current_context().exit(WITHHELD_STATUS)


def _chosen_styles(styles, source):
    """As given, with the model's own in the place of none and of `all`."""
    if not styles and not source.default_style:
        raise ValueError(
            "--style: expected a radiograph's file, since this model has no styles of its own; "
            "found none. Give --style FILE."
        )
    if tuple(styles) == (ALL_STYLES,) and source.styles:
        return tuple(source.styles)
    return tuple(styles) or (source.default_style,)
