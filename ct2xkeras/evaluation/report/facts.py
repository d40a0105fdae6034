"""What a run was trained on and how far it came, as pairs of words for a table."""

import json

from ct2xkeras.data.dataset.info import count_of, has_info, read_info
from ct2xkeras.losses.settings import GENERATOR_TERMS
from ct2xkeras.methods import DEFAULT_METHOD, METHODS
from ct2xkeras.training.listing import UNKNOWN
from ct2xkeras.training.run_state import FINISHED, TRAINING

SHOWN_SOURCES = 6


def state_text(summary):
    """How far a run came, in a sentence; empty for one that came to its end."""
    if summary.state == FINISHED:
        return ""
    seen = f"{summary.images} of {summary.total or 'an unknown number of'} images"
    if summary.state == TRAINING:
        return f"This run is still training: {seen}. Numbers and pictures will change."
    if summary.state == UNKNOWN:
        return f"How this run ended is not noted: it has seen {seen}."
    return (
        f"This run did not come to its end ({summary.state}): {seen}. Numbers and pictures are "
        "those of what it reached."
    )


def recipe_facts(recipe, summary):
    """(name, text) of what a run is."""
    architecture = recipe.model.preset
    if recipe.model.architecture:
        changed = ", ".join(f"{name} {value}" for name, value in recipe.model.architecture.items())
        architecture = f"{architecture}, with {changed}"
    return [
        ("Recipe", recipe.name + (f": {recipe.description}" if recipe.description else "")),
        ("Method", METHODS[recipe.model.method].title),
        ("Networks", architecture),
        ("Trained on", f"{summary.images} of {summary.total or '?'} images (views)"),
        ("Batch", f"{recipe.training.batch_size} views"),
        ("Seed", str(recipe.seed)),
        *_losses(recipe),
        ("Views", _views_text(recipe.data.pose_prior)),
    ]


def data_facts(directory):
    """(name, text) of a data set; says so where it is gone."""
    if not has_info(directory):
        return [("Data set", f"not there any more: {directory}")]
    info = read_info(directory)
    settings = info["settings"]
    rows = [("Data set", str(directory))]
    for kind, name in (("ct", "CTs"), ("xray", "Radiographs")):
        counts = [count_of(info, split, kind) for split in ("train", "val")]
        held_out = f"{counts[1]} held out" if counts[1] else "none held out"
        rows.append((name, f"{counts[0]} for training, {held_out}"))
    rows.append(("Sources", _sources(settings)))
    rows.append(("Volumes", _lengths(settings["volume_size"]) + " voxels (z, y, x)"))
    rows.append(("Pictures", _lengths(settings["image_size"]) + " pixels"))
    rows.append(("DRR tone", str(info.get("image_tone", "not noted"))))
    if skipped := info.get("skipped"):
        rows.append(("Left out", f"{len(skipped)} files that could not be used"))
    return rows


def is_ct_held_out(directory):
    """Whether a data set has CTs that were not trained on; None where it is gone."""
    return count_of(read_info(directory), "val", "ct") > 0 if has_info(directory) else None


def version_facts(run):
    """(package, version) that the run was made with, as far as noted."""
    try:
        return sorted(json.loads(run.versions_file.read_text(encoding="utf-8")).items())
    except (OSError, ValueError, AttributeError):
        return []


def _losses(recipe):
    """Weights of the terms, which are CT2X-GAN's alone."""
    if recipe.model.method != DEFAULT_METHOD:
        return []
    return [("Loss weights", _weights_text(recipe.losses))]


def _weights_text(losses):
    weights = {term: getattr(losses, term) for term in GENERATOR_TERMS}
    return ", ".join(
        f"{term} {weight:g}" if isinstance(weight, (int, float)) else f"{term} by a schedule"
        for term, weight in weights.items()
        if weight
    )


def _views_text(prior):
    views = prior.get("views") or {}
    spread = prior.get("angle_spread")
    text = ", ".join(f"{name} ({weight:g})" for name, weight in views.items()) or "the default"
    return text + (f"; angles spread by {spread:g}°" if spread is not None else "")


def _sources(settings):
    sources = [*settings.get("cts", ()), *settings.get("xrays", ())]
    for key, what in (("phantom_cts", "phantom CTs"), ("phantom_xrays", "phantom radiographs")):
        if settings.get(key):
            sources.append(f"{settings[key]} {what}")
    more = f" and {len(sources) - SHOWN_SOURCES} more" if len(sources) > SHOWN_SOURCES else ""
    return ", ".join(sources[:SHOWN_SOURCES]) + more


def _lengths(sizes):
    return " x ".join(map(str, sizes))
