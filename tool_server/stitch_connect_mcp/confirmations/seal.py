"""The key that seals what a modern client carries between a question and its answer.

It is kept with the confirmations, so that an answer survives a restart of the server, and may
come back to another process of the same user. Single use is not its business: the rows see to it.
"""

import secrets

from ..database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS seal (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  key BLOB NOT NULL
) STRICT;
"""


def sealing_key(database: Database) -> bytes:
    """Return the key of a state file, made when first asked for."""
    database.create(SCHEMA)
    database.change("INSERT OR IGNORE INTO seal VALUES (1, ?)", [secrets.token_bytes(32)])
    found: bytes = database.rows("SELECT key FROM seal")[0]["key"]
    return found
