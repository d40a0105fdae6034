from types import SimpleNamespace

import pytest
import tensorflow as tf

from ct2xkeras.recipe import RecipeError
from ct2xkeras.training.failures import TrainingFailedError
from ct2xkeras.training.strategies import check_fits, choose_strategy, is_chief, num_workers


def recipe(volumes_per_batch, xla=False):
    settings = SimpleNamespace(volumes_per_batch=volumes_per_batch, xla=xla)
    return SimpleNamespace(training=settings)


def test_replicas_must_divide_the_batch():
    two = SimpleNamespace(num_replicas_in_sync=2)
    check_fits(two, recipe(4))
    with pytest.raises(RecipeError, match=r"volumes_per_batch: 3 cannot be divided .* 2 replicas"):
        check_fits(two, recipe(3))


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="there is a GPU")
def test_xla_is_refused_where_it_cannot_compile_the_step():
    with pytest.raises(RecipeError, match=r"training.xla: needs a GPU"):
        check_fits(SimpleNamespace(num_replicas_in_sync=1), recipe(2, xla=True))


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
