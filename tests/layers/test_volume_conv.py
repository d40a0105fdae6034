import numpy as np
import pytest
from keras import ops

from ct2xkeras.layers import volume_conv


@pytest.mark.parametrize("stride", [1, 2])
def test_it_equals_the_3d_convolution(stride, rng):
    volumes = rng.normal(size=(2, 6, 4, 8, 3)).astype("float32")
    kernel = rng.normal(size=(3, 3, 3, 3, 5)).astype("float32")
    expected = ops.conv(volumes, kernel, strides=stride, padding="same")
    np.testing.assert_allclose(volume_conv(volumes, kernel, stride), expected, atol=2e-4)
