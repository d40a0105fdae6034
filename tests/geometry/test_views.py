import numpy as np
import pytest

from ct2xkeras.geometry import NAMED_VIEWS, CArmPose, beam_direction, parse_view


def test_names_and_angles():
    assert parse_view("ap") == ("ap", 180.0, 0.0)
    assert parse_view("Lateral-Left") == ("lateral_left", 90.0, 0.0)
    assert parse_view("30/-20") == ("lao30_cau20", 30.0, -20.0)
    assert parse_view(" -12.5 / +5 ") == ("rao12.5_cra5", -12.5, 5.0)


@pytest.mark.parametrize("name", NAMED_VIEWS)
def test_every_name_is_known_to_the_parser(name):
    assert parse_view(name) == (name, *NAMED_VIEWS[name])


def test_a_slip_is_answered_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"'latteral_left'.*did you mean lateral_left"):
        parse_view("latteral_left")


@pytest.mark.parametrize(
    ("name", "toward"),
    [("pa", (0, 1, 0)), ("ap", (0, -1, 0)), ("lateral_left", (-1, 0, 0))],
)
def test_the_detector_stands_where_the_name_says(name, toward):
    np.testing.assert_allclose(beam_direction(CArmPose(*NAMED_VIEWS[name])), toward, atol=1e-12)
