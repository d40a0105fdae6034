"""The methods that turn CTs into X-rays: CT2X-GAN and what it is compared with.

All are trained, evaluated, exported and served alike. This table is all that the rest of the
package knows of them; it loads neither Keras nor TensorFlow.
"""

import importlib
from dataclasses import dataclass

from ct2xkeras.models.presets import resolve_architecture


@dataclass(frozen=True)
class Method:
    """One way from CT to X-ray.

    Args:
        title: for people.
        says: what it is, in a line.
        home: module that holds the other names.
        architecture, model, networks: classes there: a dataclass of sizes and options, an
            `AdversarialModel`, a `ViewSynthesizer`. Presets are `PRESETS` in the module `presets`
            beside that of the architecture.
    """

    title: str
    says: str
    home: str
    architecture: str
    model: str
    networks: str

    def presets(self):
        """{name: architecture}."""
        return self._named("presets", "PRESETS")

    def architecture_class(self):
        return self._named("architecture", self.architecture)

    def resolve(self, value):
        """An architecture from itself, a dictionary of its fields, or the name of a preset."""
        return resolve_architecture(value, self.architecture_class(), self.presets())

    def model_class(self):
        return self._named(*self.model.split(":"))

    def networks_class(self):
        return self._named(*self.networks.split(":"))

    def _named(self, module, name):
        return getattr(importlib.import_module(f"{self.home}.{module}"), name)


DEFAULT_METHOD = "ct2x-gan"

METHODS = {
    "ct2x-gan": Method(
        title="CT2X-GAN",
        says="geometry from the CT, look from unpaired radiographs",
        home="ct2xkeras.models",
        architecture="Architecture",
        model="ct2x_gan:CT2XGAN",
        networks="synthesizer:XraySynthesizer",
    ),
    "pi-gan": Method(
        title="pi-GAN",
        says="a generated radiance field of sine layers; patients by inversion",
        home="ct2xkeras.baselines.pi_gan",
        architecture="PiGANArchitecture",
        model="model:PiGAN",
        networks="synthesizer:PiGANSynthesizer",
    ),
    "eg3d": Method(
        title="EG3D",
        says="generated tri-planes with super-resolution; patients by inversion",
        home="ct2xkeras.baselines.eg3d",
        architecture="EG3DArchitecture",
        model="model:EG3D",
        networks="synthesizer:EG3DSynthesizer",
    ),
    "drr2xray": Method(
        title="DRR to X-ray",
        says="the DRR translated by a network that learned from unpaired radiographs",
        home="ct2xkeras.baselines.drr2xray",
        architecture="TranslationArchitecture",
        model="model:DRR2Xray",
        networks="synthesizer:TranslationSynthesizer",
    ),
    "classical": Method(
        title="classical",
        says="the DRR as it is, matched to a radiograph, or by simulated physics",
        home="ct2xkeras.baselines.classical",
        architecture="ClassicalArchitecture",
        model="model:Classical",
        networks="synthesizer:ClassicalSynthesizer",
    ),
}


def method_of(networks):
    """Name of the method that networks, or their architecture, belong to.

    Raises:
        ValueError: it is none of `METHODS`.
    """
    architecture = getattr(networks, "architecture", networks)
    for name, method in METHODS.items():
        if type(architecture).__name__ == method.architecture:
            return name
    raise ValueError(f"{type(architecture).__name__} is the architecture of no method.")
