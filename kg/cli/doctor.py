"""`hetao doctor`: what was built, and whether everything the product needs is in order."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.cli.options import data_option


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print facts and checks as one JSON object.")
@data_option
def doctor(as_json: bool, data: Path) -> None:
    """Show what was built, when and with what, and check the model, build, graph, index and data folder.

    If a model of the office's own is configured, it is asked one small question. The exit code is 1 if a check fails.
    """
    from dataclasses import asdict

    from kg import settings
    from kg.builds import load_build
    from kg.engine_settings import load_sparql
    from kg.errors import BuildError, CheckError
    from kg.pipeline.doctor import examine
    from kg.views.about import facts

    try:
        build = load_build(data)
        known = facts(build)
        build.close()
    except BuildError:
        known = None  # the check of the build reports why
    found = list(examine(data, settings.load().model, settings.load_reader(), load_sparql()))
    if as_json:
        whole = {"facts": asdict(known) if known else None, "checks": [asdict(one) for one in found]}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=1))
    else:
        if known:
            for one in known.sources:
                click.echo(f"source     {one.file}  {one.identifier or one.title}")
                click.echo(f"sha256     {one.sha256}")
            click.echo(f"built      {known.built} by hetao-kg {known.built_by}, build {known.build}")
            click.echo(f"here       hetao-kg {known.version}, Python {known.python}, {known.store}")
            model = known.model
            described = f"{model.name}, {model.engine}, {model.dimensions} dimensions" if model.engine else "none"
            click.echo(f"model      {described}")
            click.echo("counts     " + "  ".join(f"{name} {count}" for name, count in known.counts.items()))
            click.echo(f"evaluation {_evaluation(known.evaluation, known.evaluation_problem)}")
            click.echo("libraries  " + "  ".join(f"{one.name} {one.version}" for one in known.libraries))
        for finding in found:
            click.echo(f"{'ok  ' if finding.well else 'FAIL'} {finding.name:9} {finding.told}")
    if wrong := [one.name for one in found if not one.well]:
        raise CheckError(data, f"{len(wrong)} of {len(found)} checks failed: {', '.join(wrong)}", "see above")


def _evaluation(plain: dict[str, object] | None, problem: str | None) -> str:
    if plain is None:
        return problem or "none saved"
    figures = plain.get("figures")
    inside = figures if isinstance(figures, dict) else plain
    kept = ("questions", "accuracy", "clause_recall_at_3", "refusal_precision", "refusal_recall")
    return "  ".join(f"{name} {inside[name]}" for name in kept if name in inside) or "saved, without any known figure"
