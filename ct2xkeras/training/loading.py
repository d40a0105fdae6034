"""A trained model back from its run folder."""

from ct2xkeras.recipe import build_model
from ct2xkeras.training.checkpoints import checkpoint_manager, restore_newest
from ct2xkeras.training.run_folder import RunError, RunFolder


def load_run(path):
    """The `CT2XGAN` of a run folder at its newest checkpoint, ready for `predict`."""
    run = RunFolder(path)
    return load_model(run, run.load_recipe())


def load_model(run, recipe):
    """The `CT2XGAN` of a run at its newest checkpoint."""
    model = build_model(recipe)
    manager = checkpoint_manager(model, run.checkpoints, recipe.training.keep_checkpoints)
    if not restore_newest(manager):
        raise RunError(f"{run.path}: has no checkpoint yet. Train it with `ct2xkeras train`.")
    return model
