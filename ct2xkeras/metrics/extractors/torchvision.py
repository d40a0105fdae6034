"""The networks that LPIPS was fitted to: torchvision's AlexNet, VGG16 and SqueezeNet 1.1.

Only their convolutions, whose activations LPIPS reads; built in Keras, with torch's padding. None
is trainable.
"""

import functools

import keras
from keras import layers

from ct2xkeras.metrics.extractors.squeezenet import squeezenet

# Position in torchvision's `features` of each convolution: (filters, size, strides, padding).
_ALEXNET = {
    0: (64, 11, 4, 2),
    3: (192, 5, 1, 2),
    6: (384, 3, 1, 1),
    8: (256, 3, 1, 1),
    10: (256, 3, 1, 1),
}
_VGG16 = {
    **{number: (64, 3, 1, 1) for number in (0, 2)},
    **{number: (128, 3, 1, 1) for number in (5, 7)},
    **{number: (256, 3, 1, 1) for number in (10, 12, 14)},
    **{number: (512, 3, 1, 1) for number in (17, 19, 21, 24, 26, 28)},
}
_SQUEEZENET_FIRES = {2: 3, 3: 4, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12}


def alexnet():
    """AlexNet (Krizhevsky 2014, "One weird trick") with random weights.

    Takes (batch, height, width, 3). Gives the five rectified feature maps, with 64, 192, 384, 256
    and 256 channels.
    """
    return _plain_network("alexnet", _ALEXNET, pool_before=(3, 6), pool_size=3, taps=_ALEXNET)


def vgg16():
    """VGG16 (Simonyan and Zisserman 2015) with random weights.

    Takes (batch, height, width, 3). Gives the last rectified feature map before each pooling, with
    64, 128, 256, 512 and 512 channels.
    """
    return _plain_network(
        "vgg16", _VGG16, pool_before=(5, 10, 17, 24), pool_size=2, taps=(2, 7, 14, 21, 28)
    )


def _plain_network(name, rows, pool_before, pool_size, taps):
    features = inputs = keras.Input((None, None, 3), dtype="float32")
    outputs = []
    for number, (filters, size, strides, padding) in rows.items():
        if number in pool_before:
            features = layers.MaxPooling2D(pool_size, 2, dtype="float32")(features)
        features = layers.ZeroPadding2D(padding, dtype="float32")(features)
        features = layers.Conv2D(
            filters, size, strides, activation="relu", name=f"features.{number}", dtype="float32"
        )(features)
        outputs += [features] if number in taps else []
    model = keras.Model(inputs, outputs, name=name)
    model.trainable = False
    return model


def _convolutions(build, torch_name, tensors):
    """{`LAYER/kernel` and `LAYER/bias`: array} of a network, whose layers torch calls otherwise."""
    arrays = {}
    for layer in build().layers:
        if layer.weights:
            height, width, channels, filters = layer.kernel.shape
            name = torch_name(layer.name)
            kernel = tensors.take(f"{name}.weight", (filters, channels, height, width))
            arrays[f"{layer.name}/kernel"] = kernel.transpose(2, 3, 1, 0)
            arrays[f"{layer.name}/bias"] = tensors.take(f"{name}.bias", (filters,))
    return arrays


def _squeezenet_name(layer):
    """`fire2_expand3x3` is `features.3.expand3x3`; `conv1` is `features.0`."""
    if layer == "conv1":
        return "features.0"
    fire, part = layer.removeprefix("fire").split("_")
    return f"features.{_SQUEEZENET_FIRES[int(fire)]}.{part.replace('squeeze1x1', 'squeeze')}"


# Of a `Tensors` of torchvision's file.
alexnet_from_torch = functools.partial(_convolutions, alexnet, str)
vgg16_from_torch = functools.partial(_convolutions, vgg16, str)
squeezenet_from_torch = functools.partial(_convolutions, squeezenet, _squeezenet_name)
