"""Pivotal tuning (Roich et al. 2021): a generator that is bent to each patient and back."""

import functools

import numpy as np
import tensorflow as tf

from ct2xkeras.baselines.inversion.inverting import invert_latents
from ct2xkeras.baselines.inversion.targets import fit_target
from ct2xkeras.baselines.inversion.tuning import kept, sizes_of, tuning_step
from ct2xkeras.models.inputs import rows_of_each_ct


class PivotalTuning:
    """Generative networks in the place of a `ViewSynthesizer` that knows the patient.

    For each CT the latents are searched for as by `invert`, the pivot; then the networks' weights
    are tuned, so that the pivot's views fit the CT's DRRs better; what is asked for is drawn, and
    the weights get their values back. Eager only: it cannot be exported.

    Args:
        networks: a `GenerativeSynthesizer`, built. While the same CT is drawn again and again, it
            is tuned once; training must not go on meanwhile.
        steps: of the tuning, each at one view.
        rate: share of its size, of `sizes_of`, that a weight moves by in a step.
    """

    knows_patient = True

    def __init__(self, networks, steps=100, rate=3e-3):
        self.networks, self.architecture = networks, networks.architecture
        self.steps, self.rate = steps, rate
        floats = [weight for weight in networks.weights if weight.dtype.startswith("float")]
        self.variables = [weight.value for weight in floats]
        step = functools.partial(tuning_step, networks, self.variables)
        self._step = tf.function(step, autograph=False)
        self._last = None, None  # the last CT, and the weights tuned to it

    # ------------------------------------------------------------------ interface of networks

    def encode_ct(self, volume, spacing=None, training=None):
        """The pivots: a list of one tensor, latents (volumes, ...)."""
        steps, each = self.networks.inversion_steps, zip(np.asarray(volume), spacing, strict=True)
        # One by one: memory is that of one CT.
        pivots = [
            invert_latents(self.networks, ct[None], np.asarray(mm, np.float32)[None], steps)
            for ct, mm in each
        ]
        return [tf.concat(pivots, axis=0)]

    def encode_style(self, image, truncation=1.0):
        return self.networks.encode_style(image, truncation)

    def render(self, content_code, volume, spacing, poses, style_code, volume_index, seeds=None):
        """Views of encoded CTs, see `ViewSynthesizer.render`."""
        index, poses, styles = (np.asarray(x) for x in (volume_index, poses, style_code))
        seeds = np.zeros_like(index) if seeds is None else np.asarray(seeds)
        rows = [np.flatnonzero(index == ct) for ct in np.unique(index)]
        parts = []
        for same in rows:
            ct = index[same[:1]]
            scene = (x[ct] for x in map(np.asarray, (content_code[0], volume, spacing)))
            parts.append(self._views(*scene, poses[same], styles[same], seeds[same]))
        order = np.argsort(np.concatenate(rows))
        whole = (np.concatenate(pictures) for pictures in zip(*parts, strict=True))
        return tuple(tf.convert_to_tensor(pictures[order]) for pictures in whole)

    def __call__(self, inputs, training=None):
        """X-rays (views, height, width, 1) of any mixture of CTs, see `ViewSynthesizer`."""
        rows = rows_of_each_ct(inputs)
        index = np.zeros(len(inputs["pose"]), "int32")
        for ct, same in enumerate(rows):
            index[same] = ct
        first = [same[0] for same in rows]
        volume, spacing = (np.asarray(inputs[name])[first] for name in ("volume", "spacing"))
        styles = self.encode_style(inputs["style_image"])
        codes = self.encode_ct(volume, spacing)
        scene = (codes, volume, spacing, inputs["pose"], styles, index, inputs.get("seed"))
        return self.render(*scene)[0]

    # ------------------------------------------------------------------ one CT

    def _views(self, latents, volume, spacing, poses, styles, seeds):
        """X-ray, DRR and coverage of one CT (1, ...) by networks that are tuned to it."""
        tuned = self._tuned(latents, volume, spacing)
        with kept(self.variables):
            for variable, value in zip(self.variables, tuned, strict=True):
                variable.assign(value)
            code = self.networks.code_of(tf.constant(latents))
            index = np.zeros(len(poses), "int32")
            return self.networks.render(code, volume, spacing, poses, styles, index, seeds)

    def _tuned(self, latents, volume, spacing):
        """Values of the weights after tuning to one CT (1, ...)."""
        key = tuple(x.tobytes() for x in (latents, volume, spacing))
        if key != self._last[0]:
            with kept(self.variables):
                self._tune(tf.constant(latents), fit_target(self.networks, volume, spacing))
                self._last = key, [tf.identity(variable) for variable in self.variables]
        return self._last[1]

    def _tune(self, latents, target):
        sizes, rate = sizes_of(self.variables), tf.constant(self.rate)
        means = [(tf.zeros_like(v), tf.zeros_like(v)) for v in self.variables]
        for index in tf.range(self.steps):
            means = self._step(sizes, rate, latents, target, index, means)
