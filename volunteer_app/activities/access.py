"""Who may see an activity."""

from ..people.models import Account
from ..people.roles import works_in
from .models import Activity, ActivityState


def can_see(account: Account | None, activity: Activity) -> bool:
    """Everyone sees what was published; a draft is seen by the staff of its sub-district."""
    return activity.state is not ActivityState.DRAFT or works_in(account, activity.subdistrict)
