package store

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const columns = `seq, at, direction, kind, person, edge,
	request_method, request_url, request_proto, request_header, request_body, request_cut,
	response_status, response_proto, response_header, response_body, response_cut,
	doc, token, faults, delivery_id, attempt, variants, next, timing, err, warnings`

const selectExchanges = "SELECT " + columns + " FROM exchange ORDER BY seq"

const putExchange = "INSERT OR REPLACE INTO exchange (" + columns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// Journal returns what keeps the exchanges of a journal in the file.
func (d *DB) Journal() journal.Store { return exchanges{db: d} }

type exchanges struct{ db *DB }

// Load returns the exchanges and the highest number that there ever was.
func (s exchanges) Load() (kept []journal.Exchange, last uint64, err error) {
	d := s.db
	d.mu.Lock()
	defer d.mu.Unlock()
	if kept, d.loaded = d.loaded, nil; kept == nil {
		kept, err = d.loadExchanges()
	}
	if err == nil {
		err = d.query(func(rows *sql.Rows) error { return rows.Scan(&last) }, "SELECT seq FROM sqlite_sequence WHERE name = 'exchange'")
	}
	if err != nil {
		return nil, 0, d.explain(fmt.Errorf("read the exchanges: %w", err))
	}
	return kept, last, nil
}

// loadExchanges reads all exchanges. The caller holds mu.
func (d *DB) loadExchanges() (list []journal.Exchange, err error) {
	err = d.query(func(rows *sql.Rows) error {
		x, err := scanExchange(rows)
		list = append(list, x)
		return err
	}, selectExchanges)
	return list, err
}

// Write keeps and drops exchanges in one transaction.
func (s exchanges) Write(changed []journal.Exchange, first uint64) error {
	db := s.db
	err := db.changes(func() error {
		db.loaded = nil
		for _, x := range changed {
			values, err := exchangeValues(x)
			if err != nil {
				return fmt.Errorf("exchange %d: %w", x.Seq, err)
			}
			if err := db.exec(putExchange, values...); err != nil {
				return fmt.Errorf("save exchange %d: %w", x.Seq, err)
			}
		}
		if first > db.first {
			if err := db.exec("DELETE FROM exchange WHERE seq < ?", first); err != nil {
				return fmt.Errorf("drop the exchanges before %d: %w", first, err)
			}
		}
		return nil
	})
	if err == nil {
		db.first = max(db.first, first)
	}
	return err
}

func exchangeValues(x journal.Exchange) ([]any, error) {
	timing, err := json.Marshal(x.Timing)
	q, r := x.Request, x.Response
	return []any{
		x.Seq, instant(x.At), string(x.Direction), string(x.Kind), x.Person, x.Edge,
		q.Method, q.URL, q.Proto, headerText(q.Header), q.Body, q.Cut,
		r.Status, r.Proto, headerText(r.Header), r.Body, r.Cut,
		[]byte(x.Doc), string(x.Token), listText(x.Faults), x.DeliveryID, x.Attempt, listText(x.Variants), instant(x.Next), string(timing), x.Err, warningsText(x.Warnings),
	}, err
}

// warningsText is empty for none.
func warningsText(warnings []journal.Warning) string {
	if len(warnings) == 0 {
		return ""
	}
	text, _ := json.Marshal(warnings) // texts and flags can be encoded
	return string(text)
}

func scanExchange(rows *sql.Rows) (x journal.Exchange, err error) {
	var at, requestHeader, responseHeader, faults, variants, next, warnings string
	var doc, timing []byte
	q, r := &x.Request, &x.Response
	if err := rows.Scan(
		&x.Seq, &at, &x.Direction, &x.Kind, &x.Person, &x.Edge,
		&q.Method, &q.URL, &q.Proto, &requestHeader, &q.Body, &q.Cut,
		&r.Status, &r.Proto, &responseHeader, &r.Body, &r.Cut,
		&doc, &x.Token, &faults, &x.DeliveryID, &x.Attempt, &variants, &next, &timing, &x.Err, &warnings,
	); err != nil {
		return x, fmt.Errorf("read exchange %d: %w", x.Seq, err)
	}
	x.Doc = doc
	d := decoder{}
	x.At, x.Next = d.instant(at), d.instant(next)
	q.Header, r.Header = d.header(requestHeader), d.header(responseHeader)
	x.Faults, x.Variants = d.list(faults), d.list(variants)
	if err := json.Unmarshal([]byte(warnings), &x.Warnings); warnings != "" && err != nil {
		d.fail("warnings", warnings, err)
	}
	if err := json.Unmarshal(timing, &x.Timing); err != nil {
		d.fail("timing", string(timing), err)
	}
	if d.err != nil {
		return x, damaged(fmt.Sprintf("exchange %d: %v", x.Seq, d.err))
	}
	return x, nil
}
