"""What a model is for and what it is not for, with what is known of its data."""

from dataclasses import dataclass

from ct2xkeras.data.dataset.info import has_info
from ct2xkeras.evaluation.report.facts import is_ct_held_out
from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS

INTENDED = (
    "Research on image-guided surgery: pictures for registration, segmentation and training, made "
    "from a CT at known C-arm poses with known anatomy."
)
NOT_FOR = (
    "Diagnosis, treatment planning or any decision about a patient. This is no medical device, and "
    "nobody has validated it as one. A picture must not be passed off as a real radiograph."
)
LIMITS = (
    "Looks are learned, geometry is not: what the CT does not show (beyond its ends, finer than "
    "its voxels) is made up or missing.",
    "Small findings may be softened, moved or invented; what looks like a finding is none.",
    "Looks that no radiograph of the training set has cannot come out right, nor can views far "
    "from those trained on.",
    "Numbers hold for the pictures they were measured on. Intervals are over pictures: of other "
    "patients, devices and hospitals they say nothing.",
)


@dataclass(frozen=True)
class ModelCard:
    """Words of a model card, each list a paragraph or point an entry."""

    intended: str
    not_for: str
    data: list[str]
    limits: list[str]


def model_card(reports, data_licence=""):
    """The `ModelCard` of runs.

    Args:
        reports: list of `RunReport`.
        data_licence: what the user says of the data's origin and licence; they are in no file.
    """
    stated = data_licence or (
        "Origin and licence of the CTs and radiographs: not stated. Ask whoever gave them before "
        "you pass on the model or its pictures (--data-licence states it here)."
    )
    data = [stated, *_data_points(reports), "Program: ct2xkeras, Apache-2.0."]
    extractors = {r.recipe.evaluation.extractor for r in reports if r.recipe}
    data += [
        f"Network of the metrics: {name} ({KNOWN_WEIGHTS[name].licence})."
        for name in sorted(extractors)
        if name in KNOWN_WEIGHTS
    ]
    return ModelCard(INTENDED, NOT_FOR, data, [*_own_limits(reports), *LIMITS])


def _data_points(reports):
    points = []
    if any(report.recipe and report.recipe.data.phantoms for report in reports):
        points.append(
            "Phantoms: made-up patients and simulated radiographs of the program itself; no "
            "person's data."
        )
    if any(not has_info(report.data_directory) for report in reports):
        points.append("The data set of a run is not there any more; its sources are in the recipe.")
    return points


def _own_limits(reports):
    limits = []
    unfinished = [report.name for report in reports if report.state_text]
    if unfinished:
        limits.append(f"Not trained to the end: {', '.join(unfinished)}.")
    unseen = [r.name for r in reports if is_ct_held_out(r.data_directory) is False]
    if unseen:
        limits.append(
            f"No CT was held out of {', '.join(unseen)}: structure was measured and pictures were "
            "made on the CTs of training."
        )
    return limits
