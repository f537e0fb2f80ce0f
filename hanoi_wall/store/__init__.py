"""The workstation's own database: one SQLite file, opened and used on the thread `store` alone.

May import domain, assets, threads. No Qt. Others hand over work and get values back; no cursor leaves.
"""
