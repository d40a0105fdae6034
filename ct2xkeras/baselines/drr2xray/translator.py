"""The generator of CUT: residual blocks between halving and doubling convolutions."""

import keras
from keras import ops

from ct2xkeras.baselines.drr2xray.architecture import Drr2XrayArchitecture
from ct2xkeras.baselines.drr2xray.convolutions import instance_normalized, reflected
from ct2xkeras.layers import upsample


@keras.saving.register_keras_serializable(package="ct2xkeras")
class Translator(keras.layers.Layer):
    """Turns DRRs into X-rays (Park et al. 2020; the network is Johnson et al.'s, 2016).

    With 64, 128, 256 channels and nine blocks it is the published one, but for how it resamples:
    halving averages 2 x 2 pixels behind a convolution, doubling is bilinear before one. Both keep
    every pixel's centre where it is; strided convolutions would move it.

    Args:
        architecture: a `Drr2XrayArchitecture`, or its fields.

    Call arguments:
        images: (batch, height, width, 1) in [-1, 1], DRRs or radiographs.

    Returns:
        pictures (batch, height, width, 1), and what is contrasted (`encode`).
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(**kwargs)
        if isinstance(architecture, dict):
            architecture = Drr2XrayArchitecture(**architecture)
        self.architecture = architecture

    def build(self, images_shape):
        finest, *coarser = widths = self.architecture.filters
        deep = widths[-1]
        self.stem = self._convolution("stem", 1, finest, 7)
        self.halving = [
            self._convolution(f"halving_{level}", before, width)
            for level, (before, width) in enumerate(zip(widths, coarser, strict=False))
        ]
        self.blocks = [
            [self._convolution(f"block_{index}_{part}", deep, deep) for part in ("first", "second")]
            for index in range(self.architecture.blocks)
        ]
        self.doubling = [
            self._convolution(f"doubling_{level}", width, after)
            for level, (after, width) in reversed(
                list(enumerate(zip(widths, coarser, strict=False)))
            )
        ]
        # A residual starts as nothing: the X-ray as the DRR.
        start = "zeros" if self.architecture.output == "residual" else "glorot_uniform"
        self.last = self._convolution("last", finest, 1, 7, kernel_initializer=start)

    def _convolution(self, name, channels, filters, size=3, **kwargs):
        layer = keras.layers.Conv2D(filters, size, name=name, dtype=self.dtype_policy, **kwargs)
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
        for index, block in enumerate(self.blocks):
            hidden = hidden + _residual(block, hidden)
            if index in (0, len(self.blocks) // 2):
                shown.append(hidden)
        return shown, hidden, finer

    def decode(self, images, hidden, finer):
        """Pictures (batch, height, width, 1), float32, from the results of `encode`."""
        for convolution, kept in zip(self.doubling, reversed(finer), strict=True):
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


def _residual(block, features):
    first, second = block
    return instance_normalized(reflected(second, _activated(reflected(first, features))))
