"""From pictures and what belongs to them to numbers."""

from functools import lru_cache

from ct2xkeras.evaluation.features import CachedFeatures
from ct2xkeras.evaluation.metric_table import find_metrics
from ct2xkeras.evaluation.samples import HOW_TO_GIVE, synthesized_samples
from ct2xkeras.evaluation.scores import Evaluation
from ct2xkeras.metrics.extractors import find_extractor

#: Measured between training steps: quick, and defined for whatever a network gives.
TRAINING_METRICS = ("structure", "kid", "style", "truth-ssim")

_same_extractor = lru_cache(1)(find_extractor)  # training measures again and again


def measure(networks, cases, extractor="pixels32"):
    """The measures of networks on cases that training watches.

    Args:
        networks: a `ViewSynthesizer`.
        cases: see `evaluation_cases`.
        extractor: of the features that KID compares, see `find_extractor`.

    Returns:
        {metric spec: value}. A spec names what was measured on how many pictures, as
        `kid[pixels32,n=64]`; `cts=train` says that no CT is held out, so that those of training
        were measured on (radiographs are held out all the same). Phantoms add the paired
        `truth-*` measures against the simulated radiograph of the same patient and pose.
    """
    samples = synthesized_samples(networks, cases)
    features = CachedFeatures(_same_extractor(extractor))
    chosen = find_metrics(TRAINING_METRICS, extractor)
    scores, _ = _measured(samples, chosen, features, seed=0, insist=False)
    return {score.spec: score.value for score in scores}


def evaluate_samples(samples, features, metrics=(), seed=0):
    """Measure pictures.

    Args:
        samples: `Samples`.
        features: a `CachedFeatures`.
        metrics: names of `METRICS`; by default those that can be measured.
        seed: of the intervals.

    Returns:
        an `Evaluation`; what default metrics could not be measured for is in its notes.

    Raises:
        ValueError: a metric that was asked for cannot be measured, or none can.
    """
    chosen = find_metrics(metrics, features.name)
    scores, notes = _measured(samples, chosen, features, seed, insist=bool(metrics))
    if not scores:
        raise ValueError(f"Nothing could be measured. {' '.join(notes)}")
    return Evaluation(scores, notes, {"extractor": features.name, "seed": seed})


def _measured(samples, metrics, features, seed, insist):
    """Scores, and notes of what could not be measured unless one insists on all."""
    scores, notes = [], _notes_of_missing(samples, metrics)
    if insist and notes:
        raise ValueError(notes[0])
    for name, metric in metrics.items():
        if samples.missing(metric.needs):
            continue
        try:
            scores += metric.scores(samples, features, seed)
        except ValueError as error:
            if insist:
                raise ValueError(f"{name}: {error}") from error
            notes.append(f"Not measured: {name}. {error}")
    return scores, notes


def _notes_of_missing(samples, metrics):
    """A line for each thing that is needed and not there."""
    missing = {}
    for name, metric in metrics.items():
        for need in samples.missing(metric.needs):
            missing.setdefault(need, []).append(name)
    return [
        f"Not measured: {', '.join(names)}; needed: {HOW_TO_GIVE[need]}."
        for need, names in missing.items()
    ]
