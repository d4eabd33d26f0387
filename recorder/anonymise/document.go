package anonymise

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// frame is an object or a list that is open.
type frame struct {
	list  bool
	index int    // of the element, in a list
	name  string // of the member, in an object
	of    member // what it is the value of
	kept  bool   // all of it stays
}

// walk is the way to the value that is read.
type walk struct {
	*Anonymiser
	open []frame
}

// document replaces the values of a JSON object or list in place. It returns
// false where the text is neither; then a part of it is replaced.
func (a *Anonymiser) document(text []byte) bool {
	// The scanner sees each token before it changes, and never looks back.
	scan := jsontext.NewScanner(text)
	w := walk{Anonymiser: a}
	for scan.Next() {
		token := text[scan.From():scan.To()]
		switch kind := scan.Kind(); kind {
		case jsontext.ObjectStart, jsontext.ArrayStart:
			w.open = append(w.open, frame{list: kind == jsontext.ArrayStart, of: w.member(), kept: w.kept()})
			continue
		case jsontext.ObjectEnd, jsontext.ArrayEnd:
			w.open = w.open[:len(w.open)-1]
		case jsontext.Name:
			w.named(token)
			continue
		default:
			if len(w.open) == 0 {
				return false
			}
			if !w.kept() {
				w.value(kind, token)
			}
		}
		if n := len(w.open); n > 0 {
			w.open[n-1].index++
		}
	}
	return scan.Err() == nil
}

// named begins a member, and replaces a name that is a value.
func (w *walk) named(token []byte) {
	name := jsontext.Unquote(token)
	here := &w.open[len(w.open)-1]
	here.name = name
	if !here.kept && !isName(name) && !w.kept() {
		w.quoted(token)
	}
}

// kept reports whether the value that comes stays, by Options.Keep.
func (w *walk) kept() bool {
	if len(w.open) == 0 {
		return false
	}
	here := w.open[len(w.open)-1]
	return here.kept || !here.list && w.keep.members[here.name] ||
		slices.ContainsFunc(w.keep.places, w.leadsHere)
}

// leadsHere reports whether a pointer leads to the value that comes.
func (w *walk) leadsHere(steps []string) bool {
	if len(steps) != len(w.open) {
		return false
	}
	for i, f := range w.open {
		step := f.name
		if f.list {
			step = strconv.Itoa(f.index)
		}
		if steps[i] != "*" && steps[i] != step {
			return false
		}
	}
	return true
}

// member is what the value that comes belongs to: the elements of a list are
// those of its member, and a member that is named by a value is one of what is
// above it.
func (w *walk) member() member {
	if len(w.open) == 0 {
		return member{}
	}
	here := w.open[len(w.open)-1]
	if here.list || !isName(here.name) {
		return here.of
	}
	return member{above: here.of.name, name: here.name}
}

// value replaces a value unless it says nothing about anybody.
func (w *walk) value(kind jsontext.Kind, token []byte) {
	m := w.member()
	switch kind {
	case jsontext.Number:
		w.number(m, token)
	case jsontext.String:
		text := jsontext.Unquote(token)
		known := w.knownValues(m)
		word := slices.Contains(known, text) || isWord(text) && (slices.Contains(stays().Words, m.name) || len(known) > 0)
		if !word && !(namesInstant(m.name) && isInstant(text)) {
			w.quoted(token)
		}
	}
}

// fewDigits are those of a number that is no id, and idDigits those of an id.
const (
	fewDigits = 10
	idDigits  = 5
)

// number replaces an id, and the fraction of another number: a place on earth is
// told by it.
func (w *walk) number(m member, token []byte) {
	if bytes.ContainsAny(token, "eE") || namesInstant(m.name) {
		return
	}
	whole, fraction, _ := bytes.Cut(token, []byte("."))
	n := len(bytes.TrimPrefix(whole, []byte("-")))
	if n >= fewDigits || isID(m.name) && n >= idDigits {
		w.plain(whole)
	}
	w.plain(fraction)
}
