-- What Meta would have refused a call with that was taken: JSON, empty for nothing.
ALTER TABLE exchange ADD COLUMN warnings TEXT NOT NULL DEFAULT '';
