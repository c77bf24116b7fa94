"""Attendance (签到) at the venue: checking in and out, the sheet on paper, closing, and corrections with a reason.

Who signed up is read here and changed in ``signing``; hours as volunteers' records are no matter of this package.
"""
