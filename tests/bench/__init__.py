"""The measuring house: this program beside its peers, and the experiments that take minutes. Not part of CI.

    python -m tests.bench.wall --feeds 16 --seconds 20 --rounds 5 --json wall.json --markdown wall.md
    python -m tests.bench.long --list
    python -m tests.bench.long --only slots --short --json slots.json

Needs Xvfb, openbox and, for the peers, GStreamer and mpv; QMediaPlayer needs PySide6-Addons in this Python or
in the one that BENCH_QT_PYTHON names. What is missing is named in the table. test_*.py prove the pure parts.
"""
