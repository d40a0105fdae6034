"""One file at a time: read it, check it, keep only what is needed to compare it with others."""

from ct2xkeras.data.ct.volumes import read_volume
from ct2xkeras.data.errors import printable
from ct2xkeras.data.inspection.body_part import guess_body_part
from ct2xkeras.data.inspection.content import radiograph_digest
from ct2xkeras.data.inspection.ct_checks import CT_CHECKS
from ct2xkeras.data.inspection.ct_overview import measure_ct
from ct2xkeras.data.inspection.findings import CaseReport, Finding
from ct2xkeras.data.inspection.items import Item
from ct2xkeras.data.inspection.orientation import check_orientation, stored_axes
from ct2xkeras.data.inspection.xray_checks import XRAY_CHECKS, measure_xray
from ct2xkeras.data.source_names import check_name
from ct2xkeras.data.xray.radiographs import read_radiograph


def inspect_item(item: Item):
    """Reads and checks a file.

    Returns:
        its `CaseReport`, and the `Volume` or `Radiograph`, None where it cannot be read.
    """
    names = ("name", "source", "kind", "patient", "split")
    fields = {name: printable(getattr(item, name)) for name in names}
    try:
        check_name(item.source, item.name)
        picture = _read(item)
    except (ValueError, OSError, MemoryError) as error:
        finding = Finding("error", "unreadable", _reason(error, item.source))
        return CaseReport(**fields, findings=(finding,)), None
    notes = tuple(Finding("note", "reader", note) for note in getattr(picture, "notes", ()))
    facts, findings = _FACTS[item.kind](picture, item)
    return CaseReport(**fields, **facts, findings=(*notes, *findings)), picture


def _read(item):
    if item.kind == "ct":
        return read_volume(item.source)
    return read_radiograph(item.source, item.inverted)


def _reason(error, source) -> str:
    """What an error says, without the path that stands beside it anyway."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text.removeprefix(f"{printable(source)}: ")


def _ct_facts(volume, item):
    overview, axes = measure_ct(volume), stored_axes(item.source)
    findings = [f for check in CT_CHECKS for f in check(overview)]
    facts = {
        "shape": overview.shape,
        "spacing": tuple(round(s, 4) for s in overview.spacing),
        "orientation": axes,
        "value_range": overview.value_range,
        "body_part": guess_body_part(overview),
        "content": overview.slices,
    }
    return facts, (*findings, *check_orientation(overview, axes))


def _xray_facts(radiograph, _):
    pixels = radiograph.pixels
    facts = {
        "shape": pixels.shape,
        "spacing": tuple(getattr(radiograph, "pixel_spacing", None) or ()),
        "value_range": (round(float(pixels.min()), 4), round(float(pixels.max()), 4)),
        "content": (radiograph_digest(pixels),),
    }
    overview = measure_xray(pixels)
    return facts, [f for check in XRAY_CHECKS for f in check(overview)]


_FACTS = {"ct": _ct_facts, "xray": _xray_facts}
