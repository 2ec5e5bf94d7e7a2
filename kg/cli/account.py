"""`hetao account`: who may sign in to the desk's office pages, and which programs may."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import data_option


@click.group()
def account() -> None:
    """Manage the accounts that may sign in to the desk's office pages.

    Without any account, those pages can be used on this machine only, without signing in.
    """


@account.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(["reader", "editor", "supervisor"]), required=True, help="What the account may do."
)
@click.option("--unit", help="The body they work for, as tasks are given to it; without it, the unit stays as it is.")
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="NAME",
    help="A document of the library whose tasks the role is limited to; give it once for each. Without it, what the "
    "account is limited to stays as it is.",
)
@click.option("--all-documents", is_flag=True, help="Take away what the account is limited to.")
@data_option
def put(name: str, role: str, unit: str | None, documents: tuple[str, ...], all_documents: bool, data: Path) -> None:
    """Create the account NAME, or change its role and password, which is prompted for or read from stdin."""
    from kg.ledger.accounts import ROLES, Accounts, check_name, check_unit

    check_name(name)
    check_unit(unit or "")
    if documents and all_documents:
        raise click.UsageError("--document and --all-documents exclude each other.")
    limited: list[str] | None = [] if all_documents else None
    if documents:
        from kg.answer.slugs import slug_of
        from kg.builds import load_build

        build = load_build(data)
        limited = [slug_of(build.files, one) for one in documents]
        build.close()
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    Accounts(data).put(name, ROLES[ROLES.index(role)], password, unit, limited)
    click.echo(f"{name}: {role}", err=True)


@account.command("list")
@data_option
def list_command(data: Path) -> None:
    """List the accounts with their roles, units and the documents that they are limited to."""
    from kg.ledger.accounts import Accounts

    known = Accounts(data).all()
    for one in known.values():
        click.echo("\t".join(filter(None, (one.name, one.role, one.unit, " ".join(one.documents)))))
    if not known:
        click.echo(f"{data}: no accounts: only this machine may report, without sign-in", err=True)


@account.command()
@click.argument("name")
@data_option
def remove(name: str, data: Path) -> None:
    """Remove the account NAME and end its sessions. The last account cannot be removed."""
    from kg.ledger.accounts import Accounts

    Accounts(data).remove(name)
    click.echo(f"{name}: removed", err=True)


@account.group()
def token() -> None:
    """Manage the tokens with which programs sign in where HETAO_SIGN_IN=all asks everybody to.

    A program sends its token as `Authorization: Bearer …`; a calendar has it in its address, as `?token=…`.
    """


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(["read", "calendar"]),
    required=True,
    help="What it opens: all that is read, or the calendar /ledger.ics alone.",
)
@data_option
def create(name: str, scope: str, data: Path) -> None:
    """Create the token NAME and print it, this once: only its hash is kept."""
    from kg.ledger.tokens import SCOPES, Tokens

    made = Tokens(data).create(name, SCOPES[SCOPES.index(scope)])
    click.echo(made)
    click.echo(f"{name}: {scope}; it is not shown again", err=True)


@token.command("list")
@data_option
def list_tokens(data: Path) -> None:
    """List the tokens with what they open and when they were made."""
    from kg.ledger.tokens import Tokens

    known = Tokens(data).all()
    for one in known.values():
        click.echo(f"{one.name}\t{one.scope}\t{one.made}")
    if not known:
        click.echo(f"{data}: no tokens", err=True)


@token.command()
@click.argument("name")
@data_option
def revoke(name: str, data: Path) -> None:
    """Revoke the token NAME at once, also on a server that is running."""
    from kg.ledger.tokens import Tokens

    Tokens(data).revoke(name)
    click.echo(f"{name}: revoked", err=True)
