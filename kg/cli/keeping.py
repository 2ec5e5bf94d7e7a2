"""Commands that keep what cannot be made again: `backup`, `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import data_option


@click.command()
@click.argument("output", metavar="FILE", type=click.Path(path_type=Path))
@data_option
def backup(output: Path, data: Path) -> None:
    """Write the current build, what users said and the ledger to FILE (.tar.gz). The desk may go on.

    The embedding model is left out: it comes with hetao, or lies where HETAO_MODEL says.
    """
    from kg.pipeline.backup import back_up

    saved = back_up(data, output)
    click.echo(f"{output}: {saved.files} files, {saved.size / 1e6:.1f} MB, build {saved.build}", err=True)


@click.command()
@click.argument("archive", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the data folder holds.")
@data_option
def restore(archive: Path, replace: bool, data: Path) -> None:
    """Put what `hetao backup` wrote to FILE into the data folder: checked first, all of it or nothing.

    A desk that runs there shows the old build until it is started anew.
    """
    from kg.pipeline.backup import restore as put_back

    saved = put_back(archive, data, replace=replace)
    click.echo(f"{data}: {saved.files} files, {saved.size / 1e6:.1f} MB, build {saved.build}", err=True)
