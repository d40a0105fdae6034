"""The report's page: one file with everything in it, that asks for nothing."""

import datetime

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ct2xkeras.evaluation.report import charts, history, tables
from ct2xkeras.evaluation.report.model_card import model_card
from ct2xkeras.version import __version__


def render_report(reports, title="", data_licence="", now=None, over_seeds=None):
    """HTML of a report.

    Args:
        reports: list of `RunReport`, one or more; the first is what others are compared with.
        title: heading; by default the runs' names.
        data_licence: see `model_card`.
        now: time to note, UTC; by default that of the call.
        over_seeds: of a bench, each run being one of several: {"conditions": text, "tables": of
            `ct2xkeras.bench.tables`, "notes": [text]}.
    """
    now = now or datetime.datetime.now(datetime.timezone.utc)
    return _template().render(
        title=title or "Report: " + ", ".join(report.name for report in reports),
        reports=reports,
        over_seeds=over_seeds,
        comparison=_comparison(reports) if len(reports) > 1 else None,
        card=model_card(reports, data_licence),
        made=f"{now:%Y-%m-%d %H:%M} UTC by ct2xkeras {__version__}",
    )


def _comparison(reports):
    """What the comparison of several runs shows."""
    rows, apart = tables.comparison_rows([report.metrics for report in reports])
    recipes = [report.recipe for report in reports]
    return {
        "rows": rows,
        "apart": apart,
        "differences": tables.difference_rows(recipes) if all(recipes) else None,
        "charts": [Markup(chart) for chart in _common_charts(reports) if chart],
    }


def _common_charts(reports):
    """Curves of all runs in one chart each."""
    found = {report.name: history.curves(report.lines, ("train", "style")) for report in reports}
    for title, name, unit in (
        ("Loss of the generator", "loss", ""),
        ("Style retrieval by tone", "style-retrieval[tone", "share"),
    ):
        series = {
            run: points
            for run, lines in found.items()
            for spec, points in lines.items()
            if spec.startswith(name) and (spec == name or "[" in spec)
        }
        yield charts.line_chart(title, series, history.IMAGES, unit)


def _template():
    loader = ChoiceLoader(
        [PackageLoader("ct2xkeras.evaluation.report", "page"), PackageLoader("ct2xkeras", "web")]
    )
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals.update(
        metric_rows=tables.metric_rows,
        training_charts=lambda lines: map(Markup, history.training_charts(lines)),
        metric_charts=lambda lines: map(Markup, history.metric_charts(lines)),
        shown=tables.shown,
        baselines=list(tables.BASELINES.values()),
    )
    return environment.get_template("report.html")
