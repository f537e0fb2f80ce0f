-- From version 2: arrangements with a name.
CREATE TABLE scenes (                          -- arrangements with a name, and what they were before
  name     TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision > 0),
  saved_at INTEGER NOT NULL,                   -- ns since 1970, by this workstation's clock
  locked   INTEGER NOT NULL CHECK (locked IN (0, 1)),
  approved INTEGER NOT NULL CHECK (approved IN (0, 1)),
  plain    TEXT NOT NULL,                      -- {"hanoi_wall_scene": 1, …}
  PRIMARY KEY (name, revision)
) STRICT;
