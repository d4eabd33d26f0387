package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// SavePending keeps a delivery, in place of what the file has of its ID.
func (d *DB) SavePending(p outbox.Pending) error {
	err := d.change(`INSERT INTO pending (id, doc, style, person, variants, edited, created, first, attempts, next, problem)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET (doc, style, person, variants, edited, created, first, attempts, next, problem) =
			(excluded.doc, excluded.style, excluded.person, excluded.variants, excluded.edited, excluded.created, excluded.first, excluded.attempts, excluded.next, excluded.problem)`,
		p.ID, []byte(p.Doc), int(p.Style), p.Person, listText(p.Variants), listText(p.Edited), instant(p.Created), instant(p.First), p.Attempts, instant(p.Next), p.Problem)
	if err != nil {
		return fmt.Errorf("save delivery %s: %w", p.ID, err)
	}
	return nil
}

// DeletePending forgets a delivery; one that is not there is no error.
func (d *DB) DeletePending(id string) error {
	if err := d.change("DELETE FROM pending WHERE id = ?", id); err != nil {
		return fmt.Errorf("forget delivery %s: %w", id, err)
	}
	return nil
}

const selectPending = `SELECT id, doc, style, person, variants, edited, created, first, attempts, next, problem
	FROM pending ORDER BY number`

// Pending returns the deliveries that are kept, in the order in which they came.
func (d *DB) Pending() (list []outbox.Pending, err error) {
	err = d.read(func(rows *sql.Rows) error {
		p, err := scanPending(rows)
		list = append(list, p)
		return err
	}, selectPending)
	return list, err
}

func scanPending(rows *sql.Rows) (p outbox.Pending, err error) {
	var doc []byte
	var variants, edited, created, first, next string
	if err := rows.Scan(&p.ID, &doc, &p.Style, &p.Person, &variants, &edited, &created, &first, &p.Attempts, &next, &p.Problem); err != nil {
		return p, fmt.Errorf("read delivery %s: %w", p.ID, err)
	}
	p.Doc = doc
	var text decoder
	p.Variants, p.Edited = text.list(variants), text.list(edited)
	p.Created, p.First, p.Next = text.instant(created), text.instant(first), text.instant(next)
	if text.err != nil {
		return p, damaged(fmt.Sprintf("delivery %s: %v", p.ID, text.err))
	}
	return p, nil
}

// SaveState keeps a document under a key, in place of the one before; an
// empty one is forgotten.
func (d *DB) SaveState(key string, doc []byte) error {
	var err error
	if len(doc) == 0 {
		err = d.change("DELETE FROM state WHERE key = ?", key)
	} else {
		err = d.change("INSERT OR REPLACE INTO state (key, doc) VALUES (?, ?)", key, doc)
	}
	if err != nil {
		return fmt.Errorf("save the state %q: %w", key, err)
	}
	return nil
}

// State returns the document of a key; false if there is none.
func (d *DB) State(key string) (doc []byte, ok bool, err error) {
	err = d.read(func(rows *sql.Rows) error {
		ok = true
		return rows.Scan(&doc)
	}, "SELECT doc FROM state WHERE key = ?", key)
	if err != nil {
		return nil, false, fmt.Errorf("read the state %q: %w", key, err)
	}
	return doc, ok, nil
}

// Clear forgets deliveries, files, and documents but for those of the keys to keep. The
// exchanges are the journal's to clear.
func (d *DB) Clear(keep ...string) error {
	keys, err := json.Marshal(append([]string{}, keep...))
	if err == nil {
		err = d.changes(func() error {
			return errors.Join(d.exec("DELETE FROM pending"), d.exec("DELETE FROM file"),
				d.exec("DELETE FROM state WHERE key NOT IN (SELECT value FROM json_each(?))", string(keys)))
		})
	}
	if err != nil {
		return fmt.Errorf("forget deliveries and state: %w", err)
	}
	return nil
}
