package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// Headers, URLs and errors hold whatever bytes a receiver sent, which JSON does
// not keep; a Go string literal keeps them and can still be read by people.

func instant(t time.Time) string { return t.Format(time.RFC3339Nano) }

func listText(items []string) string {
	var text []byte
	for _, item := range items {
		text = append(strconv.AppendQuote(text, item), '\n')
	}
	return string(text)
}

func headerText(h wire.Header) string {
	var text []byte
	for _, f := range h {
		text = append(strconv.AppendQuote(text, f.Name), ' ')
		text = append(strconv.AppendQuote(text, f.Value), '\n')
	}
	return string(text)
}

// decoder reads texts, and keeps the first error.
type decoder struct{ err error }

func (d *decoder) fail(what, text string, err error) {
	if d.err == nil {
		d.err = fmt.Errorf("%q is no %s: %w", text, what, err)
	}
}

func (d *decoder) instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		d.fail("instant", text, err)
	}
	return t
}

func (d *decoder) list(text string) []string {
	var list []string
	for rest := text; rest != ""; {
		var item string
		var err error
		if item, rest, err = quoted(rest, "\n"); err != nil {
			d.fail("list", text, err)
			return nil
		}
		list = append(list, item)
	}
	return list
}

func (d *decoder) header(text string) wire.Header {
	var h wire.Header
	for rest := text; rest != ""; {
		name, value, err := "", "", error(nil)
		if name, rest, err = quoted(rest, " "); err == nil {
			value, rest, err = quoted(rest, "\n")
		}
		if err != nil {
			d.fail("header", text, err)
			return nil
		}
		h.Add(name, value)
	}
	return h
}

// quoted takes a quoted text and what has to follow it from the beginning of
// text.
func quoted(text, end string) (item, rest string, err error) {
	literal, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", "", err
	}
	if item, err = strconv.Unquote(literal); err != nil {
		return "", "", err
	}
	rest, found := strings.CutPrefix(text[len(literal):], end)
	if !found {
		return "", "", fmt.Errorf("no %q after %s", end, literal)
	}
	return item, rest, nil
}
