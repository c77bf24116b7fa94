"""Entry point of the command line."""

import os

import click
from flask import Flask

from .. import create_app
from ..config import Settings


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Volunteers and activities of a sub-district."""
    context.obj = create_app(Settings.read(os.environ))
