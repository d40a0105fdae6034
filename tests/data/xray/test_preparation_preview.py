import numpy as np
from data_samples import chest_picture

from ct2xkeras.data.xray.preparation_preview import CAPTION, SIDE, preparation_preview
from ct2xkeras.data.xray.radiographs import Radiograph
from ct2xkeras.pictures import GAP, HEADER


def test_the_preview_has_a_row_a_radiograph_and_a_column_a_step():
    shapes = ((80, 96), (200, 60), (64, 64))
    radiographs = [Radiograph(chest_picture(s).astype(np.float32), "x") for s in shapes]
    preview = preparation_preview(radiographs, (48, 48), crop=0.8)
    height, width = SIDE + CAPTION + GAP, SIDE + GAP
    assert preview.dtype == np.uint8
    assert preview.shape == (HEADER + 3 * height - GAP, 6 * width - GAP)
    for row in range(3):
        for column in range(6):
            top, left = HEADER + row * height, column * width
            assert preview[top : top + SIDE, left : left + SIDE].std() > 20
