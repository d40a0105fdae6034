import io

import numpy as np
import pytest
from PIL import Image

from ct2xkeras.data.xray.png_data import PASSES, check_png

# Pillow writes no interlaced files, so the passes are checked against their definition


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(33, 40), (1, 1), (7, 5)])
def test_whole_files_of_every_pixel_type_pass_and_a_lacking_row_does_not(mode, size):
    file = io.BytesIO()
    Image.new(mode, size).save(file, "PNG")
    content = bytearray(file.getvalue())
    check_png(bytes(content))
    content[20:24] = (size[1] + 1).to_bytes(4, "big")
    with pytest.raises(ValueError, match="where the header claims"):
        check_png(bytes(content))


def test_the_passes_of_interlaced_files_take_each_pixel_once():
    taken = np.zeros((19, 21), int)
    for left, top, step_right, step_down in PASSES:
        taken[top::step_down, left::step_right] += 1
    assert (taken == 1).all()
