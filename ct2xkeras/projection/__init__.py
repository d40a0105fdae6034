"""The projector: from CT and pose to line integrals, pictures and features along rays."""

from ct2xkeras.projection.attenuation import attenuation_from_hu
from ct2xkeras.projection.coverage import coverage_map
from ct2xkeras.projection.display import image_to_line_integrals, line_integrals_to_image
from ct2xkeras.projection.drr import DRR
from ct2xkeras.projection.frames import affine_from_spacing, feature_affine
from ct2xkeras.projection.labels import (
    LabelPictures,
    dominant_label,
    project_labels,
    silhouettes,
)
from ct2xkeras.projection.project import METHODS, project
from ct2xkeras.projection.rays import view_rays
from ct2xkeras.projection.sampling import sample_along_rays
from ct2xkeras.projection.siddon import siddon

__all__ = [
    "DRR",
    "METHODS",
    "LabelPictures",
    "affine_from_spacing",
    "attenuation_from_hu",
    "coverage_map",
    "dominant_label",
    "feature_affine",
    "image_to_line_integrals",
    "line_integrals_to_image",
    "project",
    "project_labels",
    "sample_along_rays",
    "siddon",
    "silhouettes",
    "view_rays",
]
