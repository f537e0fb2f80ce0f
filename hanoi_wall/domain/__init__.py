"""The nouns of the command centre: frozen values and pure rules.

Stdlib only, no I/O, no clock of its own, any thread.
"""
