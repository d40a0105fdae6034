"""The only place that turns a recipe into objects."""

import contextlib
from dataclasses import replace

from ct2xkeras.data.errors import DataError
from ct2xkeras.recipe.errors import RecipeError


def build_architecture(recipe):
    """The architecture that a recipe names, of its method."""
    from ct2xkeras.methods import METHODS

    model = recipe.model
    return replace(METHODS[model.method].presets()[model.preset], **model.architecture)


def build_dataset_spec(recipe):
    """What the data builder needs to know of a recipe.

    Raises:
        RecipeError: `data.val_file` cannot be read.
    """
    from ct2xkeras.data import DatasetSpec

    data, architecture = recipe.data, build_architecture(recipe)
    return DatasetSpec(
        volume_size=architecture.volume_size,
        image_size=(architecture.image_size, architecture.image_size),
        cts=tuple(data.ct),
        xrays=tuple(data.xray),
        phantom_cts=data.phantoms.cts if data.phantoms else 0,
        phantom_xrays=data.phantoms.xrays if data.phantoms else 0,
        phantom_xrays_per_patient=data.phantoms.xrays_per_patient if data.phantoms else 1,
        labels=data.labels,
        poses_per_ct=data.poses_per_ct,
        drrs=data.drrs,
        pose_prior=dict(data.pose_prior),
        val_fraction=data.val_fraction,
        val=(*data.val, *_names_in(data.val_file)),
        patient_pattern=data.patient_pattern,
        seed=recipe.seed if data.seed is None else data.seed,
        skip_bad=data.skip_bad,
        crop=data.crop,
        compression=data.compression,
    )


def _names_in(val_file):
    from ct2xkeras.data.dataset.splits import read_names

    try:
        return read_names(val_file) if val_file else ()
    except DataError as error:
        raise RecipeError(f"data.val_file: {error}") from None


def build_pose_prior(recipe):
    """The `PosePrior` of a recipe; asks for none of the files that it names."""
    from ct2xkeras.data.dataset.spec import build_prior

    return build_prior(dict(recipe.data.pose_prior))


def build_augmentation(recipe):
    """The `Augmentation` of a recipe."""
    from ct2xkeras.data import Augmentation

    return Augmentation(**recipe.data.augmentation.model_dump())


def build_model(recipe):
    """The compiled `AdversarialModel` of a recipe's method; call it in the strategy's scope."""
    import keras

    from ct2xkeras.methods import METHODS

    keras.utils.set_random_seed(recipe.seed)
    training = recipe.training
    with _precision(training.precision):
        kind = METHODS[recipe.model.method].model_class()
        model = kind(build_architecture(recipe), name=recipe.model.method)
        model.compile(
            g_optimizer=_adam(training.g_learning_rate, training),
            d_optimizer=_adam(training.d_learning_rate, training),
            loss_settings=recipe.losses.model_dump(),
            augmentation=training.discriminator_augmentation.model_dump(),
            ema_half_life=training.ema_half_life,
            clip_norm=training.clip_norm,
            seed=recipe.seed,
            jit_compile=training.xla,
            steps_per_execution=training.steps_per_execution,
        )
    return model


@contextlib.contextmanager
def _precision(name):
    """Layers that are made in this block compute so; their weights are float32 all the same."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if name == "bfloat16" else name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _adam(learning_rate, training):
    from ct2xkeras.models.fused_adam import FusedAdam

    return FusedAdam(learning_rate, training.beta_1, training.beta_2, epsilon=1e-8)
