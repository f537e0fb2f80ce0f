-- From version 1: what stands on which monitor.
CREATE TABLE wall (                            -- what stands on which monitor
  monitor TEXT NOT NULL PRIMARY KEY,           -- its identity: maker/model/serial@connector
  kept    INTEGER NOT NULL,                    -- the longest unseen first
  grid    TEXT NOT NULL,                       -- grid:4x4
  cameras TEXT NOT NULL                        -- ["id", null, …], one for each tile
) STRICT;
