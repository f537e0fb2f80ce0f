"""Hanoi Wall: the desktop client of a city command centre. The map of the rooms is ARCHITECTURE.md."""

__version__ = "0.1.0"
