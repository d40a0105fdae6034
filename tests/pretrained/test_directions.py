import json

import numpy as np
import pytest

from ct2xkeras.data.errors import DataError
from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.pretrained.directions import degrees_aside, direction_of
from ct2xkeras.pretrained.domain import Domain
from ct2xkeras.pretrained.folder import ModelFolder


def pose(primary, secondary, roll=0.0):
    return pose_vector(CArmPose(primary, secondary, roll), Detector(8, 8, (1.0, 1.0)))


@pytest.mark.parametrize(
    ("primary", "secondary", "expected"),
    [(0, 0, 0), (90, 0, 60), (40, 0, 10), (0, 90, 90), (180, 0, 150), (350, 0, 10)],
)
def test_a_view_is_as_far_aside_as_the_angle_to_the_nearest_central_ray(
    primary, secondary, expected
):
    seen = [(0, 0), (30, 0)]
    assert degrees_aside(pose(primary, secondary), seen) == pytest.approx(expected, abs=1e-4)


def test_turning_the_picture_is_no_other_side(rng):
    for primary, secondary, roll in rng.uniform(-80, 80, (5, 3)):
        found = degrees_aside(pose(primary, secondary, roll), [(primary, secondary)])
        assert found == pytest.approx(0, abs=1e-3)


def test_directions_are_kept_as_views_are_written(models, tmp_path):
    seen = tuple(direction_of(pose(*angles)) for angles in ((-30.04, 5.0), (12.5, 0.0)))
    assert seen == ((-30.0, 5.0), (12.5, 0.0))
    folder, limits = ModelFolder(tmp_path), ModelFolder(models / "chest").domain()
    Domain(limits.ct, limits.view, directions=seen).save(folder.domain_file)
    assert json.loads(folder.domain_file.read_text())["directions"] == ["-30/5", "12.5/0"]
    assert folder.domain().directions == seen


def test_a_direction_that_is_none_is_refused_with_the_file(models, tmp_path):
    folder = ModelFolder(tmp_path)
    content = json.loads(ModelFolder(models / "chest").domain_file.read_text())
    folder.domain_file.write_text(json.dumps(content | {"directions": ["sideways"]}))
    with pytest.raises(DataError, match=r"domain\.json.*directions\.0.*sideways"):
        folder.domain()


def test_models_without_directions_do_not_know(models):
    from ct2xkeras.pretrained.model import load_pretrained

    model = load_pretrained("chest", models)
    poses = [pose(0, 0), pose(90, 0)]
    near, far = model.degrees_aside(poses)
    assert near < 45 < far
    model.domain = Domain(model.domain.ct, model.domain.view)
    assert model.degrees_aside(poses) == [None, None]
    assert np.isfinite([near, far]).all()
