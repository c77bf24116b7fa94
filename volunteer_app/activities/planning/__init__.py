"""Plans: making, changing, publishing, copying and cancelling activities, their shifts, and what clashes.

What a plan drops or promotes goes through ``signing``.
"""
