import numpy as np
import pytest

from ct2xkeras.projection import dominant_label, project, project_labels, silhouettes


@pytest.fixture
def labels(scene):
    found = np.zeros(scene.shape, np.int16)
    found[10:30, 12:40, 8:30] = 1
    found[25:50, 35:65, 25:55] = 2
    found[12:20, 20:30, 10:20] = 5
    return found


def test_each_label_is_its_own_volume_of_ones(scene, labels):
    pictures = project_labels(labels, scene.affine, scene.poses, scene.size)
    assert pictures.values.tolist() == [1, 2, 5]
    masks = (labels[None, ..., None] == pictures.values).astype(np.float32)
    index = np.zeros(len(scene.poses), np.int32)
    expected = project(masks, scene.affines(), scene.poses, scene.size, index)
    np.testing.assert_allclose(pictures.path_length, expected, atol=0.05)


def test_path_lengths_of_a_partition_add_up_to_the_whole(scene, labels):
    pictures = project_labels(labels, scene.affine, scene.poses, scene.size)
    whole = project_labels((labels > 0).astype(np.int16), scene.affine, scene.poses, scene.size)
    np.testing.assert_allclose(pictures.path_length.sum(-1), whole.path_length[..., 0], atol=0.05)


@pytest.mark.parametrize("scene", ["straight"], indirect=True)
def test_silhouettes_and_the_dominant_label(scene, labels):
    pictures = project_labels(labels, scene.affine, scene.poses, scene.size, values=[2, 5, 9])
    shadows = silhouettes(pictures.path_length, 0.8)
    assert shadows[..., 0].any()
    assert shadows[..., 1].any()
    assert not shadows[..., 2].any()
    dominant = dominant_label(pictures, 0.8)
    assert set(np.unique(dominant)) <= {0, 2, 5}
    np.testing.assert_array_equal(dominant > 0, shadows.any(-1))


@pytest.mark.parametrize("scene", ["straight"], indirect=True)
def test_fractional_labels_are_refused(scene):
    with pytest.raises(ValueError, match=r"integers.*float64"):
        project_labels(np.zeros(scene.shape), scene.affine, scene.poses, scene.size)


@pytest.mark.parametrize("scene", ["straight"], indirect=True)
def test_a_label_beside_the_picture_is_empty_without_a_warning(scene, labels, recwarn):
    far = scene.affine.copy()
    far[:3, 3] += [0, 0, 2000]
    pictures = project_labels(labels, far, scene.poses, scene.size)
    assert not pictures.path_length.any()
    assert not [warning for warning in recwarn if "misses" in str(warning.message)]
