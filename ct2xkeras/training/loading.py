"""A trained model back from its run folder."""

from ct2xkeras.recipe import build_model
from ct2xkeras.training.checkpoints import checkpoint_manager, restore_newest
from ct2xkeras.training.run_folder import RunError, RunFolder


def load_run(path, checkpoint="newest"):
    """The `AdversarialModel` of a run folder, ready for `predict`.

    Args:
        path: of the run folder.
        checkpoint: `newest`, or `best` by the recipe's `evaluation.best_by`.

    Raises:
        RunError: it is no run folder, or has no such checkpoint.
    """
    run = RunFolder(path)
    return load_model(run, run.load_recipe(), checkpoint)


def load_model(run, recipe, checkpoint="newest"):
    """The `AdversarialModel` of a `RunFolder` under its recipe; see `load_run`."""
    model = build_model(run.with_found_files(recipe))
    manager = checkpoint_manager(model, _folder(run, checkpoint), keep=1)
    if not restore_newest(manager):
        raise RunError(
            f"{run.path}: has no {checkpoint} checkpoint yet. "
            + (
                "Train it with `ct2xkeras train`."
                if checkpoint == "newest"
                else "Train with evaluation.every and evaluation.best_by, or use the newest."
            )
        )
    return model


def _folder(run, checkpoint):
    folders = {"newest": run.checkpoints, "best": run.best_checkpoint}
    if checkpoint not in folders:
        raise RunError(f"checkpoint {checkpoint!r}: expected one of {', '.join(folders)}.")
    return folders[checkpoint]
