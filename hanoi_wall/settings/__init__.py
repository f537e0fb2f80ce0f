"""Choices: every setting once, the profile's folders and lock, its log, and the doors to kept secrets.

May import domain, assets, threads. secrets.py is the only file that may touch `keyring`. No Qt.
Thread: the caller's; none of it belongs on a thread that paints.
"""
