import numpy as np
import pytest

from ct2xkeras.data.phantoms import make_phantom
from ct2xkeras.evaluation.side_by_side import side_by_side
from ct2xkeras.geometry import POSE_FIELDS
from ct2xkeras.pictures import write_png16
from ct2xkeras.pretrained.local import LocalModel, PlacedCT

ISOCENTER = slice(POSE_FIELDS.index("isocenter_x"), POSE_FIELDS.index("isocenter_z") + 1)


class Painted(LocalModel):
    """Pictures tell who drew them, at which angle and in which look; the CT lies off by `moved`."""

    def __init__(self, grey, side=32, moved=0.0, sdd=1000.0):
        super().__init__((side, side), (16, 16, 16), 1.0, (sdd, 0.8 * sdd, 200.0))
        self.grey, self.moved, self.seen = grey, moved, []

    def read_ct(self, volume):
        placed = super().read_ct(volume)
        return PlacedCT(placed.model_input, placed.extent, placed.center + self.moved)

    def render(self, ct, look, poses, truncation=1.0, seed=0):
        self.seen.append((ct.center, poses))
        drawn = [np.full(self.size, self.grey + pose[0] / 1000 + look.mean()) for pose in poses]
        return np.stack(drawn), None

    def project(self, ct, poses):
        return np.stack([np.full(self.size, pose[0] / 100) for pose in poses])


@pytest.fixture(scope="module")
def volume():
    return make_phantom(0, shape=(24, 16, 24), spacing=(20.0, 20.0, 20.0))


@pytest.fixture
def styles(tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path, share in zip(paths, (0.3, 0.7), strict=True):
        picture = np.linspace(-1, 1, 40)[:, None] + np.zeros((40, 40))
        picture[: round(40 * share)] = -1
        write_png16(path, picture)
    return paths


def test_rows_are_views_in_styles_and_columns_models(volume, styles):
    models = {"one": Painted(0.0), "two": Painted(0.1)}
    rows, titles, labels = side_by_side(models, volume, styles, ("pa", "30/0"))
    assert titles == ("real X-ray", "DRR", "one", "two")
    assert labels == ("pa", "lao30_cra0") * 2
    looks = [models["one"].read_look(path) for path in styles]
    for row, (style, view) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        real, drr, *drawn = rows[row]
        angle, look = (0, 30)[view], looks[style]
        if view:
            assert real is None
        else:
            np.testing.assert_array_equal(real, look)
        np.testing.assert_allclose(drr.mean(), angle / 100, atol=1e-6)
        expected = [grey + angle / 1000 + look.mean() for grey in (0.0, 0.1)]
        np.testing.assert_allclose([image.mean() for image in drawn], expected, atol=1e-6)


def test_all_models_see_the_same_place_of_the_patient(volume, styles):
    moved = np.array([3.0, -2.0, 7.0])
    models = {"one": Painted(0.0), "two": Painted(0.0, moved=moved, sdd=2000.0)}
    side_by_side(models, volume, styles[:1], ("pa", "40/20"))
    (first, poses), (second, others) = (model.seen[0] for model in models.values())
    np.testing.assert_allclose(second - first, moved)
    np.testing.assert_allclose(
        second + others[:, ISOCENTER], first + poses[:, ISOCENTER], atol=1e-4
    )
    same = np.delete(np.arange(poses.shape[1]), np.r_[ISOCENTER])
    np.testing.assert_array_equal(poses[:, same], others[:, same])
    assert poses[0, POSE_FIELDS.index("sdd")] == 1000


def test_models_of_other_sizes_are_refused(volume, styles):
    models = {"one": Painted(0.0), "two": Painted(0.0, side=64)}
    with pytest.raises(ValueError, match=r"two: expected pictures of \(32, 32\) .* of one, found"):
        side_by_side(models, volume, styles, ("pa",))
