"""Which C-arm poses a model is trained on: a distribution about named views.

A radiograph is filled to its edges, a CT is cut off. A sampled picture therefore keeps all of its
rays inside the CT's coverage: its footprint at the isocentre is drawn from a range and shrunk
until nothing of it is cut off.
"""

from dataclasses import dataclass, field

import numpy as np

from ct2xkeras.geometry.distributions import ANGLE_DISTRIBUTIONS, angle_mixture, truncated_normal
from ct2xkeras.geometry.footprint import fit_footprints
from ct2xkeras.geometry.pose import POSE_FIELDS
from ct2xkeras.geometry.views import parse_view

_PURPOSE = 0x905E  # keeps these draws apart from other uses of the same seed
_ROUNDS = 16
_NUMBERS = {  # how many each field holds, all of them >= 0
    "angle_spread": 1,
    "roll_spread": 1,
    "sdd": 4,
    "sod_ratio": 4,
    "isocenter_offset": 3,
    "footprint": 2,
    "margin": 1,
}


@dataclass(frozen=True)
class PosePrior:
    """Distribution of poses in model space, where the CT's centre is the origin.

    Args:
        views: weight of each view, a name or `primary/secondary` in degrees.
        angle_spread: standard deviation of both angles about a view, degrees.
        angle_distribution: `von_mises`, or `truncated_normal` (cut at two standard deviations).
        roll_spread: standard deviation of the roll, degrees, cut at two.
        sdd: (mean, standard deviation, lowest, highest) of the source-detector distance, mm.
        sod_ratio: the same four of sod / sdd.
        isocenter_offset: standard deviations (x, y, z) in mm about the CT's centre, cut at two.
        footprint: (smallest, largest) length in mm, at the isocentre, of the picture's longer
            side. Drawn evenly, then shrunk to what the CT covers, never below the smallest.
        margin: mm at the top and bottom of the CT that count as outside; at least half a voxel,
            since interpolation fades there.
    """

    views: dict[str, float] = field(default_factory=lambda: {"pa": 1.0})
    angle_spread: float = 5.0
    angle_distribution: str = "von_mises"
    roll_spread: float = 0.0
    sdd: tuple[float, float, float, float] = (1000.0, 50.0, 900.0, 1100.0)
    sod_ratio: tuple[float, float, float, float] = (0.7, 0.03, 0.6, 0.8)
    isocenter_offset: tuple[float, float, float] = (10.0, 10.0, 10.0)
    footprint: tuple[float, float] = (120.0, 300.0)
    margin: float = 4.0

    def __post_init__(self):
        weights = list(self.views.values())
        if not (_are_positive(weights) and sum(weights) > 0):
            raise ValueError(
                "views: expected finite weights >= 0 of views, one of them above 0; "
                f"received {self.views}."
            )
        if self.angle_distribution not in ANGLE_DISTRIBUTIONS:
            raise ValueError(
                f"angle_distribution must be {' or '.join(ANGLE_DISTRIBUTIONS)}; "
                f"received {self.angle_distribution!r}."
            )
        for name, number in _NUMBERS.items():
            _check_numbers(name, getattr(self, name), number)
        self._check_limits()
        self.centers()

    def _check_limits(self):
        for name in ("sdd", "sod_ratio"):
            mean, _, low, high = getattr(self, name)
            if not 0 < low <= mean <= high:
                raise ValueError(
                    f"{name} is (mean, deviation, lowest, highest), expected "
                    f"0 < lowest <= mean <= highest; received {getattr(self, name)}."
                )
        if not 0 < self.footprint[0] <= self.footprint[1]:
            raise ValueError(
                "footprint is (smallest, largest) in mm, expected 0 < smallest <= largest; "
                f"received {self.footprint}."
            )
        if not self.sod_ratio[3] < 1:
            raise ValueError(f"sod_ratio must stay within (0, 1); received {self.sod_ratio}.")

    def centers(self) -> np.ndarray:
        """(primary, secondary) of each view in degrees, (views, 2)."""
        return np.array([parse_view(view)[1:] for view in self.views])

    def sample(self, seed: int, num: int, volume_extent_mm, size) -> np.ndarray:
        """Pose vectors, float32 (num, 12), all rays of which the CT covers.

        Args:
            seed: the same seed gives the same poses.
            volume_extent_mm: (z, y, x) length of the CT's box, centred on the origin.
            size: (rows, columns) of the picture.

        Raises:
            ValueError: if the CT is too small for the smallest footprint.
        """
        poses = np.zeros((num, len(POSE_FIELDS)))
        missing = np.ones(num, bool)
        for turn in range(_ROUNDS):
            drawn, covered = self._attempt(seed, turn, num, volume_extent_mm, size)
            chosen = missing & covered
            poses[chosen] = drawn[chosen]
            missing &= ~covered
            if not missing.any():
                return poses.astype(np.float32)
        raise ValueError(self._too_small(volume_extent_mm))

    def _attempt(self, seed, turn, num, extent, size):
        """One pose a slot, and whether the CT covers it: (num, 12), (num,)."""
        seeds = np.random.SeedSequence([seed, _PURPOSE, turn]).spawn(6)
        poses = np.zeros((num, len(POSE_FIELDS)))
        weights = list(self.views.values())
        poses[:, :2] = angle_mixture(
            seeds[0], num, self.centers(), weights, self.angle_spread, self.angle_distribution
        )
        poses[:, 2] = _cut_at_two(seeds[1], num, self.roll_spread)
        poses[:, 3] = truncated_normal(seeds[2], num, *self.sdd)
        poses[:, 4] = poses[:, 3] * truncated_normal(seeds[3], num, *self.sod_ratio)
        for axis, seed_of_axis in enumerate(seeds[4].spawn(3)):
            spread = self.isocenter_offset[axis]
            poses[:, 5 + axis] = _cut_at_two(seed_of_axis, num, spread)
        drawn = np.random.default_rng(seeds[5]).uniform(*self.footprint, num)
        footprints = fit_footprints(poses, drawn, extent, size, self.margin)
        magnification = poses[:, 3] / poses[:, 4]
        poses[:, 8:10] = (footprints * magnification / max(size))[:, None]
        return poses, footprints >= self.footprint[0]

    def _too_small(self, extent) -> str:
        z, y, x = np.asarray(extent, float).tolist()
        return (
            f"A CT of {x:.0f} x {y:.0f} x {z:.0f} mm (x, y, z) does not cover a picture of the "
            f"smallest footprint, {self.footprint[0]:.0f} mm, at the views {', '.join(self.views)}"
            ": lower footprint, angle_spread or isocenter_offset, drop steep views, or leave "
            "this CT out."
        )


def _check_numbers(name, value, number):
    if np.size(value) != number or not _are_positive(value):
        expected = "a finite number >= 0" if number == 1 else f"{number} finite numbers >= 0"
        raise ValueError(f"{name}: expected {expected}; received {value!r}.")


def _are_positive(numbers) -> bool:
    """Whether there are any, all of them finite and none below 0."""
    numbers = np.asarray(numbers)
    whole = numbers.size > 0 and numbers.dtype.kind in "iuf"
    return bool(whole and np.isfinite(numbers).all() and numbers.min() >= 0)


def _cut_at_two(seed, num, spread):
    return truncated_normal(seed, num, 0.0, spread, -2 * spread, 2 * spread)
