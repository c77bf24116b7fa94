"""Voting (投票): one resident or one household has one vote in a round, by the round's channel or on paper.

The database holds "one" by unique keys. Nothing here says who voted for what, and nothing counts votes before the
close: results do so afterwards.
"""
