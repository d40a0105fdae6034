import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from ct2xkeras.data import read_info
from tfrecords_tools.build import main as build
from tfrecords_tools.inspect import main as inspect
from tfrecords_tools.verify import main as verify

RECIPE = """\
name: tiny
data:
  ct: ["{folder}/ct*.nii.gz"]
  xray: ["{folder}/xray*.png"]
  poses_per_ct: 2
  pose_prior: {{footprint: [60, 120]}}
"""


def run(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_verify_and_inspect_answer_for_a_good_data_set(dataset, tmp_path):
    result = run(verify, dataset)
    assert (result.exit_code, result.output) == (0, f"{dataset}: whole\n")
    sheet = tmp_path / "sheet.png"
    result = run(inspect, dataset, "--sheet", sheet, "--fields")
    assert result.exit_code == 0, result.output
    assert "| ct | hu | int16 |" in result.output
    assert "train   drr" in result.output
    assert np.asarray(Image.open(sheet)).std() > 20


def test_verify_ends_with_status_1_and_names_the_shard(dataset, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(dataset, copy)
    shard = next((copy / "train").glob("xray*"))
    shard.write_bytes(shard.read_bytes()[:-200])
    result = run(verify, copy)
    assert result.exit_code == 1
    assert str(shard) in result.output


@pytest.mark.parametrize("command", [verify, inspect])
def test_a_folder_without_a_data_set_is_one_line_and_status_2(command, tmp_path):
    result = run(command, tmp_path)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert str(tmp_path) in result.output


def test_build_makes_the_data_set_of_a_recipe(sources, tmp_path, capsys):
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(RECIPE.format(folder=sources))
    out = tmp_path / "out"
    arguments = [str(recipe), "--out", str(out), "--set", "data.compression=''", "--workers", "1"]
    with pytest.raises(SystemExit) as end:
        build(arguments)
    assert end.value.code == 0
    assert f"{out}/train: " in capsys.readouterr().out
    assert run(verify, out).exit_code == 0
    assert read_info(out)["recipe"]["name"] == "tiny"


def test_build_names_a_missing_recipe_in_one_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        build([str(tmp_path / "no.yaml"), "--out", str(tmp_path / "out")])
    assert end.value.code == 2
    assert "no.yaml" in capsys.readouterr().err.strip().splitlines()[-1]
    assert not (tmp_path / "out").exists()
