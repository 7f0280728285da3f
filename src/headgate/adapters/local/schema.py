"""The tables of `ledger.db`: what the ledger, the queue and the lookout of one project keep.

An index `IF NOT EXISTS` came after others had written files of this version; it is made in theirs, too.
"""

VERSION = 2

SCHEMA = """
CREATE TABLE arrivals (
    event TEXT PRIMARY KEY, at TEXT NOT NULL, pipeline TEXT, key TEXT NOT NULL, file TEXT NOT NULL, size INTEGER, run TEXT,
    outcome TEXT
);
CREATE INDEX arrivals_at ON arrivals (at);
CREATE TABLE runs (
    run TEXT PRIMARY KEY, pipeline TEXT NOT NULL, file TEXT NOT NULL, state TEXT NOT NULL, verdict TEXT,
    counts TEXT NOT NULL DEFAULT '{}', attempts INTEGER NOT NULL DEFAULT 0, claimed_at TEXT NOT NULL, event TEXT NOT NULL,
    holder TEXT, settled_at TEXT, reason TEXT, parent TEXT, replay INTEGER NOT NULL DEFAULT 0, replays TEXT
);
CREATE INDEX runs_event ON runs (event);
CREATE INDEX IF NOT EXISTS runs_ordinary ON runs (pipeline, claimed_at, run)
    WHERE state = 'committed' AND replay = 0 AND parent IS NULL;
CREATE INDEX IF NOT EXISTS runs_unended ON runs (pipeline, claimed_at, run) WHERE state NOT IN ('committed', 'failed');
CREATE INDEX IF NOT EXISTS runs_replays ON runs (replays) WHERE replays IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_parent ON runs (parent) WHERE parent IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_replay ON runs (pipeline, replay) WHERE replay > 0;
CREATE TABLE attempts (
    run TEXT NOT NULL, pipeline TEXT NOT NULL, file TEXT NOT NULL, number INTEGER NOT NULL, event TEXT NOT NULL,
    outcome TEXT NOT NULL, reason TEXT, at TEXT NOT NULL, PRIMARY KEY (run, number)
);
CREATE INDEX attempts_at ON attempts (at);
CREATE TABLE holds (name TEXT PRIMARY KEY, owner TEXT NOT NULL, event TEXT NOT NULL);

CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, source TEXT NOT NULL,
    time TEXT NOT NULL, subject TEXT NOT NULL, correlation_id TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX events_correlation ON events (correlation_id);
CREATE INDEX events_type ON events (type);
CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, stage TEXT NOT NULL, lane TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, interruptions INTEGER NOT NULL DEFAULT 0, holder TEXT,
    published_at TEXT NOT NULL, again_at TEXT NOT NULL, told_at TEXT NOT NULL, done_at TEXT, seconds REAL, error TEXT, UNIQUE (event, stage)
);
CREATE INDEX deliveries_ready ON deliveries (lane, number, again_at, told_at, published_at) WHERE state = 'ready';
CREATE INDEX deliveries_taken ON deliveries (lane) WHERE state = 'taken';
CREATE TABLE lanes (lane TEXT PRIMARY KEY, turn INTEGER NOT NULL);
CREATE TABLE dead_letters (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, stage TEXT NOT NULL, error TEXT NOT NULL,
    attempts INTEGER NOT NULL, died_at TEXT NOT NULL, state TEXT NOT NULL, settled_at TEXT
);

CREATE TABLE sightings (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, signature TEXT NOT NULL, seen_at TEXT NOT NULL,
    event TEXT, gone_at TEXT
);
CREATE INDEX sightings_here ON sightings (event, key, signature, seen_at) WHERE gone_at IS NULL;
CREATE INDEX sightings_known ON sightings (key, signature, gone_at);
CREATE TABLE remembered (name TEXT PRIMARY KEY, at TEXT NOT NULL)
"""
