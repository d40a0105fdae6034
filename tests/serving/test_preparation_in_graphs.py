"""Preparation inside a graph gives what `ct2xkeras.data` gives."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from ct2xkeras.data import prepare_radiograph, read_radiograph, read_volume, to_model_volume
from ct2xkeras.data.ct import body as scipy_body
from ct2xkeras.data.ct.volumes import Volume
from ct2xkeras.data.phantoms import make_phantom
from ct2xkeras.data.xray import borders as scipy_borders
from ct2xkeras.data.xray.radiographs import Radiograph
from ct2xkeras.serving.preparation import body, borders
from ct2xkeras.serving.preparation.components import first_of_part
from ct2xkeras.serving.preparation.grid import model_volume, resampling_matrix
from ct2xkeras.serving.preparation.radiographs import decode_picture
from ct2xkeras.serving.preparation.radiographs import prepare_radiograph as prepare_in_graph

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason=f"no real data in {SHARED}")


def with_table(seed, shape, spacing):
    """A phantom on a table, with a blanket of one voxel over it."""
    phantom = make_phantom(seed, shape=shape, spacing=spacing)
    hu = phantom.hu.copy()
    hu[:, 2:4] = 300
    hu[:, 4:6, 5:-5] = -700
    hu[:, -3] = -100
    return Volume(hu, phantom.affine, "phantom")


def graph_volume(volume, size):
    compiled = tf.function(lambda hu, spacing: model_volume(hu, spacing, size))
    spacing = np.array(volume.spacing, "float32")
    return [value.numpy() for value in compiled(volume.hu, spacing)]


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2)])
@pytest.mark.parametrize("density", [0.2, 0.35, 0.6])
def test_parts_of_a_mask_are_those_of_scipy(rng, density, axes):
    mask = rng.random((9, 30, 31)) < density
    structure = ndimage.generate_binary_structure(3, 1)
    structure[[0, 2]] &= 0 in axes
    labels, number = ndimage.label(mask, structure)
    firsts = np.array([np.flatnonzero(labels == i + 1)[0] for i in range(number)])
    found = first_of_part(tf.constant(mask), axes).numpy()
    np.testing.assert_array_equal(found[mask], firsts[labels[mask] - 1])


def test_a_part_as_long_as_a_snake_is_one():
    snake = np.zeros((1, 41, 41), bool)
    snake[0, ::2] = True
    snake[0, 1::4, -1] = snake[0, 3::4, 0] = True
    parts = first_of_part(tf.constant(snake), (1, 2)).numpy()
    assert np.unique(parts[snake]).tolist() == [0]


@pytest.mark.parametrize(
    ("shape", "spacing"),
    [
        ((40, 44, 48), (8.0, 8.0, 8.0)),
        ((30, 150, 140), (6.0, 2.4, 2.6)),
        ((9, 260, 250), (30.0, 1.2, 1.4)),
    ],
)
def test_the_body_is_found_as_on_disk(shape, spacing):
    volume = with_table(11, shape, spacing)
    expected = scipy_body.body_mask(volume.hu, volume.spacing)
    found = body.body_mask(tf.constant(volume.hu), tf.constant(volume.spacing, tf.float64))
    np.testing.assert_array_equal(found.numpy(), expected)
    assert not expected[:, :4].any()


def test_the_grid_is_that_of_to_model_volume():
    volume = with_table(5, (40, 72, 80), (8.0, 5.0, 5.0))
    size = (16, 24, 16)
    expected = to_model_volume(volume, size)
    hu, spacing, center = graph_volume(volume, size)
    # Sums in another order turn a rounding here and there.
    assert np.abs(hu[..., 0] - expected.hu).max() <= 1
    assert np.mean(hu[..., 0] != expected.hu) < 1e-3
    np.testing.assert_allclose(spacing, expected.spacing, rtol=1e-6)
    middle = volume.affine[:3, :3] @ ((np.array(volume.hu.shape[::-1]) - 1) / 2)
    np.testing.assert_allclose(center, expected.center - middle - volume.affine[:3, 3], atol=1e-4)


def test_resampling_weights_are_the_same():
    from ct2xkeras.data.resampling import resampling_matrix as numpy_matrix

    for lengths in ((10, 4), (4, 10), (7, 7), (1, 5), (5, 1)):
        np.testing.assert_allclose(resampling_matrix(*lengths), numpy_matrix(*lengths), atol=1e-7)


def test_air_alone_is_refused():
    air = tf.fill([8, 20, 20], tf.constant(-1000, tf.int16))
    with pytest.raises(tf.errors.InvalidArgumentError, match="no voxel as dense as tissue"):
        model_volume(air, tf.constant([2.0, 2.0, 2.0]), (4, 4, 4))


def bordered(rng):
    """Smooth texture inside a dark tilted mask, with a bright bar and a letterbox."""
    texture = ndimage.gaussian_filter(rng.random((200, 170)), 6)
    picture = 0.2 + 0.7 * (texture - texture.min()) / np.ptp(texture)
    rows, columns = np.indices(picture.shape)
    picture[columns < 14 + rows * 0.05] = 0.0
    picture[-10:] = 1.0
    return np.pad(picture, ((12, 8), (5, 0)), constant_values=0.4).astype("float32")


@pytest.mark.parametrize("times", [1, 9])
def test_borders_are_the_same(rng, times):
    pixels = np.kron(bordered(rng), np.ones((times, times), "float32"))
    rows, columns = expected = scipy_borders.letterbox_box(pixels)
    found = borders.letterbox_box(tf.constant(pixels)).numpy()
    assert found.tolist() == [rows.start, rows.stop, columns.start, columns.stop]
    inside = pixels[expected]
    rows, columns = scipy_borders.border_box(inside)
    found = borders.border_box(tf.constant(inside)).numpy()
    assert found.tolist() == [rows.start, rows.stop, columns.start, columns.stop]
    assert columns.start > 5


def test_a_radiograph_is_prepared_the_same(rng):
    pixels = bordered(rng)
    expected = prepare_radiograph(Radiograph(pixels, "x"), (32, 32), crop=0.7)
    found = prepare_in_graph(tf.constant(pixels), (32, 32), 0.7)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_flat_radiograph_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="no contrast"):
        prepare_in_graph(tf.fill([50, 60], 0.5), (16, 16), 1.0)


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("name", ["lidc_idri_0314_chest", "totalseg_example_ct_abdomen_pelvis"])
def test_real_cts_come_to_the_same_grid(name):
    volume = read_volume(SHARED / "ct" / f"{name}.nii.gz")
    expected = to_model_volume(volume, (64, 64, 64))
    hu, spacing, _ = graph_volume(volume, (64, 64, 64))
    np.testing.assert_allclose(spacing, expected.spacing, rtol=1e-6)
    assert np.abs(hu[..., 0] - expected.hu).max() <= 1


@needs_shared
@pytest.mark.slow
def test_real_radiographs_come_to_the_same_pictures():
    paths = sorted((SHARED / "xray").glob("*/*.png"))[::9][:8]
    for path in paths:
        expected = prepare_radiograph(read_radiograph(path), (64, 64), crop=0.65)
        pixels = decode_picture(tf.constant(path.read_bytes()))
        found = prepare_in_graph(pixels, (64, 64), 0.65)
        np.testing.assert_allclose(found, expected, atol=2e-3, err_msg=path.name)
