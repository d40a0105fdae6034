"""What `ct2xkeras synthesize` writes and says."""

import rich_click as click

from ct2xkeras.cli.output import console
from ct2xkeras.cli.views import pose_record
from ct2xkeras.cli.writing import write_picture
from ct2xkeras.pretrained.directions import FAR


class PictureFolder:
    """Pictures of one CT, each with a JSON of its pose beside it.

    Args:
        out: folder, a path.
        ct: name of the CT.
        center: (x, y, z) mm of the poses' origin in the CT's own world.
        mirrored: write pictures mirrored.
        about: what each record says besides.
        aside: {name of a view: degrees from the nearest one of training, or None}.

    Attributes:
        written: what `--json` prints.
    """

    def __init__(self, out, ct, center, mirrored, about, aside):
        self.out, self.ct, self.center, self.mirrored = out, ct, center, mirrored
        self.about, self.aside = {"ct": ct, **about}, aside
        self.written = []
        self._drrs = set()  # what this call wrote; an older file may show another geometry

    def add_xray(self, view, xray, style, reasons):
        """An X-ray of a `View` in a style; `reasons` say why it is unlike training."""
        record = self._record(view, reasons) | {"style": style, "kind": "xray"}
        path = self.out / f"{self.ct}_{view.name}_{style}.png"
        write_picture(path, xray, record)
        self._add(view, path, style, reasons, "  (cut off by the CT)" if view.truncated else "")

    def add_drr(self, view, drr, reasons, alone=False):
        """The DRR of a `View`, once for all styles; `alone` where there is no X-ray with it."""
        path = self.out / f"{self.ct}_{view.name}_drr.png"
        if path not in self._drrs:
            self._drrs.add(path)
            write_picture(path, drr, self._record(view, reasons) | {"kind": "drr"})
        if alone:
            self._add(view, None, None, reasons, f"{path}  (DRR only)", drr=path)

    def _record(self, view, reasons):
        record = pose_record(view, self.center, self.mirrored) | self.about
        return record | self._likeness(view, reasons)

    def _likeness(self, view, reasons):
        degrees = self.aside[view.name]
        told = None if degrees is None else round(degrees, 1)
        return {"unlike_training": list(reasons), "degrees_from_training": told}

    def _add(self, view, path, style, reasons, remark, **more):
        entry = {"picture": path, "view": view.name, "style": style}
        entry |= {"truncated_by_ct": view.truncated} | self._likeness(view, reasons)
        self.written.append(entry | more)
        console.print(f"{path or ''}{remark}", markup=False)


def tell_reasons(ct, reasons, anyway):
    """A line for each reason, with the views that it holds for; an error unless `anyway`.

    Args:
        ct: its name.
        reasons: {name of a view: lines}.
    """
    lines = {}
    for view, found in reasons.items():
        for line in found:
            lines.setdefault(line, []).append(view)
    told = [f"{ct}, {', '.join(views)}: unlike training, {line}" for line, views in lines.items()]
    if told and not anyway:
        told.append("Only the DRR is written of such views; --anyway draws their X-rays too.")
    for line in told:
        if anyway:
            console.print(f"note: {line}", markup=False)
        else:
            click.echo(line, err=True)


def tell_aside(aside):
    """A note for each view far from those of training, {name: degrees or None}."""
    for view, degrees in aside.items():
        if degrees is not None and degrees > FAR:
            console.print(
                f"note: {view} lies {degrees:.0f} degrees from the nearest view of training; "
                "expect anatomy, not the look of radiographs.",
                markup=False,
            )
