"""volunteer_app: volunteers and activities of a sub-district, from the office's ledgers to a published week."""

import os
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from . import clock
from .calendars import models as _calendar_models  # noqa: F401 - migrations need every table; this draws in the rest
from .config import Settings
from .contests.role_models import models as _role_models  # noqa: F401 - as above
from .contests.voting import models as _voting_models  # noqa: F401 - as above
from .database import Base, db
from .deliveries import Delivery as _Delivery  # noqa: F401 - as above
from .duty import models as _duty_models  # noqa: F401 - as above
from .notifications import models as _notification_models  # noqa: F401 - as above
from .service import models as _service_models  # noqa: F401 - as above
from .web.door import open_door

PACKAGE = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application: settings, database, doors.

    Args:
        settings: what to run with; read from VOLUNTEER_… variables where not given.

    Raises:
        NotConfigured: a setting can't be used.
    """
    settings = settings or Settings.read(os.environ)
    if settings.clock:
        clock.freeze(settings.clock)
    # In a wheel the templates lie inside the package, in a checkout beside it.
    inside = PACKAGE / "templates"
    app = Flask(__name__, template_folder=inside if inside.is_dir() else PACKAGE.parent / "templates")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
    )
    db.init_app(app)
    Migrate(app, db, directory=str(PACKAGE / "migrations"), metadatas=Base.metadata, render_as_batch=True)
    open_door(app)
    return app
