"""SqueezeNet 1.1 (Iandola et al. 2016) without its classifier, with the layers that LPIPS reads.

The published weights, `squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5` of keras-squeezenet
(MIT), are the authors' own Caffe weights in another format. So they take what Caffe takes: BGR in
0..255 minus the mean colour, and pooling that keeps an incomplete last window. They are not
torchvision's weights, another training, which LPIPS was fitted to: values of this network carry
its `NAME`.
"""

import keras
from keras import layers, ops

from ct2xkeras.metrics.extractors.layer_files import open_layer_file
from ct2xkeras.metrics.extractors.stored_files import check_sha256
from ct2xkeras.metrics.extractors.weight_store import load_into, set_arrays

NAME = "squeezenet-keras"
MEAN_BGR = (104.006, 116.669, 122.679)

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


def load_squeezenet(path=None, sha256=None):
    """`squeezenet` with the weights of a Keras 1 or 2 `.h5` file, as keras-squeezenet's are.

    Args:
        path: of the file; by default the published weights as `ct2xkeras weights import` kept them.
        sha256: what the file's SHA-256 must be, hexadecimal.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is another file than the SHA-256 says, or not one of SqueezeNet's weights.
    """
    if path is None:
        return load_into(squeezenet, NAME)
    check_sha256(path, sha256)
    with open_layer_file(path) as tensors:
        return set_arrays(squeezenet(), from_layers(tensors))


def from_layers(tensors):
    """Kernels and biases, `LAYER/kernel` and `LAYER/bias`, from the file's `fire2/squeeze1x1:0`."""
    return {
        f"{layer.name}/{weight.name}": tensors.take(
            f"{layer.name.replace('_', '/', 1)}:{number}", weight.shape
        )
        for layer in squeezenet().layers
        for number, weight in enumerate(layer.weights)
    }
