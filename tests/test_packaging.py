"""What is in the wheel and the source archive, and what works without extras."""

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: Packages of extras that TensorFlow does not bring; what needs none of them works without.
OPTIONAL = (
    "aiohttp",
    "apache_beam",
    "gdcm",
    "mkdocs",
    "playwright",
    "prometheus_client",
    "pydicom",
    "pytest",
    "SimpleITK",
    "skimage",
    "tensorflow_serving",
)

LARGEST_MODEL = 20e6  # bytes; everyone who installs the package downloads it

WITHOUT_EXTRAS = """
import importlib, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in sys.argv[2].split(","):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
import numpy as np, nibabel as nib
from ct2xkeras.cli.main import COMMANDS, main
folder = sys.argv[1]
hu = np.full((24, 24, 24), -1000, np.int16)
hu[4:20, 4:20, 4:20] = 100
nib.save(nib.Nifti1Image(hu, np.diag([12.0, 12.0, 12.0, 1.0])), f"{folder}/ct.nii.gz")
lines = [[verb, "--help"] for verb in COMMANDS]
lines += [["drr", f"{folder}/ct.nii.gz", "--view", "pa", "--size", "16", "--out", folder]]
lines += [["inspect", f"{folder}/ct.nii.gz"], ["recipe", "validate", "quickstart"], ["info"]]
for line in lines:
    try:
        main(line)
    except SystemExit as stop:
        assert not stop.code, line
for name in "layers models metrics data projection training.train serving.export".split():
    module = importlib.import_module(f"ct2xkeras.{name}")
    [getattr(module, public) for public in getattr(module, "__all__", ())]
try:
    main(["serve", folder])
except SystemExit as stop:
    sys.exit(0 if stop.code == 2 else 1)
"""


def test_everything_but_the_extras_works_without_them(tmp_path):
    command = (sys.executable, "-c", WITHOUT_EXTRAS, tmp_path, ",".join(OPTIONAL))
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "ct_pa_drr.png").exists()
    assert "pip install 'ct2xkeras[serving]'" in done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """(wheel, source archive), the wheel built from the archive alone."""
    pytest.importorskip("build", reason="the package `build` is not installed")
    out = tmp_path_factory.mktemp("dist")
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True)
    if files.returncode:
        pytest.skip("this is no checkout")
    tree = tmp_path_factory.mktemp("tree")  # builds leave folders behind
    for name in filter(None, files.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())
    command = (sys.executable, "-m", "build", "--outdir", out, tree)
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return next(out.glob("*.whl")), next(out.glob("*.tar.gz"))


@pytest.mark.slow
def test_the_wheel_holds_code_recipes_and_pages_and_nothing_else(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
        (metadata,) = (name for name in names if name.endswith("/METADATA"))
        described = wheel.read(metadata).decode()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"ct2xkeras", "tfrecords_tools"}
    for pattern in ("ct2xkeras/**/*", "recipes/**/*"):
        for path in ROOT.glob(pattern):
            name = path.relative_to(ROOT).as_posix()
            inside = name if name.startswith("ct2xkeras") else f"ct2xkeras/{name}"
            if path.is_file() and "__pycache__" not in name:
                assert inside in names, f"{inside} is not in the wheel"
    assert re.search(r"^Requires-Python: <3\.14,>=3\.10$", described, re.M)
    for minor in (10, 11, 12, 13):
        assert f"Python :: 3.{minor}\n" in described
    for extra in ("dicom", "itk", "beam", "serving", "gpu", "docs", "test"):
        assert f"Provides-Extra: {extra}\n" in described


@pytest.mark.slow
def test_the_source_archive_holds_what_tests_and_docs_need(built):
    with tarfile.open(built[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = ("recipes/quickstart.yaml", "tests/conftest.py", "docs/geometry.md", "mkdocs.yml")
    assert {*needed, "LICENSE", "CHANGELOG.md", "SECURITY.md", "setup.py"} <= names


@pytest.mark.slow
def test_an_installed_wheel_knows_its_recipes_away_from_the_checkout(built, tmp_path):
    site = tmp_path / "site"
    pip = (sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, built[0])
    subprocess.run(pip, check=True)

    def ct2xkeras(*arguments):
        environment = os.environ | {"PYTHONPATH": str(site)}
        command = (sys.executable, "-m", "ct2xkeras", *arguments)
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    recipes = json.loads(ct2xkeras("info", "--json"))["recipes"]
    packaged = site / "ct2xkeras" / "recipes" / "quickstart.yaml"
    assert recipes["quickstart"]["file"] == str(packaged)
    assert "name: quickstart" in ct2xkeras("recipe", "show", "quickstart")
    ct2xkeras("recipe", "validate", *recipes)
    assert list(json.loads(ct2xkeras("models", "--json"))) == ["chest"]


def test_the_models_of_the_package_are_small():
    for model in (ROOT / "ct2xkeras" / "pretrained").iterdir():
        if (model / "network.keras").exists():
            num_bytes = sum(path.stat().st_size for path in model.iterdir())
            assert num_bytes <= LARGEST_MODEL, f"{model}: {num_bytes / 1e6:.1f} MB"
