import gzip
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image

REAL = Path(__file__).parents[3] / "shared" / "data"


def torso(shape=(24, 40, 48), table=True, seed=0) -> np.ndarray:
    """HU (z, y, x): an ellipse of tissue with two lungs and a spine, on a table behind it."""
    rng = np.random.default_rng(seed)
    z, y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij")
    hu = np.full(shape, -1000.0)
    hu[(x / 0.8) ** 2 + (y / 0.6) ** 2 < 1] = 40
    for side in (-0.4, 0.4):
        hu[((x - side) / 0.25) ** 2 + (y / 0.35) ** 2 < 1] = -850
    hu[(x / 0.1) ** 2 + ((y + 0.4) / 0.1) ** 2 < 1] = 400
    hu[(x > 0.5) & (z > 0.5) & (hu > 0)] = 100  # nothing is its own mirror image
    if table:
        hu[(y > -0.95) & (y < -0.85)] = -200
    return np.rint(hu + rng.integers(-5, 6, shape)).astype(np.int16)


def torso_affine(spacing=(8.0, 8.0, 10.0), origin=(-190.0, -160.0, 30.0)) -> np.ndarray:
    """Index (x, y, z) to RAS mm for spacing (x, y, z)."""
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = origin
    return affine


def save_nifti(path, hu_zyx, affine=None, dtype=np.int16):
    data = np.asarray(hu_zyx).transpose(2, 1, 0).astype(dtype)
    nibabel.save(nibabel.Nifti1Image(data, torso_affine() if affine is None else affine), path)
    return path


def chest_picture(shape=(80, 96), seed=0) -> np.ndarray:
    """Grey values in [0, 1]: a bright middle, dark lungs, noise."""
    rng = np.random.default_rng(seed)
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij")
    picture = 0.5 + 0.3 * np.exp(-((x / 0.2) ** 2)) + 0.05 * y + 0.02 * rng.normal(size=shape)
    picture -= 0.3 * np.exp(-(((abs(x) - 0.5) / 0.25) ** 2) - (y / 0.6) ** 2)
    return np.clip(picture, 0.02, 0.98)


def save_picture(path, pixels):
    Image.fromarray(np.rint(pixels * 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def real_data():
    if not REAL.is_dir():
        pytest.skip(f"real data is not at {REAL}")
    return REAL


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """A folder of four CTs and six radiographs."""
    folder = tmp_path_factory.mktemp("sources")
    for index in range(4):
        save_nifti(folder / f"ct{index}.nii.gz", torso(seed=index))
    for index in range(6):
        save_picture(folder / f"xray{index}.png", chest_picture(seed=index))
    return folder


@pytest.fixture(scope="session")
def make_spec(sources):
    from ct2xkeras.data import DatasetSpec

    def make(**changes):
        fields = {
            "volume_size": (10, 12, 14),
            "image_size": (16, 16),
            "cts": (str(sources / "ct*.nii.gz"),),
            "xrays": (str(sources / "xray*.png"),),
            "poses_per_ct": 3,
            "pose_prior": {"footprint": [60, 120], "views": {"pa": 1, "lateral_left": 1}},
            "val_fraction": 0.3,
            "cts_per_shard": 2,
        }
        return DatasetSpec(**fields | changes)

    return make


@pytest.fixture(scope="session")
def dataset(make_spec, tmp_path_factory):
    """A finished data set in two or more shards."""
    from ct2xkeras.data import build_dataset

    folder = tmp_path_factory.mktemp("dataset") / "out"
    build_dataset(make_spec(), folder)
    return folder


@pytest.fixture(scope="session")
def plain_dataset(dataset, tmp_path_factory):
    """The same data set without compression."""
    from ct2xkeras.data.dataset.info import read_info, shard_names, write_info

    folder = tmp_path_factory.mktemp("dataset") / "plain"
    info = read_info(dataset)
    for name in shard_names(info):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(gzip.decompress((dataset / name).read_bytes()))
    info["settings"]["compression"] = ""
    write_info(folder, info)
    return folder
