"""Pictures of a report, as addresses that hold them, with words beside them."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.data.resampling import resample_image
from ct2xkeras.geometry import POSE_FIELDS
from ct2xkeras.pictures import data_uri, encode_png

LARGEST_SIDE = 256  # pixels; larger pictures are reduced, so that a page stays small


@dataclass(frozen=True)
class Picture:
    """One picture: its address with all of it, and what it shows."""

    address: str
    text: str


@dataclass(frozen=True)
class Case:
    """A case that stands for others: why it does ("best", ...), its value, its pictures."""

    why: str
    value: str
    view: str
    pictures: list


def picture(image, text):
    """The `Picture` of an array (height, width, 1) in [-1, 1]."""
    image = np.asarray(image, np.float32)[..., 0]
    factor = LARGEST_SIDE / max(image.shape)
    if factor < 1:
        image = resample_image(image, tuple(max(1, round(factor * n)) for n in image.shape))
    return Picture(data_uri(encode_png(image)), text)


def standing_for_all(values, highest_is_best):
    """Indices of the best, the median and the worst of values (n,): {"best": index, ...}.

    Of fewer than three values some are the same case.
    """
    order = np.argsort(values, kind="stable")
    if highest_is_best:
        order = order[::-1]
    return {
        "best": int(order[0]),
        "median": int(order[(len(order) - 1) // 2]),
        "worst": int(order[-1]),
    }


def view_text(pose):
    """A pose (12,) in words: `30 LAO, 10 CRA`."""
    primary, secondary = (
        float(pose[POSE_FIELDS.index(name)]) for name in ("primary_angle", "secondary_angle")
    )
    sides = ("LAO" if primary >= 0 else "RAO", "CRA" if secondary >= 0 else "CAU")
    return f"{abs(primary):.0f}° {sides[0]}, {abs(secondary):.0f}° {sides[1]}"


def example_cases(samples, values, unit, highest_is_best):
    """The best, median and worst `Case` by values of each picture (n,).

    Args:
        samples: `Samples` made by networks.
        unit: words before a value.
    """
    columns = {
        "DRR": samples.drr,
        "X^": samples.pictures,
        "style reference": samples.cases["style_image"],
        "true X-ray": samples.truth,
    }
    names = list(dict.fromkeys(samples.cases["name"].tolist()))
    found = []
    for why, index in standing_for_all(values, highest_is_best).items():
        number = names.index(samples.cases["name"][index]) + 1
        pictures = [
            picture(images[index], text) for text, images in columns.items() if images is not None
        ]
        view = f"CT {number}, {view_text(samples.cases['pose'][index])}"
        found.append(Case(why, f"{unit} {values[index]:.4g}", view, pictures))
    return found
