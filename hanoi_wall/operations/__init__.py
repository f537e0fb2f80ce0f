"""What an operator can do: the verbs of the wall, Qt-free, with the rooms below behind protocols.

May import every room below `ui` (video, settings, catalogue … down to domain). No Qt, no sockets of its own.
Thread: the UI process's main thread, unless a module says otherwise.
"""
