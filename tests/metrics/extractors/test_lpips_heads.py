import numpy as np
import pytest

from ct2xkeras.metrics.extractors import read_lpips_heads
from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS

CHANNELS = {
    "alex": [64, 192, 384, 256, 256],
    "vgg": [64, 128, 256, 512, 512],
    "squeeze": [64, 128, 256, 384, 384, 512, 512],
}

SHA256 = {name: KNOWN_WEIGHTS[f"lpips-{name}"].sources[0].sha256 for name in CHANNELS}


def heads(*values):
    return {
        f"lin{n}.model.1.weight": np.array(row, "float32").reshape(1, -1, 1, 1)
        for n, row in enumerate(values)
    }


def test_heads_come_in_the_order_of_their_numbers(tmp_path, save_torch):
    many = heads(*([float(n)] for n in range(12)))
    shuffled = dict(sorted(many.items()))
    assert list(shuffled) != list(many)
    read = read_lpips_heads(save_torch(tmp_path / "h.pth", shuffled, "old"))
    assert [head.tolist() for head in read] == [[float(n)] for n in range(12)]


@pytest.mark.parametrize("name", CHANNELS)
def test_the_official_heads_are_read(name, real_weights):
    read = read_lpips_heads(real_weights / f"lpips_v0.1_{name}.pth", SHA256[name])
    assert [len(head) for head in read] == CHANNELS[name]
    for head in read:
        assert head.dtype == np.float32
        assert head.min() >= 0
        assert 0.1 < head.max() < 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"lin1.model.1.weight": np.ones((1, 3, 1, 1), "float32")}, "lin0.*found .*lin1"),
        ({}, r"lin0.*found \[\]"),
        ({"lin0.model.1.weight": np.ones((3,), "float32")}, r"head 0 .*found \(3,\)"),
        (heads([1, 2], [0.5, -0.25]), "0 or more in head 1, found -0.25"),
        (heads([1, np.nan]), "finite numbers in 'lin0.model.1.weight'"),
    ],
)
def test_other_tensors_are_refused(tmp_path, save_torch, wrong, message):
    path = save_torch(tmp_path / "h.pth", wrong, "zip")
    with pytest.raises(ValueError, match=rf"h\.pth: expected .*{message}"):
        read_lpips_heads(path)


def test_another_file_than_expected_is_refused(heads_file):
    with pytest.raises(
        ValueError, match=rf"heads\.pth: expected .*{SHA256['vgg']}, found [0-9a-f]"
    ):
        read_lpips_heads(heads_file, SHA256["vgg"])
