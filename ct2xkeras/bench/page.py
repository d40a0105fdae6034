"""The page of a bench: tables over seeds, then the report of one run of each method."""

from dataclasses import replace

from ct2xkeras.evaluation.report import make_gallery, read_run, render_report


def bench_page(title, runs, over_seeds, cases):
    """HTML of a bench.

    Args:
        title: heading.
        runs: {name: path of a run folder}, one of each method.
        over_seeds: see `render_report`.
        cases: that pictures are chosen from; 0 for no pictures.
    """

    def gallery(run, recipe):
        return make_gallery(run, recipe, num=cases)

    reports = [
        replace(read_run(path, gallery if cases else None), name=name)
        for name, path in runs.items()
    ]
    return render_report(reports, title, over_seeds=over_seeds)
