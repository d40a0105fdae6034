import functools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ct2xkeras.cli.info_output import shown_number, shown_size
from ct2xkeras.cli.main import main
from ct2xkeras.models import presets, summary

SUMMARIZE = functools.cache(summary.summarize)


@pytest.fixture(autouse=True)
def each_preset_is_summarised_once(monkeypatch):
    monkeypatch.setattr(summary, "summarize", SUMMARIZE)


def info(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["info", *arguments])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def test_a_preset_is_shown_with_layers_and_totals(capsys):
    status, out, err = info(capsys, "model", "tiny")
    assert (status, err) == (0, "")
    for part in ("pose_attention", "attention_0", "32 x 32 x 4", "parameters: ", "memory of: "):
        assert part in out


def test_json_holds_the_architecture_and_the_totals(capsys):
    _, out, _ = info(capsys, "model", "tiny", "--json")
    found = json.loads(out)
    assert found["architecture"] == presets.PRESETS["tiny"].to_dict()
    assert found["parameters"].keys() == {"synthesizer", "discriminator"}
    assert found["layers"][0]["name"] == "ct_encoder"


def test_without_a_preset_all_are_listed(capsys, monkeypatch):
    tiny = presets.PRESETS["tiny"]
    monkeypatch.setattr(presets, "PRESETS", {"first": tiny, "second": tiny})
    _, out, _ = info(capsys, "model")
    assert all(name in out for name in ("first", "second", "32 x 32", "16 x 16 x 16"))
    _, out, _ = info(capsys, "model", "--json")
    assert list(json.loads(out)) == ["first", "second"]


def test_an_unknown_preset_ends_with_one_line(capsys):
    status, out, err = info(capsys, "model", "smal64")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "did you mean small64?" in err
    assert "paper256" in err


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (999, "999"), (1000, "1.00 k"), (99_960, "100 k"), (711_327_744, "711 M")],
)
def test_numbers_have_three_figures_and_a_prefix(number, shown):
    assert shown_number(number) == shown


def test_sizes_are_products():
    assert (shown_size((24, 24, 16)), shown_size(())) == ("24 x 24 x 16", "1")


def test_names_come_from_the_tables_that_the_code_uses(capsys):
    from ct2xkeras.evaluation.metric_table import METRICS
    from ct2xkeras.geometry import NAMED_VIEWS
    from ct2xkeras.methods import METHODS
    from ct2xkeras.metrics.extractors import extractor_names

    status, out, _ = info(capsys, "--json")
    found = json.loads(out)
    assert status == 0
    assert list(found["methods"]) == list(METHODS)
    assert found["methods"]["ct2x-gan"]["presets"].keys() == presets.PRESETS.keys()
    assert list(found["views"]) == list(NAMED_VIEWS)
    assert list(found["metrics"]) == list(METRICS)
    assert all(metric["says"] for metric in found["metrics"].values())
    assert list(found["extractors"]) == extractor_names()
    assert found["recipes"].keys() >= {"quickstart", "ablations/no_structure"}
    assert all(recipe["says"] for recipe in found["recipes"].values())
    assert Path(found["recipes"]["quickstart"]["file"]).is_file()
    _, out, _ = info(capsys)
    kinds = (kind for kind in found.values() if isinstance(kind, dict))
    assert all(name in out for kind in kinds for name in kind)


def test_names_are_listed_without_tensorflow():
    code = (
        "import sys; from ct2xkeras.cli.main import main\n"
        "try: main(['info'])\n"
        "except SystemExit: pass\n"
        "loaded = {'tensorflow', 'keras'} & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
