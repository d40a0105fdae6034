import hashlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ct2xkeras.metrics import pixel_features
from ct2xkeras.metrics.extractors import extractor_names, find_extractor, import_weights
from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS
from ct2xkeras.metrics.extractors.network_extractor import BATCH_SIZE
from ct2xkeras.metrics.extractors.resizing import grey_levels, resize, resize_as_tf1
from ct2xkeras.metrics.extractors.squeezenet import caffe_input

SQUEEZENET = "squeezenet-keras"


@pytest.fixture
def imported(network_file, as_published):
    as_published(network_file, SQUEEZENET)
    import_weights(network_file)


@pytest.fixture
def pictures(rng):
    """As many as do not fill their batches, in [-1, 1]."""
    coarse = rng.uniform(-1, 1, (BATCH_SIZE + 3, 6, 6, 1))
    return tf.clip_by_value(tf.image.resize(coarse, (64, 48), "bicubic"), -1, 1).numpy()


# ------------------------------------------------------------------ from pictures to pixels


def test_the_window_is_fixed_and_gives_what_an_8_bit_file_holds():
    levels = grey_levels(np.array([-1.2, -1, -0.999, 0.0, 1, 1.5], "float32"))
    np.testing.assert_array_equal(levels, [0, 0, 0, 128, 255, 255])
    flat = grey_levels(np.full((1, 2, 2, 1), 0.1, "float32"))  # not stretched
    np.testing.assert_array_equal(flat, 140)


@pytest.mark.parametrize("sides", [(256, 97, 60), (40, 64, 64)])
def test_resizing_is_pillows_bicubic(rng, sides):
    height, width, side = sides
    pixels = rng.integers(0, 256, (height, width)).astype("float32")
    found = resize(pixels[None, ..., None], (side, side))[0, ..., 0]
    expected = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
    np.testing.assert_allclose(found, np.clip(expected, 0, 255), atol=0.01)


def test_resizing_as_in_2015_starts_at_the_corner():
    """Row i of the new picture lies at row i * old / new of the old one, not at its centre."""
    rows = np.array([0.0, 60, 120, 180], "float32")
    pixels = np.broadcast_to(rows[None, :, None, None], (1, 4, 4, 1))
    found = resize_as_tf1(pixels, (6, 6))[0, :, 0, 0]
    np.testing.assert_allclose(found, np.minimum(np.arange(6) * 4 / 6 * 60, 180), rtol=1e-5)


# ------------------------------------------------------------------ extractors


def test_squeezenet_features_are_means_of_its_last_map(imported, random_network, pictures):
    extractor = find_extractor(SQUEEZENET)
    found = extractor(pictures)
    assert extractor.name == SQUEEZENET
    assert found.shape == (len(pictures), 512) == (len(pictures), extractor.num_features)
    assert found.dtype == np.float32
    picked = [0, BATCH_SIZE]
    levels = resize(grey_levels(pictures[picked]), (224, 224))
    expected = random_network(caffe_input(levels / 127.5 - 1))[-1]
    np.testing.assert_allclose(found[picked], np.mean(expected, axis=(1, 2)), rtol=1e-3, atol=1e-4)


def test_a_picture_scores_the_same_in_memory_and_as_an_8_bit_file(imported, pictures):
    extractor = find_extractor(SQUEEZENET)
    stored = np.round(127.5 * (pictures + 1)).astype("uint8")
    np.testing.assert_array_equal(extractor(pictures), extractor(stored / 127.5 - 1))


def test_pixels_are_block_means(pictures):
    extractor = find_extractor("pixels32")
    pictures = pictures[:, :, :32]
    assert (extractor.name, extractor.num_features) == ("pixels32", 1024)
    np.testing.assert_allclose(extractor(pictures), pixel_features(pictures), rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p[:0], r"n > 0, received \(0, 64"),
        (lambda p: p[..., 0], r"received \(19, 64, 48\)"),
        (lambda p: np.repeat(p, 3, -1), r"received \(19, 64, 48, 3\)"),
        (lambda p: np.where(p > 0, np.nan, p), "not finite"),
        (lambda p: 127.5 * (p + 1), r"in \[-1, 1\], received up to"),
    ],
)
def test_other_pictures_are_refused(imported, pictures, change, message):
    for name in (SQUEEZENET, "pixels32"):
        with pytest.raises(ValueError, match=message):
            find_extractor(name)(change(pictures))


def test_missing_weights_are_said_with_file_address_and_command():
    for name in set(extractor_names()) - {"pixels32"}:
        source = KNOWN_WEIGHTS[name.removesuffix("-clean")].sources[0]
        with pytest.raises(ValueError, match=f"weights import {source.file}") as error:
            find_extractor(name)
        assert source.url in str(error.value)


def test_an_unknown_name_is_answered_by_a_near_one():
    with pytest.raises(ValueError, match=r"pixels32.*did you mean squeezenet-keras\?"):
        find_extractor("squeeznet-keras")


# ------------------------------------------------------------------ any Keras model


def save(model, path):
    model.save(path)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def test_a_keras_model_gives_features_at_its_own_size(tmp_path, pictures):
    inputs = keras.Input((20, 30, 3))
    maps = keras.layers.Conv2D(5, 3)(keras.layers.Rescaling(1 / 255)(inputs))
    model = keras.Model(inputs, maps)
    path, sha256 = save(model, tmp_path / "my net.keras")
    extractor = find_extractor(str(path))
    assert (extractor.name, extractor.num_features) == (f"keras:my_net-{sha256}", 5)
    levels = resize(grey_levels(pictures), (20, 30)).numpy()
    expected = model(np.repeat(levels, 3, axis=-1)).numpy().mean(axis=(1, 2))
    np.testing.assert_allclose(extractor(pictures), expected, rtol=1e-4, atol=1e-6)


def test_a_keras_model_without_a_size_sees_pictures_as_they_are(tmp_path, pictures):
    inputs = keras.Input((None, None, 1))
    model = keras.Model(inputs, keras.layers.GlobalMaxPooling2D()(inputs))
    path, _ = save(model, tmp_path / "largest.keras")
    expected = np.max(grey_levels(pictures), axis=(1, 2))
    np.testing.assert_array_equal(find_extractor(path)(pictures), expected)


def test_models_that_are_no_extractors_are_refused(tmp_path):
    picture, number = keras.Input((8, 8, 1)), keras.Input((3,))
    features = keras.layers.Flatten()(picture)
    code = keras.layers.Lambda(lambda x: x + 1)(features)
    for name, model, message in (
        ("two", keras.Model([picture, number], features), r"one input .*\(None, 3\)"),
        ("flat", keras.Model(number, number), r"one input .*found \[\(None, 3\)\]"),
        ("outputs", keras.Model(picture, [features, features]), "one output"),
        ("code", keras.Model(picture, code), "safe mode.*Lambda"),
    ):
        path, _ = save(model, tmp_path / f"{name}.keras")
        with pytest.raises(ValueError, match=rf"{name}\.keras: expected a model .*{message}"):
            find_extractor(path)
    (tmp_path / "text.keras").write_text("no model")
    with pytest.raises(ValueError, match=r"text\.keras: expected a model saved by Keras"):
        find_extractor(tmp_path / "text.keras")
    with pytest.raises(FileNotFoundError, match=r"none\.keras"):
        find_extractor(tmp_path / "none.keras")
