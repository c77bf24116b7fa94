"""Activities (主题活动): themes, activities with their shifts, sign-ups (报名) and attendance (签到).

An attendance is no service record: that is derived from it elsewhere. Rendering and calendars are no matter of this
package either.
"""
