"""Who may see an activity, and who may run it."""

from ..people.models import Account
from ..people.roles import scope
from .models import Activity, ActivityState


def can_see(account: Account | None, activity: Activity) -> bool:
    """Everyone sees what was published; a draft is seen by those who run it."""
    return activity.state is not ActivityState.DRAFT or can_run(account, activity)


def can_run(account: Account | None, activity: Activity) -> bool:
    """Its team's leader, and whoever runs activities of its place: they change it and keep its lists."""
    return scope(account).holds(activity.place.path, team_id=activity.team_id)
