"""Features of pictures by a network."""

import numpy as np
import tensorflow as tf

from ct2xkeras.metrics.checks import check_pictures
from ct2xkeras.metrics.extractors.resizing import grey_levels

BATCH_SIZE = 16  # larger ones are slower on CPUs


class NetworkExtractor:
    """Features of pictures by a network, in batches.

    Args:
        name: of the extractor; scores carry it.
        num_features: number of features of a picture.
        features: gives (batch, num_features) of pixels in 0 to 255, (batch, height, width, 1).
    """

    def __init__(self, name, num_features, features):
        self.name = name
        self.num_features = num_features
        self._compiled = tf.function(
            lambda images: features(grey_levels(images)),
            input_signature=[tf.TensorSpec((None, None, None, 1), tf.float32)],
        )

    def __call__(self, images):
        """Features of pictures.

        Args:
            images: in [-1, 1], (n, height, width, 1), n at least 1.

        Returns:
            (n, num_features) float32 NumPy array.

        Raises:
            ValueError: they are not like that, or hold NaN.
        """
        images = check_pictures(images, self.name)
        starts = range(0, len(images), BATCH_SIZE)
        return np.concatenate([self._compiled(images[i : i + BATCH_SIZE]) for i in starts])
