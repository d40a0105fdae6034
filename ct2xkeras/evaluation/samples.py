"""The pictures that metrics look at, and what belongs to them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ct2xkeras.evaluation.synthesis import synthesize

#: What a metric may need beyond the pictures: how a user gives it.
HOW_TO_GIVE = {
    "references": "real radiographs (--against FOLDER or a data set)",
    "drr": "the DRRs of the pictures' views (--drr FOLDER with the same file names)",
    "patient": "pictures of the CT itself (a generative method needs --inversion-steps)",
    "truth": "true radiographs of the pictures' views (--truth FOLDER, or a run on phantoms)",
    "networks": "the networks that made the pictures (a run folder or a SavedModel)",
}


@dataclass(frozen=True)
class Samples:
    """Pictures to be judged. All arrays are float32 (n, height, width, 1) in [-1, 1].

    Args:
        pictures: those that are judged.
        references: different real radiographs, as many or fewer.
        drr, coverage, truth: of each picture's view, where they are known.
        others: real radiographs that are none of the references; what they score is the floor.
        patient: True where pictures are meant to show the CT, None where they show nobody.
        networks: a `ViewSynthesizer` or the like, where pictures can be made.
        cases: of `evaluation_cases`, what the pictures were made of.
        against: names the references in specs, where they are not those that belong to the cases.
        stated: what specs state besides, {name: text}.
    """

    pictures: np.ndarray
    references: np.ndarray | None = None
    drr: np.ndarray | None = None
    coverage: np.ndarray | None = None
    truth: np.ndarray | None = None
    others: np.ndarray | None = None
    patient: bool | None = True
    networks: Any = None
    cases: dict | None = None
    against: str | None = None
    stated: dict = field(default_factory=dict)

    def missing(self, needs):
        """Which of the entries `needs` are not there."""
        return [name for name in needs if getattr(self, name) is None]


def synthesized_samples(networks, cases):
    """`Samples` of held-out cases, with their style images, each once, as references.

    Args:
        networks: a `ViewSynthesizer` or the like.
        cases: see `evaluation_cases`.
    """
    return Samples(
        pictures=synthesize(networks, cases),
        references=distinct(cases["style_image"]),
        drr=cases["drr"],
        coverage=cases["coverage"],
        truth=cases.get("truth"),
        patient=networks.knows_patient or None,
        networks=networks,
        cases=cases,
        stated=stated_of(cases),
    )


def stated_of(cases):
    """What specs state of cases, {name: text}: that their CTs are those of training, if so."""
    return {"cts": "train"} if "train" in cases["split"] else {}


def distinct(pictures):
    """Pictures (n, ...) without repeats, in their order.

    A picture that occurs twice would count as likeness within its own set.
    """
    _, first = np.unique(pictures.reshape(len(pictures), -1), axis=0, return_index=True)
    return pictures[np.sort(first)]
