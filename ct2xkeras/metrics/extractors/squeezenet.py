"""SqueezeNet 1.1 (Iandola et al. 2016) without its classifier, with the layers that LPIPS reads.

The published weights, `squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5` of keras-squeezenet
(MIT), are the authors' own Caffe weights in another format. So they take what Caffe takes: BGR in
0..255 minus the mean colour, and pooling that keeps an incomplete last window. They are not
torchvision's weights, another training, which LPIPS was fitted to: values of this network carry
its `NAME`.
"""

import h5py
import keras
import numpy as np
from keras import layers, ops

from ct2xkeras.metrics.extractors.weight_files import check_sha256

NAME = "squeezenet-keras"
SHA256 = "17154246284f555591549ac2c83e127abfbf4307dc4b0060fdaa2931d0fa38da"  # the published file
MEAN_BGR = (104.006, 116.669, 122.679)
SMALLEST_SIDE = 32

# Channels of each fire module, (squeezed, expanded by either kernel); pooling comes before some.
_FIRES = {2: (16, 64), 3: (16, 64), 4: (32, 128), 5: (32, 128)}
_FIRES |= {6: (48, 192), 7: (48, 192), 8: (64, 256), 9: (64, 256)}
_POOL_BEFORE = (2, 4, 6)
_TAPS = (3, 5, 6, 7, 8, 9)


def _conv(features, filters, size, name, strides=1, padding="same"):
    # float32 under every policy: a distance is a small difference of large numbers.
    return layers.Conv2D(
        filters, size, strides, padding, activation="relu", name=name, dtype="float32"
    )(features)


def pool(features):
    """Largest of 3 x 3 at every second position; an incomplete last window counts, as in Caffe.

    (batch, h, w, channels) to (batch, h // 2, w // 2, channels). Zeros after the last row and
    column complete it, since features are 0 or more.
    """
    padded = layers.ZeroPadding2D(((0, 1), (0, 1)), dtype="float32")(features)
    return layers.MaxPooling2D(3, 2, dtype="float32")(padded)


def _fire(features, number):
    squeezed, expanded = _FIRES[number]
    features = _conv(features, squeezed, 1, f"fire{number}_squeeze1x1")
    pair = [_conv(features, expanded, n, f"fire{number}_expand{n}x{n}") for n in (1, 3)]
    return layers.Concatenate(name=f"fire{number}", dtype="float32")(pair)


def squeezenet():
    """The network with random weights, not trainable.

    Takes (batch, height, width, 3), see `caffe_input`, of any size from 32 x 32. Gives the seven
    feature maps that LPIPS reads, after the rectifier of the first convolution and of the fire
    modules 3, 5, 6, 7, 8 and 9: (batch, h, w, channels) with 64, 128, 256, 384, 384, 512, 512.
    """
    inputs = keras.Input((None, None, 3), dtype="float32")
    features = _conv(inputs, 64, 3, "conv1", strides=2, padding="valid")
    taps = [features]
    for number in _FIRES:
        features = pool(features) if number in _POOL_BEFORE else features
        features = _fire(features, number)
        taps += [features] if number in _TAPS else []
    model = keras.Model(inputs, taps, name="squeezenet")
    model.trainable = False
    return model


def caffe_input(images):
    """Grey pictures in [-1, 1], (batch, h, w, 1), as the network takes them: (batch, h, w, 3)."""
    pixels = 127.5 * (ops.cast(images, "float32") + 1)
    return pixels - ops.convert_to_tensor(MEAN_BGR, "float32")


def load_squeezenet(path, sha256=None):
    """`squeezenet` with the weights of a Keras 1 or 2 `.h5` file, as keras-squeezenet's are.

    Args:
        path: of the file.
        sha256: what the file's SHA-256 must be, hexadecimal; `SHA256` is the published file's.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is another file than the SHA-256 says, or not one of SqueezeNet's weights.
    """
    check_sha256(path, sha256)
    model = squeezenet()
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise ValueError(f"{path}: expected an HDF5 file, found another: {error}") from error
    with file:
        for layer in model.layers:
            if layer.weights:
                layer.set_weights(_stored_weights(file, layer, path))
    return model


def _stored_weights(file, layer, path):
    """Kernel and bias of a layer, called `fire2/squeeze1x1` in the file."""
    stored_name = layer.name.replace("_", "/", 1)
    group = file.get(stored_name)
    names = [] if group is None else list(group.attrs.get("weight_names", []))
    stored = [np.asarray(group[name]) for name in names]
    expected = [tuple(weight.shape) for weight in layer.weights]
    if [array.shape for array in stored] != expected:
        raise ValueError(
            f"{path}: expected weights of SqueezeNet 1.1, for {stored_name!r} of shapes {expected},"
            f" found {[array.shape for array in stored] or 'none'}."
        )
    return stored
