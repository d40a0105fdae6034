import numpy as np
import pytest
from data_samples import chest_picture

from ct2xkeras.data.inspection.xray_checks import XRAY_CHECKS, measure_xray


def codes(pixels):
    xray = measure_xray(np.asarray(pixels, np.float32))
    return {finding.code: finding.severity for check in XRAY_CHECKS for finding in check(xray)}


def picture():
    return chest_picture((200, 220))


def framed(rows):
    pixels = picture()
    pixels[:rows] = pixels[-rows:] = 0
    return pixels


def lettered():
    """A marker of bright letters in the dark."""
    pixels = picture() * 0.8
    pixels[10:30, 10:60] = 0.1
    for left in (14, 24, 34):
        pixels[14:24, left : left + 4] = 1
    return pixels


@pytest.mark.parametrize(
    ("code", "severity", "pixels"),
    [
        ("small", "warning", chest_picture((100, 220))),
        ("contrast", "warning", 0.5 + 0.05 * picture()),
        ("border", "note", framed(20)),
        ("letters", "note", lettered()),
        ("polarity", "warning", 1 - picture()),
    ],
)
def test_each_fault_is_found_and_a_good_radiograph_has_none(code, severity, pixels):
    assert codes(pixels)[code] == severity
    assert codes(picture()) == {}


def test_a_picture_that_is_mostly_border_is_a_warning():
    pixels = framed(49)
    pixels[:, :54] = pixels[:, -54:] = 0
    assert codes(pixels)["border"] == "warning"


def test_large_radiographs_are_judged_like_small_ones():
    large = np.kron(lettered(), np.ones((5, 5)))
    assert codes(large) == codes(lettered())
    assert max(measure_xray(large).coarse.shape) <= 512
