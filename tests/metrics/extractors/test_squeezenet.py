import hashlib

import h5py
import numpy as np
import pytest

from ct2xkeras.metrics.extractors import load_squeezenet
from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS
from ct2xkeras.metrics.extractors.squeezenet import caffe_input, pool, squeezenet

SHA256 = KNOWN_WEIGHTS["squeezenet-keras"].sources[0].sha256
CHANNELS = [64, 128, 256, 384, 384, 512, 512]


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(0).uniform(-1, 1, (2, 45, 64, 1)).astype("float32")


def test_weights_come_back_as_they_were_saved(random_network, network_file, pictures):
    sha256 = hashlib.sha256(network_file.read_bytes()).hexdigest()
    loaded = load_squeezenet(network_file, sha256.upper())
    for one, other in zip(loaded.get_weights(), random_network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    pixels = caffe_input(pictures)
    for one, other in zip(loaded(pixels), random_network(pixels), strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_has_the_published_size_and_the_layers_that_lpips_reads(random_network):
    assert random_network.count_params() == 722_496
    assert random_network.trainable_weights == []
    assert [output.shape[-1] for output in random_network.outputs] == CHANNELS


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((32, 32), [(15, 15), (7, 7), (3, 3), *[(1, 1)] * 4]),
        ((45, 64), [(22, 31), (11, 15), (5, 7), *[(2, 3)] * 4]),
        ((227, 227), [(113, 113), (56, 56), (28, 28), *[(14, 14)] * 4]),
    ],
)
def test_maps_have_the_sizes_of_the_original(random_network, shape, expected):
    outputs = random_network(np.zeros((1, *shape, 3), "float32"))
    assert [tuple(output.shape[1:3]) for output in outputs] == expected
    assert all(np.asarray(output).min() >= 0 for output in outputs)


@pytest.mark.parametrize("length", [5, 6, 7, 8])
def test_pooling_keeps_an_incomplete_last_window(length, rng):
    features = rng.uniform(0, 1, (1, length, length, 2)).astype("float32")
    starts = range(0, length - 1, 2)
    expected = [[features[0, r : r + 3, c : c + 3].max((0, 1)) for c in starts] for r in starts]
    np.testing.assert_array_equal(pool(features)[0], expected)


def test_pictures_are_given_as_caffe_takes_them():
    pixels = np.asarray(caffe_input(np.array([-1.0, 0.0, 1.0]).reshape(1, 3, 1, 1)))[0, :, 0]
    np.testing.assert_allclose(pixels[0], [-104.006, -116.669, -122.679], rtol=1e-6)
    np.testing.assert_allclose(pixels - pixels[0], [[0] * 3, [127.5] * 3, [255] * 3], rtol=1e-6)


def test_it_stays_float32_under_another_policy():
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        outputs = squeezenet()(np.zeros((1, 32, 32, 3), "float32"))
    finally:
        keras.config.set_dtype_policy(before)
    assert {keras.backend.standardize_dtype(output.dtype) for output in outputs} == {"float32"}


def test_the_published_file_is_read(real_weights, pictures):
    name = "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"
    network = load_squeezenet(real_weights / name, SHA256)
    for output in network(caffe_input(pictures)):
        active = np.asarray(output) > 0
        assert np.isfinite(output).all()
        assert 0.02 < active.mean() < 0.8


def test_other_files_are_refused_by_name(tmp_path, network_file):
    with pytest.raises(FileNotFoundError, match=r"none\.h5"):
        load_squeezenet(tmp_path / "none.h5")
    with pytest.raises(ValueError, match=rf"random\.h5: expected .*{SHA256}, found [0-9a-f]"):
        load_squeezenet(network_file, SHA256)
    text = tmp_path / "text.h5"
    text.write_text("not a network")
    with pytest.raises(ValueError, match=r"text\.h5: expected an HDF5 file"):
        load_squeezenet(text)


@pytest.mark.parametrize("change", ["shape", "missing"])
def test_weights_of_another_network_are_refused(tmp_path, network_file, change):
    path = tmp_path / "other.h5"
    path.write_bytes(network_file.read_bytes())
    with h5py.File(path, "a") as file:
        group = file["fire5/expand3x3"]
        (kernel, _) = group.attrs["weight_names"]
        kernel = kernel.decode()
        if change == "missing":
            del file["fire5/expand3x3"]
        else:
            del group[kernel]
            group[kernel] = np.zeros((3, 3, 32, 127), "float32")
    found = {"shape": r"\(3, 3, 32, 127\)", "missing": "none"}[change]
    message = rf"other\.h5: .*'fire5/expand3x3:0' .*\(3, 3, 32, 128\).*found .*{found}"
    with pytest.raises(ValueError, match=message):
        load_squeezenet(path)
