"""The file: one SQLite database for each profile, its schema and its tables by room.

May import domain, assets, threads; nothing else touches `sqlite3`. There are no passwords in it.
Thread: a connection belongs to the thread that opened it; in the UI process that is never the main one once
the windows stand. Reading beside a running client is safe, writing is for whoever holds the profile's lock.
"""
