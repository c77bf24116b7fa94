"""Notices (通知): who must be told what, and whether they were.

Nothing here writes a sentence or sends one: rows name a kind and the rows it's about, and a door tells it in the
reader's language. Who can't be reached by mail stands on a leader's call list (待电话告知).
"""
