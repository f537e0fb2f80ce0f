-- The database of a profile, version 1. A change is a new version: a step to_version_N.sql, named in database.py.
CREATE TABLE cameras (
  id               TEXT NOT NULL PRIMARY KEY,
  position         INTEGER NOT NULL,           -- the order in which cameras fill a grid
  name             TEXT NOT NULL,
  owner            TEXT NOT NULL,
  district         TEXT NOT NULL,
  ward             TEXT NOT NULL,
  site             TEXT NOT NULL,
  main_url         TEXT,                       -- addresses never hold a user or password
  main_transport   TEXT CHECK (main_transport IN ('tcp', 'udp')),
  main_fingerprint TEXT CHECK (length(main_fingerprint) = 64),
  sub_url          TEXT,
  sub_transport    TEXT CHECK (sub_transport IN ('tcp', 'udp')),
  sub_fingerprint  TEXT CHECK (length(sub_fingerprint) = 64),
  onvif_url        TEXT NOT NULL,
  ptz              INTEGER NOT NULL CHECK (ptz IN (0, 1)),
  lat              REAL CHECK (lat BETWEEN -90 AND 90),
  lon              REAL CHECK (lon BETWEEN -180 AND 180),
  tags             TEXT NOT NULL,   -- ["24h", …]
  extra            TEXT NOT NULL   -- [["vendor", "…"], …], sorted
) STRICT;
CREATE INDEX cameras_in_order ON cameras (position);
