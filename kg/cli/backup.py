"""`hetao backup` and `hetao restore`: a data folder to one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import data_option


@click.command()
@click.argument("output", metavar="FILE", type=click.Path(path_type=Path))
@data_option
def backup(output: Path, data: Path) -> None:
    """Save the current build, the ledger, users' feedback and documents sent to the desk to FILE (.tar.gz).

    The desk may keep running. The embedding model is left out: it can be made again, or HETAO_MODEL names it.
    """
    from kg.pipeline.backup import back_up

    saved = back_up(data, output)
    click.echo(f"{output}: {saved.files} files, {saved.size / 1e6:.1f} MB, build {saved.build}", err=True)


@click.command()
@click.argument("archive", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what is in the data folder.")
@data_option
def restore(archive: Path, replace: bool, data: Path) -> None:
    """Restore the backup FILE into the data folder. It is checked first and restored whole or not at all.

    A running desk shows the old build until it is restarted.
    """
    from kg.builds import open_build
    from kg.pipeline.backup import restore as restore_backup

    saved = restore_backup(archive, data, replace=replace)
    click.echo(f"{data}: {saved.files} files, {saved.size / 1e6:.1f} MB, build {saved.build}", err=True)
    build = open_build(data / "builds" / saved.build)
    if build is None:
        fix = "`hetao serve` rebuilds it, and so does `hetao build` with its documents"
        click.echo(f"hetao: that build is by an earlier version: {fix}", err=True)
    else:
        build.close()
