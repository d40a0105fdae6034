import numpy as np
import pytest

from ct2xkeras.evaluation.evaluate import evaluate_samples, measure
from ct2xkeras.evaluation.features import CachedFeatures
from ct2xkeras.evaluation.metric_table import find_metrics
from ct2xkeras.evaluation.records import metric_line
from ct2xkeras.evaluation.samples import Samples, distinct
from ct2xkeras.evaluation.synthesis import synthesize
from ct2xkeras.metrics import frechet_distance, kernel_distance
from ct2xkeras.metrics.extractors import find_extractor

SIDE = 64


@pytest.fixture
def blobs(rng):
    """Makes smooth pictures (n, 64, 64, 1) in [-1, 1]."""
    from scipy.ndimage import gaussian_filter

    def make(num, offset=0.0):
        noise = gaussian_filter(rng.normal(size=(num, SIDE, SIDE, 1)), (0, 3, 3, 0))
        return np.clip(6 * noise + offset, -1, 1).astype("float32")

    return make


def evaluate(samples, *metrics, seed=0):
    return evaluate_samples(samples, CachedFeatures(find_extractor("pixels32")), metrics, seed)


def test_numbers_are_those_of_the_metrics(blobs):
    pictures, references = blobs(20, 0.2), blobs(20)
    samples = Samples(pictures, references, drr=-pictures, truth=pictures)
    evaluation = evaluate(samples, "kid", "fid", "structure", "edge-displacement", "truth-psnr")
    features = find_extractor("pixels32")
    values = evaluation.values
    for name, distance in (("kid", kernel_distance), ("fid", frechet_distance)):
        expected = distance(features(pictures), features(references))
        assert values[f"{name}[pixels32,n=20]"] == pytest.approx(expected)
        expected = distance(features(-pictures), features(references))
        assert values[f"{name}-of-drr[pixels32,n=20]"] == pytest.approx(expected)
    assert values["edge-displacement[n=20]"] == pytest.approx(0, abs=1e-9)  # edges have no sign
    assert values["structure[gradient-correlation,n=20]"] == pytest.approx(-1, abs=1e-4)
    assert values["truth-psnr[n=20]"] > 100 > values["truth-psnr-of-drr[n=20]"]


def test_real_radiographs_score_better_than_others(blobs):
    """The floor: other real pictures of one kind are nearer than pictures of another."""
    samples = Samples(blobs(30, 0.5), blobs(40), others=blobs(30))
    scores = {score.spec: score for score in evaluate(samples, "kid").scores}
    judged, floor = (scores[f"{name}[pixels32,n=30]"] for name in ("kid", "kid-of-real"))
    assert floor.interval[0] < 0 < floor.interval[1] < judged.interval[0]


def test_all_that_is_compared_is_of_equal_number(blobs):
    samples = Samples(blobs(9), blobs(8), drr=blobs(9), others=blobs(6))
    assert set(evaluate(samples, "kid").values) == {
        "kid[pixels32,n=6]",
        "kid-of-drr[pixels32,n=6]",
        "kid-of-real[pixels32,n=6]",
    }


def test_what_cannot_be_measured_is_noted_or_refused(blobs):
    samples = Samples(blobs(6), blobs(6))
    evaluation = evaluate(samples)
    assert set(evaluation.values) == {"kid[pixels32,n=6]"}
    assert any("structure" in note and "--drr FOLDER" in note for note in evaluation.notes)
    with pytest.raises(ValueError, match="structure; needed: the DRRs"):
        evaluate(samples, "kid", "structure")
    small = Samples(blobs(6)[:, :32, :32], drr=blobs(6)[:, :32, :32])
    assert any("edge-displacement. " in note for note in evaluate(small).notes)
    with pytest.raises(ValueError, match="edge-displacement: Edge displacement needs"):
        evaluate(small, "edge-displacement")
    with pytest.raises(ValueError, match="Nothing could be measured"):
        evaluate(Samples(blobs(6)))


def test_an_unknown_metric_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match=r"found 'strukture' \(did you mean structure\?\)"):
        find_metrics(("strukture",), "pixels32")


def test_fid_is_a_default_of_the_standard_network_alone():
    assert "fid" in find_metrics((), "inception-2015-12-05")
    assert "fid" not in find_metrics((), "squeezenet-keras")


def test_a_record_holds_values_by_spec_and_how_sure_they_are(blobs):
    record = evaluate(Samples(blobs(6), blobs(6)), "kid", seed=5).record()
    low, high = record["intervals"]["kid[pixels32,n=6]"]
    assert low < record["kid[pixels32,n=6]"] < high
    assert record["settings"]["seed"] == 5
    assert "jackknife" in record["settings"]["intervals"]["by"][0]


def test_repeated_references_count_once(rng):
    pictures = rng.normal(size=(4, 3, 3, 1))
    np.testing.assert_array_equal(distinct(pictures[[2, 0, 2, 1, 0]]), pictures[[2, 0, 1]])


class StyleAsXray:
    """Stands in for networks that give the style image back."""

    knows_patient = True

    def encode_ct(self, volume, spacing):
        return volume

    def encode_style(self, images):
        return np.asarray(images).reshape(len(images), -1)

    def render(self, content_code, volume, spacing, poses, codes, index):
        return codes.reshape(-1, SIDE, SIDE, 1), codes.reshape(-1, SIDE, SIDE, 1), None


def test_training_goes_on_where_kid_cannot_be_measured(blobs):
    """A single held-out radiograph has no distance from others."""
    cases = {
        "volume": np.zeros((3, 2, 2, 2, 1)),
        "spacing": np.ones((3, 3)),
        "pose": np.zeros((3, 12)),
        "style_image": blobs(1)[[0, 0, 0]],
        "drr": blobs(3),
        "coverage": np.ones((3, SIDE, SIDE, 1), "float32"),
        "split": np.array(["train"] * 3),
    }
    values = measure(StyleAsXray(), cases)
    assert "structure[gradient-correlation,n=3,cts=train]" in values
    assert not any(spec.startswith("kid") for spec in values)


def test_pictures_that_overshoot_are_measured_as_they_are_written():
    overshoots = np.linspace(-3, 3, SIDE**2, dtype="float32").reshape(1, SIDE, SIDE, 1)
    case = {
        "volume": np.zeros((1, 2, 2, 2, 1)),
        "spacing": np.ones((1, 3)),
        "pose": np.zeros((1, 12)),
        "style_image": overshoots,
    }
    np.testing.assert_array_equal(synthesize(StyleAsXray(), case), np.clip(overshoots, -1, 1))


def test_the_metric_line_keeps_the_full_spec():
    assert metric_line({"kid[pixels32,n=4]": 0.12346}) == "kid[pixels32,n=4]=0.1235"


def test_metrics_on_demand_are_measured_or_say_what_they_lack(blobs):
    samples = Samples(blobs(8), blobs(8), truth=blobs(8))
    values = evaluate(samples, "fid-infinity", "truth-ms-ssim").values
    assert set(values) == {"fid-infinity[pixels32,n=8]", "truth-ms-ssim[n=8]"}
    for name in ("truth-lpips-alex", "truth-squeezenet-keras-cosine"):
        with pytest.raises(ValueError, match=rf"{name}: .*weights import"):
            evaluate(samples, name)
