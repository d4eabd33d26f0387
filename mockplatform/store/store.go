// Package store keeps what a platform has to know after a restart in one SQLite
// file: the exchanges of its journal, the deliveries that are not over, small
// documents such as who has subscribed, and the files that people send and receivers
// upload.
//
// What a method has written survives the death of the process (kill -9) as soon
// as the method returns. A power cut, or the death of the operating system, may
// cost what was written in the last moments, but never damages the file:
// https://www.sqlite.org/pragma.html#pragma_synchronous, at NORMAL with a
// write-ahead log. While the file is open there are two: FILE and FILE-wal,
// which has the newest changes and is merged into FILE on Close and at the next
// Open. To copy the file, copy both.
//
// The file has what the journal has, so secrets are masked in it; the bodies of
// deliveries and the receiver's URL are in it as they are. Only its owner may read
// it and its log: both have the mode 0600, also where they had another one.
//
// Public API: mockplatform takes it as the store of its journal.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// applicationID stands in the header of our files and of nobody else's: "Refe".
const applicationID = 0x52656665

// migrations makes each version of the schema of the one before: 1.sql of an
// empty file. A file that is in use somewhere is never changed; a new one
// follows.
//
//go:embed schema/*.sql
var migrations embed.FS

// version is that of the newest schema.
const version = 3

// DB is an open file. It is safe for concurrent use.
type DB struct {
	path string
	db   *sql.DB

	mu   sync.Mutex
	conn *sql.Conn // the one connection: it holds the lock on the file
	// statements has what was prepared, by its text; all texts are constants.
	statements map[string]*sql.Stmt
	// loaded has the exchanges that Open has read, until they are asked for or
	// changed.
	loaded []journal.Exchange
	// first is the number below which exchanges were dropped. The journal, which
	// has one writer at a time, needs no lock for it.
	first uint64
}

// Open opens a file, or makes it if there is none. One process can have it open
// at a time. A file that is not Referee's, damaged, or of a newer Referee is not
// changed; the error says what to do.
func Open(path string) (*DB, error) {
	reserve(path)
	db, err := sql.Open("sqlite", address(path))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	d := &DB{path: path, db: db, statements: map[string]*sql.Stmt{}}
	if err := d.open(context.Background()); err != nil {
		return nil, errors.Join(d.explain(err), d.Close())
	}
	return d, nil
}

// address is the URI of a path: https://www.sqlite.org/uri.html
func address(path string) string {
	path = filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		path = "/" + path
	}
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

func (d *DB) open(ctx context.Context) (err error) {
	if d.conn, err = d.db.Conn(ctx); err != nil {
		return err
	}
	for _, statement := range []string{
		// Nobody else can read the file then, but the log needs no third file, and
		// a second process is told at once.
		"PRAGMA locking_mode = EXCLUSIVE",
		"PRAGMA synchronous = NORMAL",
		"BEGIN EXCLUSIVE",
	} {
		if _, err := d.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := d.prepare(ctx); err != nil {
		_, _ = d.conn.ExecContext(ctx, "ROLLBACK") // Close does it too
		return err
	}
	// What is not Referee's was refused before, and stays as it is.
	if err := restrict(d.path); err != nil {
		_, _ = d.conn.ExecContext(ctx, "ROLLBACK")
		return err
	}
	for _, statement := range []string{
		"COMMIT",
		"PRAGMA journal_mode = WAL",
		// How large the log stays after a flood.
		"PRAGMA journal_size_limit = 8388608",
	} {
		if _, err := d.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// prepare brings the file to the newest schema, and reads all that is in it:
// what cannot be read has to show before anything is written.
func (d *DB) prepare(ctx context.Context) error {
	var id, have, tables int
	for pragma, value := range map[string]*int{
		"PRAGMA application_id": &id, "PRAGMA user_version": &have, "SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := d.conn.QueryRowContext(ctx, pragma).Scan(value); err != nil {
			return err
		}
	}
	switch {
	case id == 0 && have == 0 && tables == 0: // new
	case id != applicationID:
		return errForeign
	case have > version:
		return fmt.Errorf("a newer version of Referee wrote it (its format is %d, this one knows %d): use that version, or choose another file", have, version)
	}
	var health string
	if err := d.conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&health); err != nil {
		return err
	}
	if health != "ok" {
		return damaged(health)
	}
	for have < version {
		have++
		text, err := migrations.ReadFile(fmt.Sprintf("schema/%d.sql", have))
		if err != nil {
			return err
		}
		mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, have)
		if _, err := d.conn.ExecContext(ctx, string(text)+mark); err != nil {
			return fmt.Errorf("migrate to format %d: %w", have, err)
		}
	}
	var err error
	if d.loaded, err = d.loadExchanges(); err != nil {
		return err
	}
	return d.query(func(rows *sql.Rows) error { _, err := scanPending(rows); return err }, selectPending)
}

var errForeign = errors.New("it is not a file of Referee: choose another file")

func damaged(how string) error {
	return fmt.Errorf("it is damaged (%s): restore a copy of it, or move it away to begin with an empty one", how)
}

// explain says which file an error is about, and what to do.
func (d *DB) explain(err error) error {
	if err == nil {
		return nil
	}
	var known *sqlite.Error
	if errors.As(err, &known) {
		switch known.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			err = fmt.Errorf("another process has it open: stop that one, or choose another file (%w)", err)
		case sqlite3.SQLITE_NOTADB:
			err = fmt.Errorf("%w (%w)", errForeign, err)
		case sqlite3.SQLITE_CORRUPT:
			err = damaged(err.Error())
		case sqlite3.SQLITE_CANTOPEN:
			err = fmt.Errorf("it cannot be opened or made: does its folder exist, and may this user write there? (%w)", err)
		case sqlite3.SQLITE_READONLY:
			err = fmt.Errorf("it is read-only: allow this user to write it, or choose another file (%w)", err)
		case sqlite3.SQLITE_FULL:
			err = fmt.Errorf("the disk is full: make room (%w)", err)
		}
	}
	return fmt.Errorf("%s: %w", d.path, err)
}

// Close ends the use of the file. It may be called again.
func (d *DB) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var problems []error
	for _, statement := range d.statements {
		problems = append(problems, statement.Close())
	}
	if d.conn != nil {
		problems = append(problems, d.conn.Close())
	}
	problems = append(problems, d.db.Close())
	d.statements, d.conn = nil, nil
	return d.explain(errors.Join(problems...))
}

// change makes one change, which a statement makes all or nothing.
func (d *DB) change(statement string, values ...any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.explain(d.exec(statement, values...))
}

// changes makes all changes of f, by exec, or none.
func (d *DB) changes(f func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.exec("BEGIN")
	if err == nil {
		err = f()
	}
	if err == nil {
		err = d.exec("COMMIT")
	}
	if err != nil {
		// After some errors there is nothing left to roll back, and that is no
		// error; if there still is, the next BEGIN fails.
		_ = d.exec("ROLLBACK")
	}
	return d.explain(err)
}

// exec executes a statement that is prepared once. The caller holds mu.
func (d *DB) exec(statement string, values ...any) error {
	if d.conn == nil {
		return errClosed
	}
	prepared := d.statements[statement]
	if prepared == nil {
		var err error
		if prepared, err = d.conn.PrepareContext(context.Background(), statement); err != nil {
			return err
		}
		d.statements[statement] = prepared
	}
	_, err := prepared.Exec(values...)
	return err
}

// read calls f for each row of an answer.
func (d *DB) read(f func(*sql.Rows) error, query string, values ...any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.explain(d.query(f, query, values...))
}

// query is read for a caller that holds mu.
func (d *DB) query(f func(*sql.Rows) error, query string, values ...any) error {
	if d.conn == nil {
		return errClosed
	}
	rows, err := d.conn.QueryContext(context.Background(), query, values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

var errClosed = errors.New("the file was closed")
