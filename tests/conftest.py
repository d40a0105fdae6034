import itertools
import os
import shutil

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

import ct2xkeras  # noqa: F401  before TensorFlow: it chooses TensorFlow's CPU kernels

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_configure(config):
    """Two logical CPUs, for the tests of replicas; must come before TensorFlow's first use."""
    import tensorflow as tf

    (cpu,) = tf.config.list_physical_devices("CPU")
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, two)


@pytest.fixture(autouse=True)
def seeded_weights():
    """Random weights are the same in every run of a test."""
    import keras

    keras.utils.set_random_seed(0)


@pytest.fixture(autouse=True, scope="session")
def cache_of_the_tests(tmp_path_factory):
    """Tests neither find nor leave anything in the user's cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CT2XKERAS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def make_batch():
    """A training batch of noise for an architecture: 2 volumes with 2 views each."""
    from ct2xkeras.geometry import PosePrior

    def make(architecture, num_volumes=2, num_views=2, seed=0):
        rng = np.random.default_rng(seed)
        side, size = architecture.image_size, architecture.volume_size
        prior = PosePrior(views={"pa": 1.0}, footprint=(120.0, 160.0))
        poses = prior.sample(seed, num_volumes * num_views, (300, 300, 300), (side, side))
        views = (num_volumes, num_views)

        def pictures():
            return rng.uniform(-1, 1, (*views, side, side, 1)).astype("float32")

        return {
            "volume": rng.integers(-1000, 1500, (num_volumes, *size, 1)).astype("int16"),
            "spacing": np.tile(np.divide(300, size).astype("float32"), (num_volumes, 1)),
            "pose": poses.reshape(*views, -1),
            "drr": pictures(),
            "coverage": np.ones((*views, side, side, 1), "float32"),
            "style_image": pictures(),
        }

    return make


@pytest.fixture(scope="session")
def two_replicas():
    """Makes strategies of two CPU replicas.

    The sums of each have numbers of their own: TensorFlow would take them for those of an earlier
    strategy in this process, whose sums have other shapes.
    """
    import tensorflow as tf

    numbers = itertools.count(1000, 1000)

    def make():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tf.distribute.MirroredStrategy, "_collective_key_base", next(numbers))
            return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

    return make


@pytest.fixture(scope="session")
def save_phantom():
    """Writes the CT of a phantom patient, small and coarse, as NIfTI."""
    import nibabel

    from ct2xkeras.data.phantoms import make_phantom

    def save(path, seed=4, shape=(24, 40, 40), spacing=(16.0, 10.0, 10.0)):
        volume = make_phantom(seed, shape, spacing)
        nibabel.save(nibabel.Nifti1Image(volume.hu.transpose(2, 1, 0), volume.affine), path)
        return path

    return save


@pytest.fixture(scope="session")
def first_views():
    """The first view of each volume of a batch, as `call` and `predict` take them."""

    def pick(batch):
        return {
            name: batch[name] if name in ("volume", "spacing") else batch[name][:, 0]
            for name in ("volume", "spacing", "style_image", "pose")
        }

    return pick


@pytest.fixture(scope="module")
def browser():
    """Chromium, for tests of pages; they are skipped without it.

    Of one module: while it is open, nothing else in the process can run an event loop.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"none of the browsers {', '.join(BROWSERS)} is installed")
    with playwright.sync_playwright() as session:
        browser = session.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contrast():
    """Contrast (WCAG 2.1) of two of a page's CSS variables, named without their dashes."""

    def luminance(color):
        values = [int(color.strip()[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def between(page, *names):
        script = "name => getComputedStyle(document.documentElement).getPropertyValue(name)"
        pair = [luminance(page.evaluate(script, f"--{name}")) for name in names]
        return (max(pair) + 0.05) / (min(pair) + 0.05)

    return between
