from types import SimpleNamespace

import pytest
import tensorflow as tf

from ct2xkeras.recipe import RecipeError, load_recipe
from ct2xkeras.training.failures import TrainingFailedError
from ct2xkeras.training.strategies import check_fits, choose_strategy, is_chief, num_workers

ONE, TWO = (SimpleNamespace(num_replicas_in_sync=number) for number in (1, 2))


def recipe(volumes_per_batch, *changes):
    batch = f"training.volumes_per_batch={volumes_per_batch}"
    return load_recipe("quickstart", [batch, "training.views_per_volume=2", *changes])


def test_replicas_must_divide_the_batch():
    check_fits(TWO, recipe(4))
    with pytest.raises(RecipeError, match=r"volumes_per_batch: 3 cannot be divided .* 2 replicas"):
        check_fits(TWO, recipe(3))


@pytest.mark.parametrize(
    "changes",
    [
        ["model.method=eg3d"],  # compares four by default
        ["model.architecture.patch_halvings=0", "model.architecture.deviation_group=4"],
    ],
)
def test_each_replica_has_whole_groups_of_compared_pictures(changes):
    check_fits(TWO, recipe(4, *changes))
    for strategy, volumes in ((ONE, 3), (TWO, 2)):
        with pytest.raises(RecipeError, match=r"deviation_group: \d views .* groups of 4"):
            check_fits(strategy, recipe(volumes, *changes))


def test_patches_are_compared_with_no_others():
    check_fits(ONE, recipe(3, "model.architecture.deviation_group=4"))


def test_a_discriminator_that_needs_poses_of_radiographs_is_refused():
    changes = ["model.method=eg3d", "model.architecture.discriminator_pose=true"]
    with pytest.raises(RecipeError, match=r"discriminator_pose: needs the poses"):
        check_fits(ONE, recipe(2, *changes))


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="there is a GPU")
def test_xla_is_refused_where_it_cannot_compile_the_step():
    with pytest.raises(RecipeError, match=r"training.xla: needs a GPU"):
        check_fits(ONE, recipe(2, "training.xla=true"))


@pytest.mark.parametrize("text", [None, "{", "{}", '{"cluster": {}}'])
def test_workers_need_their_list(monkeypatch, text):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if text is not None:
        monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(TrainingFailedError, match="needs the environment variable TF_CONFIG"):
        choose_strategy("multi_worker")


def test_one_process_is_its_own_chief():
    strategy = choose_strategy("one_device")
    assert is_chief(strategy)
    assert num_workers(strategy) == (1, 0)
