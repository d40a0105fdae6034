"""Volume rendering of fields of density and features: rays, depths along them, and their sums."""

from ct2xkeras.baselines.fields.compositing import composite_alpha, composite_attenuation
from ct2xkeras.baselines.fields.depths import (
    importance_depths,
    merge_depths,
    reorder,
    stratified_depths,
)
from ct2xkeras.baselines.fields.rays import box_rays, points_along

__all__ = [
    "box_rays",
    "composite_alpha",
    "composite_attenuation",
    "importance_depths",
    "merge_depths",
    "points_along",
    "reorder",
    "stratified_depths",
]
