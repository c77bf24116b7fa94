"""Activities (主题活动): themes, activities with their shifts, and who sees them.

Below it ``signing`` (报名), ``attendance`` (签到), ``planning``, and ``persons`` (what they hold of one person): each
knows only those before it. An attendance is no service record: that is derived from it elsewhere. Rendering and
calendars are no matter of this package either.
"""
