import pytest
from bench_samples import BENCH, RECIPE, FakeWork

from ct2xkeras.bench import BenchFolder, load_bench, run_bench


@pytest.fixture
def bench_file(tmp_path):
    (tmp_path / "base.yaml").write_text(RECIPE)
    (tmp_path / "bench.yaml").write_text(BENCH)
    return tmp_path / "bench.yaml"


@pytest.fixture
def folder(tmp_path):
    return BenchFolder(tmp_path / "out")


@pytest.fixture
def bench(bench_file, folder):
    """Runs the bench file by a `FakeWork`, which it gives back."""

    def run(work=None, overrides=(), **options):
        work = work or FakeWork()
        options = {"say": lambda line: None, **options}
        run_bench(load_bench(bench_file, overrides), folder, work=work, **options)
        return work

    return run
