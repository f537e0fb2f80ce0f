"""Pictures that must stand up later: their cards, what signs a card, what finds out that it was changed.

May import domain, assets, threads. No Qt, no key store, no clock: keys and times are handed in. Values and
rules, but for verify.py, which reads the folder it is pointed at. Any thread but one that paints.
"""
