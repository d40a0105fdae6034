"""Means, over all pictures given, of what is measured on each picture and its target."""

import keras
import numpy as np

from ct2xkeras.metrics import information, similarity, structure
from ct2xkeras.metrics.mergeable import MergeableMetric


class MeanOfPictures(MergeableMetric):
    """Mean of a measure over pictures; `result()` is a float.

    A subclass gives `measure(images, targets)` or `measure(images, targets, mask)`, values (n,).

    Args:
        name: of the metric.
    """

    def __init__(self, name=None):
        super().__init__(name)
        self.total = self.add_state("total")
        self.count = self.add_state("count")

    def update_state(self, targets, images, *mask):
        """Measure pictures beside their targets, as Keras' metrics take what is true first.

        Args:
            targets, images: (n, height, width, 1) in [-1, 1].
            mask: where to look, of the same shape, for measures of structure.
        """
        values = self.measure(images, targets, *mask)
        self.total.assign_add(np.sum(values))
        self.count.assign_add(len(values))

    def merge_one(self, other):
        self.total.assign_add(other.total)
        self.count.assign_add(other.count)

    def result(self):
        total, count = float(self.total), float(self.count)
        if not count:
            raise ValueError(f"{self.name} has seen no picture: there is no mean.")
        return total / count


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MeanStructuralSimilarity(MeanOfPictures):
    """Mean `structural_similarity` of pictures and their targets."""

    measure = staticmethod(similarity.structural_similarity)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MeanMultiscaleStructuralSimilarity(MeanOfPictures):
    """Mean `multiscale_structural_similarity` of pictures and their targets."""

    measure = staticmethod(similarity.multiscale_structural_similarity)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MeanPeakSignalToNoise(MeanOfPictures):
    """Mean `peak_signal_to_noise` of pictures and their targets, in dB."""

    measure = staticmethod(similarity.peak_signal_to_noise)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MeanGradientCorrelation(MeanOfPictures):
    """Mean `gradient_correlation` of pictures and DRRs inside a mask."""

    measure = staticmethod(structure.gradient_correlation)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MeanMutualInformation(MeanOfPictures):
    """Mean `mutual_information` of pictures and DRRs inside a mask, in bits."""

    measure = staticmethod(information.mutual_information)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MeanEdgeDisplacement(MeanOfPictures):
    """Mean `edge_displacement` of pictures beside DRRs inside a mask, in pixels."""

    measure = staticmethod(structure.edge_displacement)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MeanPerceptualDistance(MeanOfPictures):
    """Mean LPIPS v0.1 of pictures and their targets.

    Args:
        network: `alex`, `vgg` or `squeeze`; its weights are looked for at the first pictures, see
            `ct2xkeras.metrics.extractors.find_lpips`.
        name: of the metric.
    """

    def __init__(self, network="alex", name=None):
        super().__init__(name)
        self.network = network
        self._distance = None

    def measure(self, images, targets):
        if self._distance is None:
            from ct2xkeras.metrics.extractors import find_lpips

            self._distance = find_lpips(self.network)
        return similarity.perceptual_distance(images, targets, self._distance)

    def settings(self):
        return {"network": self.network}
