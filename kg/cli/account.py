"""`hetao account`: who may sign in on the desk's pages of the office."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import data_option


@click.group()
def account() -> None:
    """Say who may sign in to report of tasks; without any account only this machine may, and without sign-in."""


@account.command()
@click.argument("name")
@click.option("--role", type=click.Choice(["reader", "editor", "supervisor"]), required=True, help="What they may do.")
@data_option
def put(name: str, role: str, data: Path) -> None:
    """Make the account NAME, or give it a new role and password. The password is asked for, or one line of stdin."""
    from kg.ledger.accounts import ROLES, Accounts, check_name

    check_name(name)
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    Accounts(data).put(name, ROLES[ROLES.index(role)], password)
    click.echo(f"{name}: {role}", err=True)


@account.command("list")
@data_option
def list_command(data: Path) -> None:
    """Print the accounts, each with its role."""
    from kg.ledger.accounts import Accounts

    known = Accounts(data).all()
    for one in known.values():
        click.echo(f"{one.name}\t{one.role}")
    if not known:
        click.echo(f"{data}: no accounts: only this machine may report, without sign-in", err=True)


@account.command()
@click.argument("name")
@data_option
def remove(name: str, data: Path) -> None:
    """Take the account NAME away; who is signed in with it is out at once. The last one stays."""
    from kg.ledger.accounts import Accounts

    Accounts(data).remove(name)
    click.echo(f"{name}: removed", err=True)
