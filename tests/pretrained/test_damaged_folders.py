"""A model's folder that is damaged is refused in one line, which names the file."""

import json
import shutil
import zipfile

import numpy as np
import pytest

from ct2xkeras.data.errors import DataError
from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.pretrained.descriptors import describe_ct, describe_view
from ct2xkeras.pretrained.folder import CTLimits, ViewLimits
from ct2xkeras.pretrained.model import load_pretrained


@pytest.fixture
def folder(models, tmp_path):
    """A copy of a whole one."""
    return shutil.copytree(models / "chest", tmp_path / "chest")


def refused(folder, file):
    """The line that tells why the model cannot be had."""
    with pytest.raises(DataError) as caught:
        load_pretrained(folder).load()
    message = str(caught.value)
    assert message.startswith(f"{folder / file}: expected ")
    assert message.endswith(
        "Copy or install the model again, or pack it anew: ct2xkeras models pack."
    )
    assert "\n" not in message
    return message


def written(file, content):
    return lambda folder: (folder / file).write_bytes(content)


def changed(file, change):
    """Changes what a JSON file holds."""

    def damage(folder):
        content = json.loads((folder / file).read_text())
        change(content)
        (folder / file).write_text(json.dumps(content))

    return damage


def cut(folder):
    path = folder / "network.keras"
    path.write_bytes(path.read_bytes()[:5000])


def flipped(folder):
    path = folder / "network.keras"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def without_configuration(folder):
    with zipfile.ZipFile(folder / "network.keras", "w") as archive:
        archive.writestr("something", b"else")


NETWORK = {
    "missing": (lambda folder: (folder / "network.keras").unlink(), "found none"),
    "cut off": (cut, "5000 bytes of another file, or of one cut off"),
    "garbage": (written("network.keras", b"\0" * 99), "99 bytes of another file"),
    "empty": (written("network.keras", b""), "0 bytes"),
    "flipped bits": (flipped, "one that Keras cannot load (BadZipFile"),
    "another archive": (without_configuration, "one that Keras cannot load (KeyError"),
    "another method": (
        changed("model.json", lambda settings: settings.update(method="drr2xray")),
        "expected the networks of drr2xray, found XraySynthesizer",
    ),
}


@pytest.mark.parametrize(("damage", "found"), NETWORK.values(), ids=NETWORK)
def test_networks_that_cannot_be_loaded(folder, damage, found):
    damage(folder)
    assert found in refused(folder, "network.keras")


STYLES = {
    "empty file": (written("styles.json", b""), "expected JSON"),
    "no style": (written("styles.json", b"{}"), "at least 1 item"),
    "short": (
        changed("styles.json", lambda styles: styles["hard"].pop()),
        "expected 8 numbers for style hard, found 7",
    ),
    "no number": (
        changed("styles.json", lambda styles: styles["hard"].__setitem__(2, np.nan)),
        "found hard.2: Input should be a finite number",
    ),
}


@pytest.mark.parametrize(("damage", "found"), STYLES.values(), ids=STYLES)
def test_styles_that_are_none(folder, damage, found):
    damage(folder)
    assert found in refused(folder, "styles.json")


SETTINGS = {
    "missing": (lambda folder: (folder / "model.json").unlink(), "none that can be read"),
    "no JSON": (written("model.json", b"{"), "expected JSON"),
    "empty": (written("model.json", b"{}"), "found no format"),
    "no default": (changed("styles.json", lambda s: s.pop("soft")), "default_style of hard, as"),
    "method": (changed("model.json", lambda s: s.update(method="nerf")), "found 'nerf'"),
    "size": (
        changed("model.json", lambda s: s.update(image_size=99)),
        "expected image_size 32, as network.keras has it, found 99",
    ),
}


@pytest.mark.parametrize(("damage", "found"), SETTINGS.values(), ids=SETTINGS)
def test_settings_of_no_or_another_model(folder, damage, found):
    damage(folder)
    assert found in refused(folder, "model.json")


LIMITS = {
    "part": (changed("domain.json", lambda limits: limits.pop("view")), "found no view"),
    "quantity": (changed("domain.json", lambda d: d["ct"].pop("width")), "found no ct.width"),
    "order": (
        changed("domain.json", lambda d: d["ct"].update(width=[2, 1])),
        "the lowest, 2, is above the highest, 1",
    ),
}


@pytest.mark.parametrize(("damage", "found"), LIMITS.values(), ids=LIMITS)
def test_limits_that_are_not_all_there(folder, damage, found):
    damage(folder)
    assert found in refused(folder, "domain.json")


def test_limits_are_of_what_is_measured():
    ct = describe_ct(np.zeros((4, 4, 4), np.int16), (1, 1, 1))
    assert list(CTLimits.model_fields) == list(ct)
    pose = pose_vector(CArmPose(0, 0), Detector(8, 8, (1.0, 1.0)))
    assert list(ViewLimits.model_fields) == list(describe_view(pose, (9, 9, 9), (8, 8)))
