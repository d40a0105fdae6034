import numpy as np
import pytest

from ct2xkeras.data import Volume
from ct2xkeras.data.inspection.body_part import guess_body_part, tissue_shares
from ct2xkeras.data.inspection.ct_overview import measure_ct
from ct2xkeras.data.phantoms import make_phantom

SPACING = 3.0  # mm


def drawn(width, depth, *layers, field=420):
    """A cylinder of fat; each layer (share of its radii, HU) is painted inside the one before."""
    number = int(field / SPACING)
    line = (np.arange(number) - number / 2 + 0.5) * SPACING
    radius = np.hypot(line[None] / (width / 2), line[:, None] / (depth / 2))
    plane = np.where(radius < 1, -100, -1000)
    for share, hu in layers:
        plane[radius < share] = hu
    noise = np.random.default_rng(0).integers(-5, 6, (30, number, number))
    return np.clip(plane + noise, -1024, 3071).astype(np.int16)


def guess(hu):
    affine = np.diag([SPACING, SPACING, SPACING, 1.0])
    return guess_body_part(measure_ct(Volume(hu, affine, "ct")))


@pytest.mark.parametrize(
    ("part", "hu"),
    [
        ("chest", drawn(340, 240, (0.9, 40), (0.6, -850), (0.2, 40))),
        ("abdomen", drawn(360, 260, (0.85, 45), (0.12, 300))),
        ("pelvis", drawn(360, 260, (0.85, 45), (0.3, 400), (0.1, 40))),
        ("head", drawn(150, 190, (0.97, 40), (0.93, 900), (0.83, 35))),
        ("limb", drawn(110, 110, (0.8, 55), (0.35, 900))),
        ("spine", drawn(360, 260, (0.85, 45), (0.25, 300))[:, 52:88, 52:88]),
        ("unknown", drawn(110, 110, (0.8, 55))),
        ("unknown", np.full((8, 20, 20), -1000, np.int16)),
    ],
)
def test_drawn_bodies(part, hu):
    assert guess(hu) == part


@pytest.mark.parametrize("seed", range(2))
def test_phantoms_are_chests(seed):
    assert guess_body_part(measure_ct(make_phantom(seed, (64, 64, 64), (5.0, 6.4, 6.4)))) == "chest"


def test_shares_are_of_the_body_alone():
    ct = measure_ct(Volume(drawn(300, 200, (0.7, 40)), np.diag([3.0, 3.0, 3.0, 1.0]), "ct"))
    shares = tissue_shares(ct)
    assert shares["soft"] == pytest.approx(0.49, abs=0.05)
    assert shares["fat"] == pytest.approx(0.51, abs=0.08)
    assert shares["lung"] + shares["bone"] < 0.02
