-- Files that people send and receivers upload.
CREATE TABLE file (
	-- The order in which they came.
	number INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	-- JSON: what is known of it.
	about BLOB NOT NULL,
	-- NULL for one that is at an address.
	data BLOB
) STRICT;
