"""What generative methods share: they learn a prior of patients and know none of them."""

from keras import ops

from ct2xkeras.layers import pixel_noise
from ct2xkeras.models.view_synthesizer import ViewSynthesizer


def prior_latents(num, size):
    """Normal latents that are a function of the row alone, whatever else is in the batch.

    Args:
        num: rows, a number or a scalar tensor.
        size: of a latent.

    Returns:
        (num, size), float32.
    """
    return pixel_noise(ops.arange(num, dtype="int32"), range(size), 1, 1)[:, 0, 0]


class GenerativeSynthesizer(ViewSynthesizer):
    """Base of generators of patients; a CT gives them the room that a patient fills, not more.

    A content code comes from latents: of the prior, or of a search for those whose views look like
    the CT's (`ct2xkeras.baselines.inversion`).

    A subclass says, beside what `ViewSynthesizer` asks for, `latent_size`, `latents_of`,
    `mean_latents` and `code_of`; its architecture has `inversion_steps`.

    Attributes:
        inversion_steps: steps of the search for a CT's latents; 0: latents of the prior.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(architecture, **kwargs)
        self.inversion_steps = self.architecture.inversion_steps

    @property
    def knows_patient(self):
        return self.inversion_steps > 0

    @property
    def latent_size(self):
        """Numbers of a latent of the prior."""
        raise NotImplementedError

    def latents_of(self, z):
        """Latents of the extended space, (n, ...), of latents (n, latent_size) of the prior."""
        raise NotImplementedError

    def mean_latents(self):
        """The middle of the extended space: (1, ...), the mean over training."""
        raise NotImplementedError

    def code_of(self, latents):
        """Content code of latents of the extended space: a list of tensors (n, ...)."""
        raise NotImplementedError

    def encode_ct(self, volume, spacing=None, training=None):
        if self.inversion_steps:
            from ct2xkeras.baselines.inversion import invert

            return invert(self, volume, spacing, self.inversion_steps)
        z = prior_latents(ops.shape(volume)[0], self.latent_size)
        return self.code_of(self.latents_of(z))
