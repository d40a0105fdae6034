import keras
import pytest
from pretrained_samples import chestlike_run, pack_chestlike, phantom_part, untrained, write_ct


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    return chestlike_run(tmp_path_factory.mktemp("chestlike"))


@pytest.fixture(scope="session")
def models(run, tmp_path_factory):
    """A folder of models that holds one, `chest`."""
    folder = tmp_path_factory.mktemp("models")
    keras.utils.set_random_seed(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ct2xkeras.training.loading.load_model", untrained)
        pack_chestlike(run, folder / "chest")
    return folder


@pytest.fixture
def packaged(models, monkeypatch):
    """The same folder in the place of the package's own."""
    monkeypatch.setattr("ct2xkeras.pretrained.registry.packaged_folder", lambda: models)
    return models


@pytest.fixture(scope="session")
def cts(tmp_path_factory):
    """CTs of a patient whom the model has not seen: {part: file}."""
    folder = tmp_path_factory.mktemp("cts")
    parts = {"chest": (0.5, 0.9), "abdomen": (0.0, 0.4), "slab": (0.65, 0.72)}
    return {
        name: write_ct(folder / f"{name}.nii.gz", phantom_part(3, *shares))
        for name, shares in parts.items()
    }
