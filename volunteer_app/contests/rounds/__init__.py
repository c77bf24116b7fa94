"""Rounds (期) and what takes part in them: templates, keeping, cloning; entries with their photos, and their review."""
