import contextlib
import zlib

import numpy as np
import pytest
from data_samples import chest_picture, save_picture
from PIL import Image

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.xray.radiographs import MOST_PIXELS, read_radiograph


def test_every_pixel_type_reads_the_same_picture(tmp_path):
    pixels = chest_picture()
    grey = np.rint(pixels * 255).astype(np.uint8)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    Image.fromarray(np.stack([grey] * 3, -1)).save(tmp_path / "colour.png")
    Image.fromarray(np.rint(pixels * 65535).astype(np.uint16)).save(tmp_path / "deep.png")
    Image.fromarray(grey).save(tmp_path / "lossy.jpg", quality=95)
    for name, tolerance in (("grey", 1), ("colour", 1), ("deep", 1), ("lossy", 8)):
        path = next(tmp_path.glob(f"{name}.*"))
        found = read_radiograph(path)
        assert found.pixels.dtype == np.float32
        assert found.name == name
        assert np.abs(found.pixels - pixels).max() <= tolerance / 255


def test_inverted_files_come_out_with_bones_bright(tmp_path):
    path = save_picture(tmp_path / "x.png", 1 - chest_picture())
    radiograph = read_radiograph(path, inverted=True)
    assert radiograph.inverted
    assert np.abs(radiograph.pixels - chest_picture()).max() < 0.01


def test_an_address_reads_as_a_path_does(tmp_path):
    from ct2xkeras.data.locations import write_bytes

    path = save_picture(tmp_path / "x.png", chest_picture())
    write_bytes("ram://radiographs/x.png", path.read_bytes())
    remote = read_radiograph("ram://radiographs/x.png")
    assert remote.name == "x"
    np.testing.assert_array_equal(remote.pixels, read_radiograph(path).pixels)


def grey_picture() -> Image.Image:
    return Image.fromarray(np.rint(chest_picture() * 255).astype(np.uint8))


UPRIGHT = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF tag: Pillow's way to store


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_exif_orientation_is_applied(tmp_path, orientation):
    stored = grey_picture()
    if orientation > 1:
        stored = stored.transpose(UPRIGHT[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "x.jpg", quality=95, exif=exif)
    radiograph = read_radiograph(tmp_path / "x.jpg")
    assert np.abs(radiograph.pixels - chest_picture()).max() < 10 / 255
    assert bool(radiograph.notes) == (orientation > 1)


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}])
def test_every_kind_of_whole_jpeg_reads_right(tmp_path, options):
    grey_picture().save(tmp_path / "x.jpg", quality=95, **options)
    assert np.abs(read_radiograph(tmp_path / "x.jpg").pixels - chest_picture()).max() < 10 / 255


@pytest.mark.parametrize("mode", ["P", "LA", "RGBA", "CMYK"])
def test_other_pixel_types_read_right(tmp_path, mode):
    path = tmp_path / ("x.jpg" if mode == "CMYK" else "x.png")
    grey_picture().convert("RGB").convert(mode).save(path, quality=95)
    if mode == "P":  # a palette of greys, in another order
        indexed = grey_picture().point(lambda value: 255 - value)
        indexed = Image.frombytes("P", indexed.size, indexed.tobytes())
        indexed.putpalette(np.repeat(np.arange(256)[::-1], 3).astype(np.uint8).tobytes())
        indexed.save(path)
    tolerance = 10 if mode == "CMYK" else 1
    assert np.abs(read_radiograph(path).pixels - chest_picture()).max() <= tolerance / 255


def test_bones_that_look_dark_are_noted_and_left_alone(tmp_path):
    dark = 1 - framed_chest()
    radiograph = read_radiograph(save_picture(tmp_path / "x.png", dark))
    assert "bones look dark" in radiograph.notes[0]
    assert np.abs(radiograph.pixels - dark).max() < 0.01
    assert not read_radiograph(tmp_path / "x.png", inverted=True).notes


def framed_chest():
    """A chest with air in the upper corners."""
    picture = chest_picture()
    picture[:16, :16] = picture[:16, -16:] = 0.02
    return picture


def missing(path):
    return path


def text(path):
    path.write_text("no picture")


def truncated(path):
    save_picture(path, chest_picture())
    path.write_bytes(path.read_bytes()[:1500])


def one_pixel(path):
    save_picture(path, np.full((1, 1), 0.5))


def constant(path):
    save_picture(path, np.full((64, 64), 0.5))


def animated(path):
    frames = [grey_picture(), grey_picture().rotate(90)]
    frames[0].save(path, save_all=True, append_images=frames[1:])


def see_through(path):
    picture = grey_picture().convert("RGBA")
    picture.putpixel((3, 3), (0, 0, 0, 0))
    picture.save(path)


def see_through_palette(path):
    grey_picture().convert("P").save(path, transparency=grey_picture().getpixel((3, 3)))


def another_format(path):
    grey_picture().save(path, format="BMP")


def folder(path):
    path.mkdir()


def truncated_jpeg(path):
    grey_picture().save(path, format="JPEG")
    path.write_bytes(path.read_bytes()[:900])


def lying_size(path):
    """A PNG whose header claims more pixels than Pillow's limit."""
    save_picture(path, chest_picture())
    change_header(path, (30000).to_bytes(4, "big") * 2)


def too_large(path):
    """A PNG whose header claims more pixels than ours, which is lower."""
    save_picture(path, chest_picture())
    change_header(path, (6000).to_bytes(4, "big") * 2)


def half_missing(path):
    """A PNG whose header claims twice the rows that it has."""
    save_picture(path, chest_picture())
    change_header(path, (96).to_bytes(4, "big") + (160).to_bytes(4, "big"))


def half_missing_jpeg(path):
    grey_picture().save(path, format="JPEG")
    size = (80).to_bytes(2, "big") + (96).to_bytes(2, "big")
    path.write_bytes(path.read_bytes().replace(size, (160).to_bytes(2, "big") + size[2:], 1))


def change_header(path, size):
    content = bytearray(path.read_bytes())
    content[16:24] = size
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    path.write_bytes(content)


BAD = {
    missing: "no such file",
    text: "cannot be decoded",
    truncated: "cannot be decoded",
    one_pixel: "1 x 1 pixels",
    constant: "holds no picture",
    animated: "an animation of 2",
    see_through: "see-through pixels",
    see_through_palette: "see-through pixels",
    another_format: "cannot be decoded",
    folder: "no such file",
    truncated_jpeg: "cannot be decoded",
    lying_size: f"more than {MOST_PIXELS} pixels. Leave it out or export it smaller",
    too_large: f"more than {MOST_PIXELS} pixels. Leave it out or export it smaller",
    half_missing_jpeg: "cannot be decoded",
    half_missing: "cannot be decoded",
}


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_bad_file_ends_in_one_line_that_names_it(tmp_path, make):
    path = tmp_path / "bad.png"
    make(path)
    with pytest.raises(DataError) as caught:
        read_radiograph(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: expected ")
    assert "\n" not in message
    assert BAD[make] in message


def test_a_mutated_file_is_read_or_refused(tmp_path):
    """Bytes are changed at random: a picture or a `DataError`, nothing else."""
    rng = np.random.default_rng(0)
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in ("x.png", "x.jpg"):
        path = tmp_path / name
        grey_picture().save(path, exif=exif)
        whole = path.read_bytes()
        for _ in range(200):
            content = bytearray(whole)
            for at in rng.integers(0, min(len(whole), 600), rng.integers(1, 4)):
                content[at] = rng.integers(256)
            path.write_bytes(content)
            with contextlib.suppress(DataError):
                assert np.isfinite(read_radiograph(path).pixels).all()
