"""Against torchmetrics on the same features, where it is installed."""

import numpy as np
import pytest

from ct2xkeras.metrics import frechet_distance, kernel_distance

torch = pytest.importorskip("torch", reason="torchmetrics needs torch")
pytest.importorskip("torchmetrics")


@pytest.fixture(params=[(300, 24), (64, 200)], ids=["more pictures", "more features"])
def sets(request, rng):
    n, d = request.param
    mixing = rng.normal(size=(d, d)) / np.sqrt(d)
    return np.maximum(rng.normal(size=(n, d)) @ mixing, 0), np.maximum(rng.normal(size=(n, d)), 0)


def score(kind, sets, **settings):
    """The value of a torchmetrics metric fed with features as they are, in float64."""
    identity = torch.nn.Identity()
    identity.num_features = sets[0].shape[1]
    metric = kind(feature=identity, **settings).set_dtype(torch.float64)
    for features, real in zip(sets, (True, False), strict=True):
        metric.update(torch.from_numpy(features), real=real)
    return metric.compute()


def test_frechet_distance(sets):
    from torchmetrics.image.fid import FrechetInceptionDistance

    expected = float(score(FrechetInceptionDistance, sets))
    assert frechet_distance(*sets) == pytest.approx(expected, rel=1e-6)


@pytest.mark.filterwarnings("ignore:Metric `Kernel")
def test_kernel_distance(sets):
    """A subset of all pictures, in any order, is the whole."""
    from torchmetrics.image.kid import KernelInceptionDistance

    whole = {"subsets": 1, "subset_size": len(sets[0])}
    expected = float(score(KernelInceptionDistance, sets, **whole)[0])
    assert kernel_distance(*sets) == pytest.approx(expected, rel=1e-6)
