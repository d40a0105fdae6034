"""`ct2xkeras gallery`."""

import rich_click as click

from ct2xkeras.cli.destinations import FileToWrite
from ct2xkeras.cli.named_sources import all_named
from ct2xkeras.cli.output import console, print_json, print_notes
from ct2xkeras.cli.views import view_options


@click.command("gallery")
@click.argument("models", metavar="[NAME=]MODEL...", nargs=-1, required=True)
@click.option("--ct", required=True, type=click.Path(), help="A volume file, DICOM folder or zip.")
@click.option(
    "--style",
    "styles",
    multiple=True,
    required=True,
    type=click.Path(),
    help="A radiograph whose look is taken. Repeatable.",
)
@view_options
@click.option("--out", required=True, type=FileToWrite(), help="PNG to write.")
def command(models, ct, styles, views, sdd, sod, footprint, mirror, out):
    """One picture: a CT at each view in the look of each radiograph, by each model.

    \b
    ct2xkeras gallery ours=runs/chest64 eg3d=runs/eg3d matched=runs/matched_drr --ct ct.nii.gz \\
        --style pale.png --style dark.png --view pa --view lateral_left --out gallery.png

    MODEL is a run's folder, a packed model's or its name. Columns: the radiograph, the DRR, then
    the models in the order given; all see the poses of the first. A method that knows no patient
    searches for this one, which takes its time.
    """
    import numpy as np

    from ct2xkeras.cli.synthesize_models import local_model
    from ct2xkeras.data import read_volume
    from ct2xkeras.evaluation.side_by_side import side_by_side
    from ct2xkeras.pictures import sheet, write_sheet

    found = {name: local_model(text) for name, text in all_named(models, "models").items()}
    volume = read_volume(ct)
    print_notes(volume)
    rows, titles, labels = side_by_side(found, volume, styles, views, sdd, sod, footprint)
    if mirror:
        rows = [[None if image is None else np.fliplr(image) for image in row] for row in rows]
    write_sheet(out, sheet(rows, titles, labels))
    console.print(f"{out}: {len(rows)} rows of {', '.join(titles)}", markup=False)
    print_json({"path": out, "columns": titles, "rows": labels})
