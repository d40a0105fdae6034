import numpy as np
import pytest

from ct2xkeras.geometry.fitted_views import resolve_views

EXTENT = (400.0, 200.0, 300.0)  # (z, y, x) mm


def resolve(view, sod, sdd=1000.0):
    return resolve_views([view], EXTENT, (32, 32), sdd, sod)[0]


@pytest.mark.parametrize(
    ("view", "surface"),
    [("pa", 100), ("lateral_left", 150), ("45/0", 100 * np.sqrt(2)), ("0/90", 200)],
)
def test_a_source_in_the_ct_is_refused_with_the_view_and_what_would_do(view, surface):
    with pytest.raises(ValueError, match="the X-ray source outside the CT, at least") as error:
        resolve(view, surface - 1)
    assert str(error.value).startswith(f"View {resolve(view, 600).name}: ")
    assert f"{int(np.ceil(surface + 1))} mm" in str(error.value)
    assert "(--sod)" in str(error.value)
    assert resolve(view, surface + 2).pose[4] == np.float32(surface + 2)


@pytest.mark.parametrize("sod", [1000, 2000])
def test_a_detector_that_is_not_behind_the_isocentre_is_refused(sod):
    with pytest.raises(ValueError, match=rf"View pa: .*found sod={sod}, sdd=1000 .*--sod.*--sdd"):
        resolve("pa", sod)
