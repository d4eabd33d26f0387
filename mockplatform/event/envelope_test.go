package event

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

func raw(texts ...string) []json.RawMessage {
	list := []json.RawMessage{}
	for _, text := range texts {
		list = append(list, json.RawMessage(text))
	}
	return list
}

func TestEnvelope(t *testing.T) {
	tests := []struct {
		name     string
		envelope Envelope
		want     string
	}{
		{"messaging", Envelope{"page", []Entry{{ID: "1", Time: 1665424582475, Messaging: raw(` {"a" : 1.0} `, `2`)}}},
			`{"object":"page","entry":[{"id":"1","time":1665424582475,"messaging":[{"a":1.0},2]}]}`},
		{"standby", Envelope{"instagram", []Entry{{ID: "1", Time: 1665424582475, Standby: raw(`{}`)}}},
			`{"object":"instagram","entry":[{"id":"1","time":1665424582475,"standby":[{}]}]}`},
		{"changes in seconds", Envelope{"page", []Entry{{ID: "1", Time: 1665424582475, Changes: raw(`{}`)}}},
			`{"object":"page","entry":[{"id":"1","time":1665424582,"changes":[{}]}]}`},
		{"all lists", Envelope{"page", []Entry{{ID: "1", Time: 1665424582475, Messaging: raw(`1`), Standby: raw(`2`), Changes: raw(`3`)}}},
			`{"object":"page","entry":[{"id":"1","time":1665424582475,"messaging":[1],"standby":[2],"changes":[3]}]}`},
		{"extra members last", Envelope{"page", []Entry{{ID: "1", Messaging: raw(`1`), Extra: []Member{{"hop_context", json.RawMessage(`[ {"app_id":2} ]`)}}}}},
			`{"object":"page","entry":[{"id":"1","messaging":[1],"hop_context":[{"app_id":2}]}]}`},
		{"what is empty stays out", Envelope{"page", []Entry{{}, {Messaging: raw()}}},
			`{"object":"page","entry":[{},{"messaging":[]}]}`},
		{"no entries", Envelope{Object: "page"}, `{"object":"page","entry":[]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.envelope.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestEnvelopeErrors(t *testing.T) {
	tests := []struct {
		name     string
		envelope Envelope
		want     string
	}{
		{"no object", Envelope{}, `envelope: object is empty, want "page" or "instagram"`},
		{"an event that breaks out of its list", Envelope{"page", []Entry{{}, {Messaging: raw(`1`, `1],"x":[2`)}}},
			"envelope: entry 1: messaging: element 1: byte 1: unexpected ']', want the end: one JSON text holds one value"},
		{"extra member without a value", Envelope{"page", []Entry{{Extra: []Member{{Name: "x"}}}}},
			"envelope: entry 0: x: byte 0: the text ends, want a value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.envelope.JSON()
			if err == nil || err.Error() != tt.want || got != nil {
				t.Errorf("got  %s, %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		form schemas.Form
		want string
	}{
		{schemas.FormMessaging, `{"object":"page","entry":[{"id":"542998526103632","time":1772366400050,"messaging":[{"n":1.0}]}]}`},
		{schemas.FormStandby, `{"object":"page","entry":[{"id":"542998526103632","time":1772366400050,"standby":[{"n":1.0}]}]}`},
		{schemas.FormChanges, `{"object":"page","entry":[{"id":"542998526103632","time":1772366400,"changes":[{"n":1.0}]}]}`},
		{"orders", `{"object":"page","entry":[{"id":"542998526103632","time":1772366400050,"orders":[{"n":1.0}]}]}`},
		{schemas.FormValue, `{"field":"messaging_referrals","value":{"n":1.0}}`},
		{schemas.FormBody, `{"n":1.0}`},
	}
	for _, tt := range tests {
		t.Run(string(tt.form), func(t *testing.T) {
			e := build(t, `{"n":1.0}`, 0, noon)
			e.Variant.Form = tt.form
			got, err := Wrap(e)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestWrapErrors(t *testing.T) {
	e := build(t, `{}`, 0, noon)
	e.Variant.Form = ""
	if _, err := Wrap(e); err == nil || err.Error() != "wrap test.variant: it has no form" {
		t.Errorf("no form: %v", err)
	}
	for _, form := range []schemas.Form{schemas.FormMessaging, schemas.FormValue, schemas.FormBody} {
		e.Variant.Form, e.JSON = form, json.RawMessage(`{`)
		if got, err := Wrap(e); err == nil {
			t.Errorf("form %q: got %s for an event that is not JSON", form, got)
		}
	}
}

func TestBatch(t *testing.T) {
	events := make([]Event, 5)
	for n := range events {
		events[n] = build(t, fmt.Sprintf(`{"n":%d}`, n), n, noon)
	}
	events[4].Session.PageID = "2"
	const page = `{"id":"542998526103632","time":`
	tests := []struct {
		perEntry int
		want     string
	}{
		{2, page + `1772366400051,"messaging":[{"n":0},{"n":1}]},` + page + `1772366400053,"messaging":[{"n":2},{"n":3}]},{"id":"2","time":1772366400054,"messaging":[{"n":4}]}`},
		{3, page + `1772366400052,"messaging":[{"n":0},{"n":1},{"n":2}]},` + page + `1772366400053,"messaging":[{"n":3}]},{"id":"2","time":1772366400054,"messaging":[{"n":4}]}`},
		{9, page + `1772366400053,"messaging":[{"n":0},{"n":1},{"n":2},{"n":3}]},{"id":"2","time":1772366400054,"messaging":[{"n":4}]}`},
	}
	for _, tt := range tests {
		got, err := Batch(tt.perEntry, events...)
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"object":"page","entry":[` + tt.want + `]}`; string(got) != want {
			t.Errorf("%d to an entry:\ngot  %s\nwant %s", tt.perEntry, got, want)
		}
	}
}

func TestBatchErrors(t *testing.T) {
	good := build(t, `{}`, 0, noon)
	standby, instagram, broken := good, good, good
	standby.Variant.Form = schemas.FormStandby
	instagram.Variant.Object = "instagram"
	broken.JSON = json.RawMessage(`{`)
	tests := []struct {
		name     string
		perEntry int
		events   []Event
		want     string
	}{
		{"none to an entry", 0, []Event{good}, "batch: 0 events to an entry, want 1 or more"},
		{"no events", 1, nil, "batch: no events"},
		{"another form", 1, []Event{good, standby}, `batch: test.variant has the form "standby", want "messaging"`},
		{"another object", 1, []Event{good, instagram}, `batch: test.variant is an event of object "instagram", the first one of "page"`},
		{"not JSON", 1, []Event{good, broken}, "batch: envelope: entry 1: messaging: element 0: byte 1: the text ends, want the name of a member, in double quotes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Batch(tt.perEntry, tt.events...)
			if err == nil || err.Error() != tt.want || got != nil {
				t.Errorf("got  %s, %v\nwant %s", got, err, tt.want)
			}
		})
	}
}
