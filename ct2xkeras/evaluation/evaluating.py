"""Evaluations of all that can be evaluated: a run folder, a SavedModel, a folder of pictures."""

from dataclasses import dataclass, replace

from ct2xkeras.data.dataset.info import has_info
from ct2xkeras.evaluation.evaluate import evaluate_samples
from ct2xkeras.evaluation.features import CachedFeatures
from ct2xkeras.evaluation.held_out_samples import held_out_samples, reference_set
from ct2xkeras.evaluation.metric_table import find_metrics
from ct2xkeras.evaluation.picture_folders import check_equal_numbers, folder_samples
from ct2xkeras.evaluation.saved_samples import save_samples
from ct2xkeras.metrics.extractors import find_extractor
from ct2xkeras.training.run_folder import versions

DEFAULT_EXTRACTOR = "pixels32"
DEFAULT_CASES = 64


@dataclass(frozen=True)
class Request:
    """What is asked of an evaluation.

    Args:
        metrics: names of `METRICS`; empty for all that can be measured by default.
        extractor: of features; None for the recipe's, or `pixels32`.
        cases: number of pictures; None for the recipe's, or all of a folder.
        seed: of the draw of cases and of intervals; None for the recipe's, or 0.
        against: folder of real radiographs, or a data set whose held-out ones are meant; None for
            the held-out ones of the data that pictures are made from.
        data: data set whose held-out CTs are shown; None for the run's own.
        crop: share of the middle of real radiographs that is shown; None for the data set's, or
            all of a folder's.
        stored: a folder of references has been prepared and cropped already.
        checkpoint: of a run, `newest` or `best`.
        inversion_steps: in which a generative method searches for each patient, 0 for its own
            inventions; None for what its architecture says.
        save: new folder for the pictures, see `save_samples`; None for none.
    """

    metrics: tuple[str, ...] = ()
    extractor: str | None = None
    cases: int | None = None
    seed: int | None = None
    against: str | None = None
    data: str | None = None
    crop: float | None = None
    stored: bool = False
    checkpoint: str = "newest"
    inversion_steps: int | None = None
    save: str | None = None


def evaluate_run(run, recipe, request=None):
    """Measure a checkpoint of a run on held-out cases.

    Args:
        run: a `RunFolder` with a checkpoint.
        recipe: its recipe.
        request: a `Request`.

    Returns:
        an `Evaluation`.

    Raises:
        ValueError: no such checkpoint or data set, or what `evaluate_samples` refuses.
    """
    from ct2xkeras.training.checkpoints import newest_images
    from ct2xkeras.training.loading import load_model

    request, recipe = request or Request(), run.with_found_files(recipe)
    request = replace(
        request,
        extractor=request.extractor or recipe.evaluation.extractor,
        cases=request.cases or recipe.evaluation.cases,
        seed=recipe.seed if request.seed is None else request.seed,
    )
    features = _features(request)
    networks = load_model(run, recipe, request.checkpoint).ema_networks
    if request.inversion_steps is not None:
        networks.inversion_steps = request.inversion_steps
    sizes = networks.architecture.volume_size, (networks.architecture.image_size,) * 2
    data = request.data or run.data_directory(recipe)
    evaluation = _of_networks(networks, sizes, data, request, features, bool(request.data))
    folder = run.best_checkpoint if request.checkpoint == "best" else run.checkpoints
    settings = {"source": str(run.path), "checkpoint": request.checkpoint}
    return _described(evaluation, request, settings, images=newest_images(folder))


def evaluate_saved_model(path, request):
    """Measure a SavedModel on the held-out cases of a data set; see `evaluate_run`.

    Args:
        path: of the SavedModel's folder.
        request: a `Request` with `data`, or with a data set as `against`.
    """
    from ct2xkeras.evaluation.saved_networks import SavedNetworks

    request = replace(
        request,
        extractor=request.extractor or DEFAULT_EXTRACTOR,
        cases=request.cases or DEFAULT_CASES,
        seed=request.seed or 0,
        data=request.data or request.against,
        against=request.against if request.data else None,
    )
    if request.data is None or not has_info(request.data):
        raise ValueError(
            f"{path}: a SavedModel holds no CTs. Give a data set that `ct2xkeras prepare` wrote, "
            "--against DATASET, or --data DATASET and a folder of radiographs; found "
            f"{request.data or 'neither'}."
        )
    features = _features(request)
    networks = SavedNetworks(path)
    evaluation = _of_networks(networks, networks.sizes, request.data, request, features)
    return _described(evaluation, request, {"source": str(path)})


def evaluate_folder(source, request):
    """Measure a folder of pictures.

    Args:
        source: a `FolderSource`.
        request: a `Request`; without `against`, nothing is compared with real radiographs.

    Raises:
        ValueError: sets of different numbers are to be compared, or what `evaluate_samples`
            refuses.
    """
    request = replace(
        request, extractor=request.extractor or DEFAULT_EXTRACTOR, seed=request.seed or 0
    )
    features, chosen = _features(request), find_metrics(request.metrics, request.extractor)

    def references(shape):
        return reference_set(
            request.against, shape, request.crop, request.cases, request.seed, request.stored
        )

    source = replace(source, num=request.cases, seed=request.seed, crop=request.crop or 1.0)
    samples = folder_samples(source, references if request.against else None)
    if samples.against and any(metric.distance for metric in chosen.values()):
        check_equal_numbers(source.pictures, samples)
    evaluation = evaluate_samples(samples, features, request.metrics, request.seed)
    settings = {"source": str(source.pictures), "prepared": source.raw, "size": source.size}
    settings |= {"drr": source.drr, "coverage": source.coverage, "truth": source.truth}
    return _described(evaluation, request, settings)


def _features(request):
    """The extractor that is asked for; what is wrong is said before minutes go by."""
    find_metrics(request.metrics, request.extractor)
    return CachedFeatures(find_extractor(request.extractor))


def _of_networks(networks, sizes, data, request, features, foreign=False):
    samples = held_out_samples(
        networks,
        sizes,
        data,
        num=request.cases,
        seed=request.seed,
        against=request.against,
        crop=request.crop,
        stored=request.stored,
        foreign=foreign,
    )
    samples = replace(samples, stated={**samples.stated, **_inversion(networks, request)})
    if request.save:
        save_samples(samples, request.save)
    return evaluate_samples(samples, features, request.metrics, request.seed)


def _inversion(networks, request):
    """What specs state of a search that is not the architecture's own."""
    steps = request.inversion_steps
    if steps is None or steps == getattr(networks.architecture, "inversion_steps", steps):
        return {}
    return {"inversion": steps}


def _described(evaluation, request, settings, images=None):
    """With what its numbers depend on besides their specs."""
    asked = {"against": request.against, "data": request.data, "crop": request.crop}
    asked = {name: value if value is None else str(value) for name, value in asked.items()}
    settings = {**settings, **asked, "cases": request.cases, "stored": request.stored}
    settings["versions"] = versions()
    kept = {name: value for name, value in settings.items() if value is not None}
    return replace(evaluation, settings={**evaluation.settings, **kept}, images=images)
