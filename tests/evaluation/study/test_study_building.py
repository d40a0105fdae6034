import base64
import io
import json
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from ct2xkeras.data import DataError
from ct2xkeras.evaluation.study import read_key
from ct2xkeras.evaluation.study.pictures import method_picture


def content_of(page):
    found = re.search(r'<script type="application/json" id="content">(.*?)</script>', page, re.S)
    return json.loads(found[1])


def decoded(address):
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))


def test_the_page_does_not_tell_whose_a_picture_is(study):
    for word in (*study.key.methods, "patient0", ".png"):
        assert word not in study.page
    content = content_of(study.page)
    assert set(content["items"]) == set(study.key.items)
    assert list(content["items"]) == sorted(content["items"])


def test_the_page_may_ask_for_nothing_from_outside(study):
    assert "Content-Security-Policy\" content=\"default-src 'none'; img-src data:;" in study.page
    assert "://" not in study.page


def test_pictures_are_plain_8_bit_pngs_of_one_size(study):
    pictures = [decoded(address) for address in content_of(study.page)["pictures"]]
    assert {(image.mode, image.size) for image in pictures} == {("L", (40, 40))}
    assert not any(image.info for image in pictures)


@pytest.mark.parametrize(("dtype", "step"), [(np.uint8, 1), (np.uint16, 257)])
def test_a_methods_greys_are_kept(tmp_path, dtype, step):
    greys = np.arange(100, 150, dtype=np.uint8).repeat(40).reshape(50, 40)
    Image.fromarray((greys.astype(int) * step).astype(dtype)).save(tmp_path / "a.png")
    shown = Image.open(io.BytesIO(method_picture(tmp_path / "a.png", (50, 40), exact=True)))
    np.testing.assert_array_equal(np.asarray(shown), greys)


def test_the_seed_decides_everything(study, make_study):
    assert make_study().page == study.page
    other = make_study(seed=1)
    assert other.key.study != study.key.study
    assert not set(other.key.items) & set(study.key.items)


def test_no_reference_is_ever_rated(study):
    rated = {item.picture for item in study.key.items.values()}
    references = {item.reference for item in study.key.items.values()}
    assert len(references) == 3
    assert not rated & references


def test_copies_among_real_radiographs_count_once(folders, make_study, tmp_path):
    for index in range(4):
        shutil.copy(folders / "authentic" / "patient0.png", tmp_path / f"copy{index}.png")
    with pytest.raises(DataError, match=r"expected at least 4 different radiographs.* found 1"):
        make_study(real=("real", tmp_path))


def test_what_is_written_is_read_back(study, tmp_path):
    study.write(tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["index.html", "key.json"]
    assert read_key(tmp_path / "out") == study.key
    assert read_key(tmp_path / "out" / "key.json") == study.key
    with pytest.raises(DataError, match="out: expected a new folder"):
        study.write(tmp_path / "out")


def test_a_changed_key_is_refused(study, tmp_path):
    text = study.key.to_json().replace('"method": "juniper"', '"method": "waterfall"', 1)
    (tmp_path / "key.json").write_text(text)
    with pytest.raises(DataError, match="was changed after the study was built"):
        read_key(tmp_path)
    (tmp_path / "key.json").write_text("[1]")
    with pytest.raises(DataError, match=r"key\.json: expected a study's key\.json, found another"):
        read_key(tmp_path)


def test_sizes_are_brought_to_one_if_asked(folders, make_study, tmp_path):
    larger = Image.open(folders / "juniper" / "patient0.png").resize((64, 50))
    for index in range(3):
        larger.save(tmp_path / f"{index}.png")
    methods = {"plain": folders / "juniper", "large": tmp_path}
    with pytest.raises(DataError, match=r"png: expected 40 x 40 .* found 50 x 64\. .*--size"):
        make_study(methods=methods)
    pictures = content_of(make_study(methods=methods, size=32).page)["pictures"]
    assert {decoded(address).size for address in pictures} == {(32, 32)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"per_method": 9}, "waterfall: expected at least 9 pictures, found 8. .*--per-method 8"),
        ({"per_method": 8}, "expected at least 9 different radiographs"),
        ({"title": "Is Juniper better?"}, "names the method 'juniper'"),
        ({"real": ("juniper", "authentic")}, "need a name of their own"),
        ({"methods": {"gone": "/no/such/folder"}}, "folder: expected a radiograph.*found none"),
    ],
)
def test_what_cannot_be_a_study_is_refused(make_study, change, message):
    with pytest.raises(ValueError, match=message):
        make_study(**change)


def test_a_method_may_be_called_like_a_word_of_our_own_title(folders, make_study):
    assert make_study(methods={"images": folders / "juniper"}).key.methods[0] == "images"


def test_a_methods_copy_of_a_reference_is_refused(folders, make_study, tmp_path):
    # Prepared radiographs that span the full scale stay as they are, so that a copy is one.
    for index in range(4):
        pixels = np.full((40, 40), index * 40 + 20, np.uint8)
        pixels[:12], pixels[28:] = 0, 255
        Image.fromarray(pixels).save(tmp_path / f"{index}.png")
    with pytest.raises(DataError, match="a copy of the real radiograph"):
        make_study(methods={"copied": tmp_path}, real=("real", tmp_path))
