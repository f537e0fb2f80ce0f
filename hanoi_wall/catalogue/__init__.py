"""The list of cameras: files in and out (CSV, JSON), what is wrong with them line by line, schema and search.

May import domain, assets, threads. No Qt, no database, no key store: passwords found in a file are handed
over beside the cameras and appear nowhere else. Any thread; values only.
"""
