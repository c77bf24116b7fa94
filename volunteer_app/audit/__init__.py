"""Who did what, when (审计): append-only.

State changes call ``trail.record`` in plain sight. Nothing here decides anything, and nothing is changed or deleted.
"""
