"""Calendars (日历): feeds for calendar programs, private tokens, and the kept bytes of each event.

What is shown comes from activities; nothing is decided here. RFC 5545, 7986 and 5546 are the rules.
"""
