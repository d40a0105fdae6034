"""Named points of a patient in a picture, ready for JSON."""

from collections.abc import Mapping

import numpy as np

from ct2xkeras.geometry.camera import camera_from_world, project_points
from ct2xkeras.geometry.pose import CArmPose, Detector


def project_landmarks(points: Mapping, pose: CArmPose, detector: Detector) -> list[dict]:
    """Where landmarks {name: (x, y, z) world mm} appear, in their order.

    Returns:
        a dict each: `name`; `world` (mm); `row` and `column` (pixels, None behind the source);
        `depth`, mm from the source along the beam; `in_picture`.
    """
    return [_landmark(name, point, pose, detector) for name, point in points.items()]


def _landmark(name, point, pose, detector):
    world = np.asarray(point, np.float64)
    row, column = project_points(world, pose, detector).tolist()
    depth = camera_from_world(pose)[2] @ [*world, 1.0]
    inside = -0.5 <= row < detector.rows - 0.5 and -0.5 <= column < detector.columns - 0.5
    seen = bool(depth > 0)
    return {
        "name": name,
        "world": world.tolist(),
        "row": row if seen else None,
        "column": column if seen else None,
        "depth": float(depth),
        "in_picture": inside,
    }
