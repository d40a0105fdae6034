"""A bench of two methods at the smallest sizes, with everything real."""

import json

import pytest

from ct2xkeras.cli.main import main

BENCH = """\
title: For real
minutes: 5
seeds: [3]
evaluation: {cases: 4, extractors: [pixels32], metrics: [kid, structure, truth-ssim, style]}
set:
  data: {phantoms: {cts: 3, xrays: 8, xrays_per_patient: 1}, poses_per_ct: 4}
  model: {preset: tiny}
  training: {images: 4, volumes_per_batch: 2, views_per_volume: 1, log_every: 2}
  evaluation: {cases: 4}
methods:
  - {name: ct2x_gan, recipe: base.yaml}
  - name: drr
    recipe: base.yaml
    set: {model: {method: classical, architecture: {kind: drr, style_size: 1}}}
"""


def bench(*arguments):
    with pytest.raises(SystemExit) as stop:
        main(["bench", *map(str, arguments)])
    return stop.value.code or 0


@pytest.mark.long
def test_two_methods_are_trained_measured_and_shown(tmp_path, capfd):
    (tmp_path / "base.yaml").write_text("name: base\ndata: {phantoms: {cts: 3}}\n")
    (tmp_path / "bench.yaml").write_text(BENCH)
    out = tmp_path / "out"
    assert bench(tmp_path / "bench.yaml", "--out", out, "--no-pictures") == 0
    rows = {row["name"]: row for row in json.loads((out / "results.json").read_text())["rows"]}
    assert list(rows) == ["ct2x_gan", "drr", "raw DRRs", "other real X-rays"]
    assert [rows[name]["images"]["mean"] for name in ("ct2x_gan", "drr")] == [4, 4]
    kid = next(spec for spec in rows["drr"]["cells"] if spec.startswith("kid["))
    assert rows["drr"]["cells"][kid]["mean"] == pytest.approx(
        rows["raw DRRs"]["cells"][kid]["mean"]
    )
    structure = next(s for s in rows["drr"]["cells"] if s.startswith("structure["))
    assert rows["drr"]["cells"][structure]["mean"] == pytest.approx(1, abs=1e-4)
    assert any(spec.startswith("truth-ssim[") for spec in rows["ct2x_gan"]["cells"])
    assert "drr, seed 3" in (out / "report.html").read_text()
    results = (out / "results.jsonl").read_text()
    assert capfd.readouterr().out.count("training for at most") == 2
    assert bench(tmp_path / "bench.yaml", "--out", out, "--no-pictures") == 0
    assert (out / "results.jsonl").read_text() == results
    assert "training for at most" not in capfd.readouterr().out
