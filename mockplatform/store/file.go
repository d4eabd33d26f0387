package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

// SaveFile keeps a file and forgets others, all of it or nothing. One whose bytes are nil
// is kept without bytes.
func (d *DB) SaveFile(id string, about, data []byte, forget ...string) error {
	ids, err := json.Marshal(append([]string{}, forget...))
	if err == nil {
		err = d.changes(func() error {
			if err := d.exec("DELETE FROM file WHERE id IN (SELECT value FROM json_each(?))", string(ids)); err != nil {
				return err
			}
			return d.exec("INSERT INTO file (id, about, data) VALUES (?, ?, ?)", id, about, data)
		})
	}
	if err != nil {
		return fmt.Errorf("save the file %s: %w", id, err)
	}
	return nil
}

// Files calls f with every file that is kept, in the order in which they came.
func (d *DB) Files(f func(id string, about, data []byte) error) error {
	return d.read(func(rows *sql.Rows) error {
		var id string
		var about, data []byte
		if err := rows.Scan(&id, &about, &data); err != nil {
			return fmt.Errorf("read the files: %w", err)
		}
		return f(id, about, data)
	}, "SELECT id, about, data FROM file ORDER BY number")
}
