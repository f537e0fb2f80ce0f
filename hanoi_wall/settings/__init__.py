"""Choices: every setting once (key, type, default, limits, help), the file they are kept in, the secrets.

May import domain, assets, threads. No Qt. Only secrets.py speaks to the key store; nothing secret is ever
in the settings file. Read at start on the main thread; changes are written by whoever made them.
"""
