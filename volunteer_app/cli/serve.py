"""``serve``: the production server."""

import signal
import sys
from typing import Any

import click
from flask import Flask
from flask_babel import gettext
from sqlalchemy import select
from waitress.server import create_server

from ..database import db
from ..errors import N_, Refused
from ..people.models import Account
from .schema import bring_up_to_date

THREADS = 8
CONNECTIONS = 1000
"""Phones keep connections open without using them: they must not lock others out."""
LARGEST_BODY = 64 * 1024 * 1024
"""Bytes. The application answers a file above its own, smaller limit with a page; beyond this the server hangs up."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.pass_obj
def serve(app: Flask, host: str, port: int) -> None:
    """Serve the pages; the database is brought up to date first."""
    bring_up_to_date()
    if not db.session.scalar(select(Account.id).limit(1)):
        click.echo(gettext("Nobody can sign in yet. Make the first administrator in another terminal:"))
        click.echo("  volunteer-app accounts create --role administrator --name … --phone …")
    db.session.remove()
    server = listen(app, host, port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(gettext("Open %(address)s in a browser. Ctrl+C ends the server.", address=f"http://{host}:{port}"))
    server.run()


def listen(app: Flask, host: str, port: int) -> Any:
    """The production server, bound to its port; ``run`` starts it.

    Raises:
        Refused: the port is taken, or the address isn't this machine's.
    """
    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,
            max_request_body_size=LARGEST_BODY,
            # The application itself decides whom to believe, and must see that a request came through a proxy.
            clear_untrusted_proxy_headers=False,
            ident="",
        )
    except OSError as error:
        raise Refused(
            N_("Can't listen on %(host)s, port %(port)d: %(reason)s. Another --port may be free."),
            host=host,
            port=port,
            reason=error.strerror or str(error),
        ) from error
