import numpy as np
from PIL import Image

from ct2xkeras.pictures import sheet, write_png16


def test_sixteen_bit_png_keeps_the_picture(tmp_path, rng):
    image = rng.uniform(-1, 1, (20, 30))
    write_png16(tmp_path / "a.png", image)
    back = np.asarray(Image.open(tmp_path / "a.png")).astype(float) / 65535 * 2 - 1
    np.testing.assert_allclose(back, image, atol=2 / 65535)


def test_values_outside_are_clipped_not_wrapped(tmp_path):
    write_png16(tmp_path / "a.png", np.array([[-5.0, 5.0]]))
    assert np.asarray(Image.open(tmp_path / "a.png")).tolist() == [[0, 65535]]


def test_a_sheet_holds_every_picture_in_its_place():
    rows = [[np.full((64, 64), value) for value in row] for row in ((-1, 1), (1, -1))]
    canvas = sheet(rows)
    assert canvas.shape == (260, 260)
    assert [canvas[10, 10], canvas[10, 250], canvas[250, 10], canvas[250, 250]] == [0, 255, 255, 0]


def test_titles_and_labels_stand_beside_the_pictures_and_empty_places_are_black():
    plain = sheet([[np.ones((64, 64)), None], [np.zeros((64, 64)), np.ones((64, 64))]])
    assert (plain[:128, 132:] == 0).all()
    full = sheet(
        [[np.ones((64, 64)), None], [np.zeros((64, 64)), np.ones((64, 64))]], "ab", ("pa", "x")
    )
    height, width = plain.shape
    np.testing.assert_array_equal(full[-height:, -width:], plain)
    margin = full[:, :-width]
    halves = margin[14:142], margin[142:]
    assert full[:14].any()
    assert all(half.any() for half in halves)
