"""What the specs of a run's numbers state of how it was measured."""

from types import SimpleNamespace

import numpy as np
import pytest

from ct2xkeras.data import build_dataset, read_info
from ct2xkeras.evaluation.evaluating import Request, evaluate_run
from ct2xkeras.evaluation.held_out_samples import default_crop
from ct2xkeras.training import checkpoints, loading

SIDE, VOLUME = 32, (10, 12, 14)


class Networks:
    """Stands in for a generative method's: X^ is the style reference."""

    knows_patient = True

    def __init__(self):
        self.architecture = SimpleNamespace(
            image_size=SIDE, volume_size=VOLUME, inversion_steps=100
        )
        self.inversion_steps = 100

    def encode_ct(self, volume, spacing):
        return volume

    def encode_style(self, images):
        return np.asarray(images).reshape(len(images), -1)

    def render(self, content_code, volume, spacing, poses, codes, index):
        pictures = codes.reshape(-1, SIDE, SIDE, 1)
        return pictures, pictures, None


@pytest.fixture(scope="module")
def data(make_spec, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    build_dataset(make_spec(image_size=(SIDE, SIDE)), folder)
    return str(folder)


@pytest.fixture
def options_of_specs(data, tmp_path, monkeypatch):
    """Evaluates a run by a request: what its specs state after the number of pictures."""
    monkeypatch.setattr(loading, "load_model", lambda *_: SimpleNamespace(ema_networks=Networks()))
    monkeypatch.setattr(checkpoints, "newest_images", lambda folder: 4)
    run = SimpleNamespace(
        path=tmp_path,
        checkpoints=tmp_path,
        data_directory=lambda recipe: data,
        with_found_files=lambda recipe: recipe,
    )
    recipe = SimpleNamespace(seed=0, evaluation=SimpleNamespace(extractor="pixels32", cases=4))

    def evaluate(**asked):
        metrics = ("structure", "style")
        values = evaluate_run(run, recipe, Request(metrics=metrics, **asked)).values
        assert len(values) == 5
        return {spec.removesuffix("]").partition("n=")[2].partition(",")[2] for spec in values}

    return evaluate


def test_specs_state_what_was_asked_for_besides_the_recipe(options_of_specs, data):
    assert options_of_specs() == {""}
    assert options_of_specs(crop=0.5) == {"crop=0.5"}
    assert options_of_specs(inversion_steps=0) == {"inversion=0"}
    assert options_of_specs(crop=0.25, inversion_steps=7) == {"crop=0.25,inversion=7"}
    default = default_crop(read_info(data))
    assert options_of_specs(crop=default, inversion_steps=100) == {""}
