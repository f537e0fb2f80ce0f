"""COMMANDS: the options of each command of the command line, and what is printed for it. Main thread.

Reads arguments, asks operations/, prints. May import operations and the rooms below. cli.py finds the
command; what is heavy is imported when the command is known.
"""
