"""The operator's desk: a normal window with the cameras, the walls in miniature, and what is known of them.

`desk_window.py` holds the three columns together; each is a widget of its own, and `look.py` is the one
place that turns the theme's roles into Qt's colours. Decides nothing: places, trees and words come from
`operations/`.
Thread: the UI process's main thread. No file, socket or TLS here.
"""
