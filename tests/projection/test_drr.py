import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.projection import DRR, image_to_line_integrals, line_integrals_to_image

SHAPE, SIZE = (16, 18, 20), (12, 14)
POSES = np.array(
    [
        [0, 0, 0, 1000, 600, 0, 0, 0, 6, 6, 0, 0],
        [80, 10, 5, 1000, 600, 3, 0, 0, 6, 6, 0, 0],
        [-30, 0, 0, 1000, 600, 0, 5, 0, 6, 6, 0, 0],
    ],
    np.float32,
)
SPACING = np.array([[4, 3, 3], [4, 4, 4]], np.float32)


def volumes():
    return np.random.default_rng(0).integers(-900, 900, (2, *SHAPE, 1)).astype(np.int16)


def test_fast_and_portable_methods_show_the_same_picture():
    index = np.array([0, 1, 1], np.int32)
    fast, slow = (
        DRR(SIZE, method=m)(volumes(), SPACING, POSES, volume_index=index)
        for m in ("joseph", "trilinear")
    )
    np.testing.assert_allclose(fast["image"], slow["image"], atol=0.05)
    np.testing.assert_array_equal(fast["coverage"], slow["coverage"])


def test_pictures_of_air_are_black_and_denser_is_brighter():
    air = np.full((1, *SHAPE, 1), -1024, np.int16)
    hu = np.concatenate([air, air + 1024, air + 2024])
    image = np.asarray(DRR(SIZE)(hu, SPACING[[0, 0, 0]], POSES[[0, 0, 0]])["image"])
    np.testing.assert_allclose(image[0], -1, atol=1e-6)
    assert image[1].mean() < image[2].mean() < 1


def test_the_display_map_can_be_undone():
    integrals = np.linspace(0, 12, 50, dtype=np.float32)
    back = image_to_line_integrals(line_integrals_to_image(integrals))
    np.testing.assert_allclose(back, integrals, atol=2e-4)


def test_a_mixed_precision_policy_does_not_touch_poses():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        low = DRR(SIZE)(volumes(), SPACING, POSES[:2])["image"]
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_array_equal(low, DRR(SIZE)(volumes(), SPACING, POSES[:2])["image"])


def test_exported_with_unknown_batch_sizes_it_gives_the_same_pictures(tmp_path):
    layer, module = DRR(SIZE), tf.Module()
    module.layer, module.serve = (
        layer,
        tf.function(
            lambda hu, spacing, poses, index: layer(hu, spacing, poses, volume_index=index),
            input_signature=[
                tf.TensorSpec((None, *SHAPE, 1), tf.int16),
                tf.TensorSpec((None, 3)),
                tf.TensorSpec((None, 12)),
                tf.TensorSpec((None,), tf.int32),
            ],
        ),
    )
    tf.saved_model.save(module, str(tmp_path / "drr"))
    index = np.array([1, 0, 1], np.int32)
    served = tf.saved_model.load(str(tmp_path / "drr")).serve(volumes(), SPACING, POSES, index)
    expected = layer(volumes(), SPACING, POSES, volume_index=index)
    for name in ("image", "coverage"):
        np.testing.assert_allclose(served[name], expected[name], atol=1e-4)


def test_config_round_trip():
    layer = DRR(SIZE, method="trilinear", name="drr")
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert (twin.size, twin.method, twin.name) == (SIZE, "trilinear", "drr")


def test_spacing_must_be_positive():
    with pytest.raises(ValueError, match=r"positive.*-3"):
        DRR(SIZE)(volumes(), -SPACING, POSES[:2])
