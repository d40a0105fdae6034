import json
import subprocess
import sys

import numpy as np
import pytest

from ct2xkeras.cli.main import main
from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS
from ct2xkeras.metrics.extractors.weight_store import store_arrays


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CT2XKERAS_CACHE", str(tmp_path / "cache"))


def weights(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["weights", *map(str, arguments)])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def test_the_list_says_what_is_there_and_where_to_get_the_rest(capsys):
    store_arrays("lpips-alex", {"head0": np.ones(3)})
    status, out, err = weights(capsys, "list")
    assert (status, err) == (0, "")
    for name, known in KNOWN_WEIGHTS.items():
        state = "there" if name == "lpips-alex" else "missing"
        assert f"{state:8}{name}: {known.purpose} ({known.licence})" in out
        for source in known.sources:
            assert (source.url in out) == (state == "missing")
    assert "ct2xkeras weights import FILE" in out


def test_the_list_as_json_has_every_address_and_hash(capsys):
    store_arrays("lpips-alex", {"head0": np.ones(3)})
    _, out, _ = weights(capsys, "list", "--json")
    found = json.loads(out)
    assert list(found) == list(KNOWN_WEIGHTS)
    assert [name for name, each in found.items() if each["present"]] == ["lpips-alex"]
    for name, known in KNOWN_WEIGHTS.items():
        pairs = zip(found[name]["sources"], known.sources, strict=True)
        for listed, source in pairs:
            assert (listed["url"], listed["sha256"]) == (source.url, source.sha256)
            assert len(source.sha256) == 64


def test_files_are_imported_and_a_wrong_one_ends_with_one_line(capsys, tmp_path, shared_weights):
    heads = shared_weights / "lpips_v0.1_alex.pth"
    status, out, _ = weights(capsys, "import", heads)
    assert status == 0
    assert out == f"{heads}: lpips-alex, kept as {tmp_path}/cache/weights/lpips-alex.npz\n"
    wrong = tmp_path / "wrong.pth"
    wrong.write_bytes(heads.read_bytes() + b" ")
    status, out, err = weights(capsys, "import", heads, wrong, "--name", "lpips-alex")
    assert (status, err.count("\n")) == (2, 1)
    assert f"wrong.pth: expected alex.pth for 'lpips-alex' with SHA-256 {SHA256}, found" in err


SHA256 = KNOWN_WEIGHTS["lpips-alex"].sources[0].sha256


@pytest.fixture
def shared_weights(request):
    folder = request.config.rootpath.parent / "shared" / "data" / "weights"
    if not folder.is_dir():
        pytest.skip(f"real weights are not at {folder}")
    return folder


def test_a_missing_file_ends_with_one_line(capsys, tmp_path):
    status, _, err = weights(capsys, "import", tmp_path / "none.pth")
    assert (status, err.count("\n")) == (2, 1)
    assert "none.pth" in err


def test_listing_loads_no_tensorflow():
    code = (
        "import sys; from ct2xkeras.cli.main import main\n"
        "try: main(['weights', 'list'])\n"
        "except SystemExit: sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
