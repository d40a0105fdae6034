"""Ways in which one trained run is measured: generative methods have several."""

from ct2xkeras.recipe import build_architecture

#: Of a method that reads the CT.
PLAIN = ""
#: Of a generative one: patients of its own; tuned to each CT; latents searched for each CT.
NO_PATIENT, TUNED, INVERTED = "no patient", "tuned", "inverted"


def variants_of(recipe, evaluation):
    """Names of the variants of a method, in the order in which they are measured.

    A run's report shows the newest numbers beside pictures by inversion, so that comes last.

    Args:
        recipe: its `Recipe`.
        evaluation: a `BenchEvaluation`.
    """
    if not hasattr(build_architecture(recipe), "inversion_steps"):
        return (PLAIN,)
    return (NO_PATIENT, *([TUNED] if evaluation.tuning_steps else []), INVERTED)


def prepared(networks, variant, evaluation):
    """Networks as they are measured in a variant."""
    if variant == PLAIN:
        return networks
    if variant == NO_PATIENT:
        networks.inversion_steps = 0
        return networks
    if evaluation.inversion_steps:
        networks.inversion_steps = evaluation.inversion_steps
    if variant == INVERTED:
        return networks
    from ct2xkeras.baselines.inversion.pivotal_tuning import PivotalTuning

    return PivotalTuning(networks, steps=evaluation.tuning_steps)
