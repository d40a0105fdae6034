"""Looks to choose from without a radiograph of one's own: simulated devices on one phantom."""

import functools

from ct2xkeras.pictures import encode_png16

PATIENT, SHAPE, SPACING = 7, (96, 96, 96), (4.3, 4.3, 4.3)  # the phantom's seed, voxels and mm
SIDE, FIELD = 192, 330.0  # pixels; mm at the isocentre
MEAN = "mean"

#: name: what the page calls it, and the device's settings that differ from the usual ones.
LOOKS = {
    "digital": ("Digital detector", {"edge_enhancement": 0.8, "equalization": 0.4}),
    "film": ("Film, high contrast", {"kvp": 70.0, "contrast": 2.0, "gamma": 1.3}),
    "soft": ("High voltage, soft", {"kvp": 125.0, "contrast": 0.4, "scatter_to_primary": 1.5}),
    "grainy": ("Low dose, grainy", {"photons": 300.0, "blur": 0.6}),
}


def look_names() -> dict[str, str]:
    """{name: title} of all looks, the model's mean first."""
    return {MEAN: "Mean style of training"} | {name: title for name, (title, _) in LOOKS.items()}


@functools.lru_cache(len(LOOKS) + 1)
def look_png(name) -> bytes:
    """A simulated radiograph as a 16-bit PNG."""
    from ct2xkeras.data.phantoms import make_phantom
    from ct2xkeras.geometry import CArmPose, Detector
    from ct2xkeras.projection.physics import RadiographSettings, simulate_radiograph

    pose = CArmPose(0, 0, sdd=1600.0, sod=1300.0)
    spacing = FIELD * pose.sdd / pose.sod / SIDE
    detector = Detector(SIDE, SIDE, (spacing, spacing))
    settings = RadiographSettings(**LOOKS[name][1])
    phantom = make_phantom(PATIENT, SHAPE, SPACING)
    return encode_png16(simulate_radiograph(phantom, pose, detector, settings, 0))
