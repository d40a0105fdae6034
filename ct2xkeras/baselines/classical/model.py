"""The classical pipelines in the training loop, where only the mean style is there to find."""

import keras
import tensorflow as tf

from ct2xkeras.baselines.classical.synthesizer import ClassicalSynthesizer
from ct2xkeras.models.adversarial_model import AdversarialModel


@keras.saving.register_keras_serializable(package="ct2xkeras")
class Classical(AdversarialModel):
    """Classical pipelines: no discriminator and no weight to train.

    A step moves the mean style towards the radiographs' styles; the loss it logs is their mean
    distance from it, which says how much looks differ.

    Args:
        architecture: a `ClassicalArchitecture`, its fields, or the name of a preset.
    """

    def make_networks(self, architecture, name):
        return ClassicalSynthesizer(architecture, name=name, dtype=self.dtype_policy)

    def learn(self, views):
        styles = self.networks.read_style(views["style_image"])
        spread = tf.reduce_mean(tf.abs(styles - self.networks.style_mean))
        self.move_style_mean(styles)
        for optimizer in (self.g_optimizer, self.d_optimizer):
            optimizer.iterations.assign_add(1)  # they count the steps, with nothing to apply
        return {"loss": spread}
