"""Measures a run of a bench: one set of pictures, by all metrics and all extractors."""

from dataclasses import replace

from ct2xkeras.bench.variants import prepared
from ct2xkeras.evaluation.evaluate import evaluate_samples
from ct2xkeras.evaluation.features import CachedFeatures
from ct2xkeras.evaluation.held_out_samples import held_out_samples
from ct2xkeras.evaluation.metric_table import METRICS
from ct2xkeras.evaluation.records import record_evaluation
from ct2xkeras.metrics.extractors import find_extractor
from ct2xkeras.training.checkpoints import newest_images
from ct2xkeras.training.loading import load_model
from ct2xkeras.training.run_folder import versions


def measure_run(run, evaluation, variant):
    """Measure a run's newest checkpoint, and append the numbers to its metrics.jsonl.

    Args:
        run: a `RunFolder`.
        evaluation: a `BenchEvaluation`.
        variant: of `variants_of`.

    Returns:
        `values` by metric spec, `intervals`, `notes` and `settings`.
    """
    recipe = run.load_recipe()
    networks = prepared(load_model(run, recipe).ema_networks, variant, evaluation)
    sizes = networks.architecture.volume_size, (networks.architecture.image_size,) * 2
    data = run.data_directory(recipe)
    samples = held_out_samples(networks, sizes, data, evaluation.cases, evaluation.seed)
    whole = {"values": {}, "intervals": {}, "notes": []}
    for found in _evaluations(samples, evaluation):
        settings = {**found.settings, "cases": evaluation.cases, "variant": variant}
        settings |= {"source": str(run.path), "versions": versions()}
        found = replace(found, settings=settings, images=newest_images(run.checkpoints))
        record_evaluation(run.metrics_file, found)
        record = found.record()
        whole["values"] |= found.values
        whole["intervals"] |= record["intervals"]
        whole["notes"] += found.notes
        whole["settings"] = record["settings"] | {"extractor": evaluation.extractors}
    return whole


def _evaluations(samples, evaluation):
    """An `Evaluation` by each extractor; metrics that use none are measured with the first."""
    possible = [name for name in evaluation.metrics if not samples.missing(METRICS[name].needs)]
    left_out = [name for name in evaluation.metrics if name not in possible]
    notes = (
        [f"Not measured: {', '.join(left_out)}, for want of what they need."] if left_out else []
    )
    for index, extractor in enumerate(evaluation.extractors):
        names = [name for name in possible if index == 0 or METRICS[name].distance]
        if names:
            features = CachedFeatures(find_extractor(extractor))
            found = evaluate_samples(samples, features, tuple(names), evaluation.seed)
            yield replace(found, notes=[*found.notes, *notes] if index == 0 else found.notes)
