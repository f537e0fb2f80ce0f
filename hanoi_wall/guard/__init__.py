"""Keeps a kiosk's client alive: starts it as its child, and again when it crashes, is killed or hangs.

A process of its own, the parent of the client: small, without Qt, av and threads; it shows nothing.
May import operations.life (what both tell each other) and the rooms below; nothing of app, demo and ui.
Thread: the process's main thread.
"""
