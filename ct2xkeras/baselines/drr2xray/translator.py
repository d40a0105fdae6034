"""The generator of CUT: residual blocks between halving and doubling convolutions."""

import itertools

import keras
from keras import ops

from ct2xkeras.baselines.drr2xray.convolutions import instance_normalized, reflected
from ct2xkeras.baselines.drr2xray.presets import resolve
from ct2xkeras.layers import upsample


@keras.saving.register_keras_serializable(package="ct2xkeras")
class Translator(keras.layers.Layer):
    """Turns DRRs into X-rays (Park et al. 2020; the network is Johnson et al.'s, 2016).

    With 64, 128, 256 channels and nine blocks it is the published one, but for how it resamples:
    halving averages 2 x 2 pixels behind a convolution, doubling is bilinear before one. Both keep
    every pixel's centre where it is; strided convolutions would move it.

    Args:
        architecture: a `TranslationArchitecture`, its fields, or the name of a preset.

    Call arguments:
        images: (batch, height, width, 1) in [-1, 1], DRRs or radiographs.

    Returns:
        pictures (batch, height, width, 1), and what is contrasted (`encode`).
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)  # the DRR enters the picture as it is
        self.architecture = resolve(architecture)

    def build(self, images_shape):
        widths = self.architecture.filters
        finest, deep = widths[0], widths[-1]
        levels = list(enumerate(itertools.pairwise(widths)))
        self.stem = self._convolution("stem", 1, finest, 7)
        self.halving = [self._convolution(f"halving_{i}", a, b) for i, (a, b) in levels]
        self.first, self.second = (
            [
                self._convolution(f"block_{index}_{part}", deep, deep)
                for index in range(self.architecture.blocks)
            ]
            for part in ("first", "second")
        )
        self.doubling = [self._convolution(f"doubling_{i}", b, a) for i, (a, b) in levels]
        # A residual starts as nothing: the X-ray as the DRR.
        start = "zeros" if self.architecture.output == "residual" else "glorot_uniform"
        last = {"kernel_initializer": start, "use_bias": True}
        self.last = self._convolution("last", finest, 1, 7, **last)

    def _convolution(self, name, channels, filters, size=3, use_bias=False, **kwargs):
        # All but the last are normalised, which takes any bias away.
        options = {"use_bias": use_bias, "dtype": self.dtype_policy, **kwargs}
        layer = keras.layers.Conv2D(filters, size, name=name, **options)
        layer.build((None, None, None, channels))
        return layer

    def encode(self, images):
        """Features that are contrasted, and what `decode` goes on from.

        Contrasted are the pixels, the result of each halving convolution, and those of the first
        and the middle block (all of them the paper's choice).

        Returns:
            list of (batch, h, w, channels), finest first; coarsest features; list of finer ones.
        """
        hidden = reflected(self.stem, ops.cast(images, self.compute_dtype))
        shown, finer = [images], []
        for convolution in self.halving:
            finer.append(_activated(hidden))
            hidden = ops.average_pool(reflected(convolution, finer[-1]), 2, strides=2)
            shown.append(hidden)
        hidden = _activated(hidden)
        for index, (first, second) in enumerate(zip(self.first, self.second, strict=True)):
            inner = _activated(reflected(first, hidden))
            hidden = hidden + instance_normalized(reflected(second, inner))
            if index in (0, self.architecture.blocks // 2):
                shown.append(hidden)
        return shown, hidden, finer

    def decode(self, images, hidden, finer):
        """Pictures (batch, height, width, 1), float32, from the results of `encode`."""
        for convolution, kept in reversed(list(zip(self.doubling, finer, strict=True))):
            hidden = _activated(reflected(convolution, upsample(hidden)))
            if self.architecture.skips:
                hidden = hidden + kept
        out = ops.cast(reflected(self.last, hidden), "float32")
        return ops.tanh(out) if self.architecture.output == "tanh" else images + out

    def call(self, images):
        shown, hidden, finer = self.encode(images)
        return self.decode(images, hidden, finer), shown

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}


def _activated(features):
    return ops.relu(instance_normalized(features))
