package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
)

// Entry is one element of an envelope's entry array. Members that are empty
// are left out; a list that is empty and not nil is written as [].
type Entry struct {
	ID        string            // the page, or the Instagram account
	Time      int64             // when the entry was sent, in milliseconds since 1970
	Messaging []json.RawMessage // the page's own events
	Standby   []json.RawMessage // events of conversations that another app controls
	Changes   []json.RawMessage // {"field":…,"value":…} of fields outside messaging
	Calls     []json.RawMessage // calls by the Messenger Platform
	Extra     []Member          // further members, such as hop_context, written last
}

// Member is a member of an object: a name and JSON text.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Envelope is the body of a delivery in the form of
// https://developers.facebook.com/docs/messenger-platform/webhooks
type Envelope struct {
	Object  string // "page" or "instagram"
	Entries []Entry
}

// JSON returns the envelope in compact form, "object" first, and in each
// entry id, time and the lists. An entry's time is written in milliseconds,
// but in seconds where it holds changes or calls alone: Meta documents milliseconds,
// captured changes have seconds, and so have the samples of calls.
func (e Envelope) JSON() (json.RawMessage, error) {
	if e.Object == "" {
		return nil, errors.New(`envelope: object is empty, want "page" or "instagram"`)
	}
	doc := append([]byte(`{"object":`), quote(e.Object)...)
	doc = append(doc, `,"entry":[`...)
	for i, entry := range e.Entries {
		if i > 0 {
			doc = append(doc, ',')
		}
		var err error
		if doc, err = entry.appendTo(doc); err != nil {
			return nil, fmt.Errorf("envelope: entry %d: %w", i, err)
		}
	}
	return append(doc, "]}"...), nil
}

func (e Entry) appendTo(dst []byte) ([]byte, error) {
	var members []Member
	if e.ID != "" {
		members = append(members, Member{"id", quote(e.ID)})
	}
	if e.Time != 0 {
		at := e.Time
		if e.Messaging == nil && e.Standby == nil && (e.Changes != nil || e.Calls != nil) {
			at /= 1000
		}
		members = append(members, Member{"time", strconv.AppendInt(nil, at, 10)})
	}
	for _, list := range []struct {
		name   string
		events []json.RawMessage
	}{{"messaging", e.Messaging}, {"standby", e.Standby}, {"changes", e.Changes}, {"calls", e.Calls}} {
		if list.events == nil {
			continue
		}
		text, err := array(list.events)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", list.name, err)
		}
		members = append(members, Member{list.name, text})
	}
	return appendObject(dst, append(members, e.Extra...))
}

func array(values []json.RawMessage) ([]byte, error) {
	text := []byte{'['}
	for i, v := range values {
		if i > 0 {
			text = append(text, ',')
		}
		value, err := parse(v)
		if err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
		text = value.appendTo(text)
	}
	return append(text, ']'), nil
}

func appendObject(dst []byte, members []Member) ([]byte, error) {
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		value, err := parse(m.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		dst = append(append(dst, quote(m.Name)...), ':')
		dst = value.appendTo(dst)
	}
	return append(dst, '}'), nil
}

// Wrap returns the event alone in the form that its variant has on the wire:
// in an envelope of one entry, as {"field":…,"value":…}, or bare.
func Wrap(e Event) (json.RawMessage, error) {
	doc, err := wrap(e)
	if err != nil {
		return nil, fmt.Errorf("wrap %s: %w", e.Variant.ID, err)
	}
	return doc, nil
}

func wrap(e Event) (json.RawMessage, error) {
	switch e.Variant.Form {
	case schemas.FormEntry:
		return appendObject(nil, []Member{{"object", quote(e.Variant.Object)}, {"entry", slices.Concat([]byte{'['}, e.JSON, []byte{']'})}})
	case schemas.FormValue:
		return appendObject(nil, []Member{{"field", quote(e.Variant.Field)}, {"value", e.JSON}})
	case schemas.FormBody:
		body, err := parse(e.JSON)
		if err != nil {
			return nil, err
		}
		return body.appendTo(nil), nil
	case "":
		return nil, errors.New("it has no form")
	}
	entry := Entry{ID: e.Account(), Time: entryTime(e.At)}
	return Envelope{Object: e.Variant.Object, Entries: []Entry{entry.With(e)}}.JSON()
}

// With returns the entry with an event alone in the list that its variant's form names,
// which may be one that only a team's own catalogue knows; in Messaging where the event
// is of a form without a list.
func (e Entry) With(ev Event) Entry {
	list := []json.RawMessage{ev.JSON}
	switch form := ev.Variant.Form; form {
	case schemas.FormMessaging, schemas.FormEntry, schemas.FormValue, schemas.FormBody:
		e.Messaging = list
	case schemas.FormStandby:
		e.Standby = list
	case schemas.FormChanges:
		e.Changes = list
	case schemas.FormCalls:
		e.Calls = list
	default:
		e.Extra = append(slices.Clone(e.Extra), Member{string(form), slices.Concat([]byte{'['}, ev.JSON, []byte{']'})})
	}
	return e
}

// MaxPerDelivery is how many events Meta puts into a delivery at most:
// https://developers.facebook.com/docs/messenger-platform/webhooks
const MaxPerDelivery = 1000

// Batch returns events of the form schemas.FormMessaging in one envelope, in
// order, perEntry of them to an entry. A page has entries of its own, so the
// next page begins a new entry too. Batch does not hold to MaxPerDelivery.
func Batch(perEntry int, events ...Event) (json.RawMessage, error) {
	if perEntry < 1 {
		return nil, fmt.Errorf("batch: %d events to an entry, want 1 or more", perEntry)
	}
	if len(events) == 0 {
		return nil, errors.New("batch: no events")
	}
	envelope := Envelope{Object: events[0].Variant.Object}
	var last *Entry
	for _, e := range events {
		if e.Variant.Form != schemas.FormMessaging {
			return nil, fmt.Errorf("batch: %s has the form %q, want %q", e.Variant.ID, e.Variant.Form, schemas.FormMessaging)
		}
		if e.Variant.Object != envelope.Object {
			return nil, fmt.Errorf("batch: %s is an event of object %q, the first one of %q", e.Variant.ID, e.Variant.Object, envelope.Object)
		}
		if last == nil || len(last.Messaging) == perEntry || last.ID != e.Account() {
			envelope.Entries = append(envelope.Entries, Entry{ID: e.Account()})
			last = &envelope.Entries[len(envelope.Entries)-1]
		}
		last.Messaging = append(last.Messaging, e.JSON)
		last.Time = max(last.Time, entryTime(e.At))
	}
	doc, err := envelope.JSON()
	if err != nil {
		return nil, fmt.Errorf("batch: %w", err)
	}
	return doc, nil
}

// entryTime returns the time of an entry whose latest event is of this instant.
func entryTime(at time.Time) int64 { return at.Add(EntryDelay).UnixMilli() }
