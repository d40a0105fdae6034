import json
import subprocess
import sys

import nibabel
import numpy as np
import pytest
from PIL import Image

from ct2xkeras.cli.main import main


@pytest.fixture
def files(tmp_path):
    """A CT of a cylinder with lungs, and two radiographs of noise with a bright middle."""
    rng = np.random.default_rng(0)
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in (40, 48)), indexing="ij")
    plane = np.where((x / 0.8) ** 2 + (y / 0.6) ** 2 < 1, 40, -1000)
    plane[((abs(x) - 0.4) / 0.25) ** 2 + (y / 0.35) ** 2 < 1] = -850
    hu = (plane + rng.integers(-5, 6, (24, 40, 48))).astype(np.int16)
    affine = np.diag([8.0, 8.0, 10.0, 1.0])
    nibabel.save(nibabel.Nifti1Image(hu.transpose(2, 1, 0), affine), tmp_path / "ct.nii.gz")
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in (160, 180)), indexing="ij")
    for index in range(2):
        grey = 40 + 150 * np.exp(-((x / 0.4) ** 2)) + rng.integers(0, 20, x.shape)
        Image.fromarray(grey.astype(np.uint8)).save(tmp_path / f"x{index}.png")
    return tmp_path


def inspect(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["inspect", *map(str, arguments)])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def test_good_files_end_with_status_0_and_a_table(files, capsys):
    status, out, _ = inspect(capsys, files)
    assert status == 0, out
    assert "24 x 40 x 48" in out
    assert "chest" in out
    assert out.rstrip().splitlines()[-1].startswith("1 CT, 2 X-rays: 0 errors")
    assert {path.name for path in files.iterdir()} == {"ct.nii.gz", "x0.png", "x1.png"}


def test_an_unreadable_file_ends_with_status_1_and_is_named(files, capsys):
    (files / "text.png").write_text("hello")
    status, out, err = inspect(capsys, files)
    assert status == 1
    assert any(line.startswith("error  text: ") for line in out.splitlines())
    assert "Traceback" not in out + err


def test_report_and_json_are_the_same(files, tmp_path, capsys):
    report = tmp_path / "out" / "report.json"
    status, out, _ = inspect(capsys, files, "--report", report, "--json")
    assert status == 0
    assert json.loads(out) == json.loads(report.read_text())
    assert json.loads(out)["problems"] == 0


def test_a_sheet_is_written_with_all_cases(files, tmp_path, capsys):
    (files / "text.png").write_text("hello")
    status, _, _ = inspect(capsys, files, "--sheet", tmp_path / "out" / "sheet.png")
    assert status == 1
    with Image.open(tmp_path / "out" / "sheet.png") as sheet:
        assert sheet.width > sheet.height


def test_leaks_between_splits_are_errors(files, tmp_path, capsys):
    (files / "copy_of_ct.nii.gz").write_bytes((files / "ct.nii.gz").read_bytes())
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        f"name: leak\ndata: {{ct: ['{files}/*.nii.gz'], xray: ['{files}/*.png'], val: [ct, x1]}}\n"
    )
    status, out, _ = inspect(capsys, "--recipe", recipe, "--json")
    assert status == 1
    codes = [f["code"] for case in json.loads(out)["cases"] for f in case["findings"]]
    assert "duplicate-across-splits" in codes
    pattern = ("--patient-pattern", "^(x|c)")
    status, out, _ = inspect(capsys, files, "--recipe", recipe, *pattern, "--json")
    codes = [f["code"] for case in json.loads(out)["cases"] for f in case["findings"]]
    assert codes.count("patient-in-two-splits") == 2


@pytest.mark.parametrize(
    "arguments",
    [(), ("no/such/folder",), ("--kind", "mri", "."), ("--patient-pattern", "(", ".")],
)
def test_wrong_usage_ends_with_status_2(arguments, capsys):
    status, _, err = inspect(capsys, *arguments)
    assert status == 2
    assert err


def test_checks_load_no_tensorflow(files):
    code = (
        "import sys; from ct2xkeras.cli.main import main\n"
        f"try: main(['inspect', {str(files)!r}])\n"
        "except SystemExit as stop: assert not stop.code\n"
        "sys.exit('loaded' if 'tensorflow' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_sheet_of_files_that_share_a_stem_shows_each_with_its_own_findings(files, capsys):
    (files / "x0.jpg").write_text("hello")
    Image.open(files / "x1.png").save(files / "caf\udce9.png")
    status, out, err = inspect(capsys, files, "--sheet", files / "sheet.png")
    assert status == 1, err
    errors = [line for line in out.splitlines() if line.startswith("error")]
    assert [line.split()[1] for line in errors] == ["caf\\udce9:", "x0_jpg:"]
    assert np.asarray(Image.open(files / "sheet.png")).std() > 20
