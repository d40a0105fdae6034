import zipfile

import numpy as np
import pytest
from pretrained_samples import pack_chestlike, untrained

from ct2xkeras.pretrained.domain import margin_of
from ct2xkeras.pretrained.folder import ModelFolder
from ct2xkeras.pretrained.model import load_pretrained
from ct2xkeras.pretrained.packing import Packing, pack, training_domain


@pytest.fixture(autouse=True)
def without_training(monkeypatch):
    monkeypatch.setattr("ct2xkeras.training.loading.load_model", untrained)


def test_a_packed_model_says_all_about_itself(run, models):
    model = ModelFolder(models / "chest")
    settings = model.settings()
    assert (settings.method, settings.image_size, settings.default_style) == (
        "ct2x-gan",
        32,
        "soft",
    )
    assert settings.camera.sdd == 1000
    assert {name: len(code) for name, code in model.styles().items()} == {"soft": 8, "hard": 8}
    scores = {"kid[pixels32,n=4]": 0.125, "truth-ssim[n=4]": 0.5}
    assert model.metrics() == {"images": 0, "scores": scores}
    card = model.card_file.read_text()
    for text in ("two phantoms (own)", "Apache-2.0", "- soft: x1.png", "train chestlike", "0.1250"):
        assert text in card
    assert "--set \"data.xray=['" in card
    assert "/x*.png']" in card
    assert str(run.path.parent) not in card
    assert str(models) not in card
    assert sorted(p.suffix for p in (models / "chest").iterdir()) == [".json"] * 4 + [
        ".keras",
        ".md",
    ]


def test_limits_come_from_the_training_cts(run, models):
    domain = ModelFolder(models / "chest").domain()
    measured = training_domain(run.path / "data")
    assert domain.ct == measured.ct
    assert domain.view == measured.view
    assert domain.measured["cts"] == 2
    assert domain.measured["views"] == 8
    assert domain.view["coverage"] == pytest.approx((1 / margin_of(8), 1.0), abs=1e-4)
    low, high = domain.ct["height"]
    assert low < 256 < high


def test_styles_are_codes_of_the_networks_that_are_packed(run, models):
    from ct2xkeras.data import prepare_radiograph, read_radiograph

    model = load_pretrained("chest", models)
    radiograph = read_radiograph(run.path.parent / "x2.png")
    look = prepare_radiograph(radiograph, model.size, crop=model.crop)
    code = np.asarray(model.networks.encode_style(look[None, ..., None]))[0]
    np.testing.assert_allclose(model.styles["hard"], code, rtol=1e-4, atol=1e-5)
    assert np.abs(model.styles["hard"] - model.styles["soft"]).max() > 1e-4


@pytest.mark.slow
def test_rounded_weights_are_half_numbers_in_a_smaller_file(run, models, tmp_path):
    folder = pack_chestlike(run, tmp_path / "small", quantize=True)
    weights = load_pretrained(folder).networks.get_weights()
    for values in weights:
        np.testing.assert_array_equal(values, values.astype(np.float16).astype(values.dtype))
    small, large = (ModelFolder(path) for path in (folder, models / "chest"))
    assert small.network_file.stat().st_size < 0.8 * large.network_file.stat().st_size
    with zipfile.ZipFile(small.network_file) as archive:
        assert archive.testzip() is None
    assert "rounded to float16" in small.card_file.read_text()


def test_nothing_is_overwritten_nor_left_half_written(run, models, tmp_path):
    with pytest.raises(ValueError, match="is there already"):
        pack_chestlike(run, models / "chest")
    packing = Packing({"a": tmp_path / "none.png"}, "chests", "Apache-2.0")
    with pytest.raises(ValueError, match=r"none\.png"):
        pack(run, run.load_recipe(), tmp_path / "new", packing)
    assert not (tmp_path / "new").exists()
