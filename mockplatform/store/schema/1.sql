-- Texts may hold any bytes. Instants are RFC 3339 with nanoseconds. Lists have a
-- line for each item, quoted as in Go; a header has two quoted texts a line.

CREATE TABLE exchange (
	-- The numbers of exchanges that were dropped are not given again.
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at TEXT NOT NULL,
	direction TEXT NOT NULL,
	kind TEXT NOT NULL,
	person TEXT NOT NULL,
	edge TEXT NOT NULL,
	request_method TEXT NOT NULL,
	request_url TEXT NOT NULL,
	request_proto TEXT NOT NULL,
	request_header TEXT NOT NULL,
	request_body BLOB,
	request_cut INTEGER NOT NULL,
	response_status INTEGER NOT NULL,
	response_proto TEXT NOT NULL,
	response_header TEXT NOT NULL,
	response_body BLOB,
	response_cut INTEGER NOT NULL,
	doc BLOB,
	token TEXT NOT NULL,
	faults TEXT NOT NULL,
	delivery_id TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	variants TEXT NOT NULL,
	next TEXT NOT NULL,
	-- JSON: nanoseconds by step.
	timing TEXT NOT NULL,
	err TEXT NOT NULL
) STRICT;

CREATE TABLE pending (
	-- The order in which deliveries came.
	number INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	doc BLOB NOT NULL,
	style INTEGER NOT NULL,
	person TEXT NOT NULL,
	variants TEXT NOT NULL,
	edited TEXT NOT NULL,
	created TEXT NOT NULL,
	first TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	next TEXT NOT NULL,
	problem TEXT NOT NULL
) STRICT;

CREATE TABLE state (
	key TEXT PRIMARY KEY,
	doc BLOB NOT NULL
) STRICT, WITHOUT ROWID;
