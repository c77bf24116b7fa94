"""Tests: they mirror the package, assert exact results, and use real databases."""
