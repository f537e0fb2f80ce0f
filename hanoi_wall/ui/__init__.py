"""The only room with PySide6: the wall's windows, one per monitor, all tiles painted on one surface.

Asks `operations/` for everything that decides; of `video/` it sees only picture, slots, stats and view.
Thread: the UI process's main thread. No file, socket or TLS here once the windows stand.
"""
