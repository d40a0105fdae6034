"""The page of a bench, from a bench whose work is made up."""

import re

import pytest
from bench_samples import KID

from ct2xkeras.bench.page import bench_page


@pytest.fixture
def page(bench, folder):
    work = bench()
    return bench_page("Two methods", work.page["runs"], work.page["over_seeds"], cases=0)


def test_the_page_has_the_tables_over_seeds_and_a_run_of_each_method(page):
    over_seeds = page[page.index('id="over-seeds"') : page.index('id="run-1"')]
    for text in (
        "at most 2 minutes",
        "Realism",
        "Structure",
        KID,
        "0.1500 ± 0.0707",
        "raw DRRs",
        "0.9000",
    ):
        assert text in over_seeds
    assert re.search(r'class="number best"[^>]*>0.5000 ± 0.0000', over_seeds)
    for heading in ("Two methods", "ours, seed 0", "field, seed 0"):
        assert re.search(rf"<h[12][^>]*>{heading}</h[12]>", page)
    assert '<a href="#over-seeds">' in page
