import pytest

from ct2xkeras.metrics import metric_spec
from ct2xkeras.metrics.extractors.registry import STANDARD


def test_a_spec_states_everything_in_order():
    assert metric_spec("kid", "squeezenet-keras", n=64) == "kid[squeezenet-keras,n=64]"
    assert metric_spec("structure", "gradient-correlation", n=8, cts="train") == (
        "structure[gradient-correlation,n=8,cts=train]"
    )
    assert metric_spec("kid", "pixels32", n=8, cts=None) == "kid[pixels32,n=8]"
    assert metric_spec("psnr") == "psnr"


def test_only_the_standard_network_gives_plain_names():
    assert metric_spec("fid", STANDARD, n=5000) == "fid[n=5000]"
    assert metric_spec("fid", f"{STANDARD}-clean") == f"fid[{STANDARD}-clean]"


@pytest.mark.parametrize("parts", [("",), ("a[b",), ("kid", ""), ("kid", "x,y"), ("kid", "x=1")])
def test_a_spec_that_could_not_be_read_back_is_refused(parts):
    with pytest.raises(ValueError, match="spec cannot hold"):
        metric_spec(*parts)
