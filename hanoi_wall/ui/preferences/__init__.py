"""The windows beside the wall: settings and keys, the operator's guide.

Normal windows, never modal: the wall behind them goes on. They ask operations/preferences.py, which decides
and keeps; here is only what they look like. Main thread.
"""
