"""CTs with their views: pose, DRR and coverage, stored in the data set or rendered when asked."""

import tensorflow as tf

from ct2xkeras.data.dataset.info import count_of
from ct2xkeras.data.dataset.records import coverage_from_uint8, image_from_uint16


def view_kind(info: dict, split: str) -> str:
    """Which records tell a split's views: "drr" with pictures, or "poses" without."""
    return "drr" if count_of(info, split, "drr") else "poses"


class CTViews:
    """Views of the CTs of a split.

    Args:
        cts: `ct` records by number, as `open_records` gives them.
        views: the `drr` records of the same CTs; or their `poses` records, and the pictures are
            rendered, which agree with stored ones up to the rounding of those.
        size: (rows, columns) of the pictures.
    """

    def __init__(self, cts, views, size):
        self._cts, self._views, self._size = cts, views, tuple(size)
        self.num_poses = views.shapes["poses"][0]

    def __len__(self):
        return len(self._cts)

    def name(self, ct) -> str:
        return self._cts[ct]["name"].numpy().decode()

    def __call__(self, ct, poses) -> dict:
        """Some views of one CT, eagerly or inside tf.data.

        Args:
            ct: number of the CT.
            poses: numbers (k,) of its poses.

        Returns:
            volume (z, y, x, 1) int16 HU, spacing (3,) mm, pose (k, 12), drr (k, H, W, 1) in
            [-1, 1] and coverage (k, H, W, 1) in [0, 1].
        """
        record, views = self._cts[ct], self._views[ct]
        case = {
            "volume": record["hu"][..., None],
            "spacing": record["spacing"],
            "pose": tf.gather(views["poses"], poses),
        }
        stored = "images" in views
        return case | (_pictures(views, poses) if stored else render(case, self._size))


def _pictures(views, poses) -> dict:
    images, coverage = (tf.gather(views[name], poses) for name in ("images", "coverage"))
    return {
        "drr": image_from_uint16(images)[..., None],
        "coverage": coverage_from_uint8(coverage)[..., None],
    }


def render(case: dict, size) -> dict:
    """drr and coverage (k, *size, 1) of a CT's views.

    Args:
        case: volume, spacing and pose as `CTViews` gives them.
        size: (rows, columns).
    """
    from ct2xkeras.projection import DRR

    poses = case["pose"]
    volume = tf.cast(case["volume"], tf.float32)
    same_volume = tf.zeros(tf.shape(poses)[0], tf.int32)
    drawn = DRR(size)(volume[None], case["spacing"][None], poses, same_volume)
    shape = (poses.shape[0], *size, 1)
    names = {"drr": "image", "coverage": "coverage"}
    return {name: tf.ensure_shape(drawn[output], shape) for name, output in names.items()}
