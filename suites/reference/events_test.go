package reference

import (
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	tests := []struct {
		name, body string
		ok         bool
	}{
		{"object", `{"a":1}`, true},
		{"same member twice", `{"a":1,"a":2}`, true},
		{"space around", " \n{}\r\n ", true},
		{"no object", `null`, true},
		{"large number", `{"id":123456789012345678901234567890}`, true},
		{"empty", ``, false},
		{"cut", `{"a":`, false},
		{"two values", `{}{}`, false},
		{"trailing comma", `{"a":1,}`, false},
		{"byte order mark", "\ufeff{}", false},
		{"form", `a=1&b=2`, false},
		{"too deep", strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := decode([]byte(tt.body)); (err == nil) != tt.ok {
				t.Errorf("error %v, want ok %v", err, tt.ok)
			}
		})
	}
}

func TestEvents(t *testing.T) {
	tests := []struct {
		name, body string
		want       string // the "n" of every event
	}{
		{"one", messaging(`{"n":"1"}`), "1"},
		{"two in one entry", messaging(`{"n":"1"}`, `{"n":"2"}`), "1 2"},
		{"two entries", `{"entry":[{"messaging":[{"n":"1"}]},{"messaging":[{"n":"2"}]}]}`, "1 2"},
		{"instagram", `{"object":"instagram","entry":[{"messaging":[{"n":"1"}]}]}`, "1"},
		{"no object member", `{"entry":[{"messaging":[{"n":"1"}]}]}`, "1"},
		{"standby", `{"entry":[{"standby":[{"n":"1"}]}]}`, ""},
		{"standby beside messaging", `{"entry":[{"standby":[{"n":"1"}],"messaging":[{"n":"2"}]}]}`, "2"},
		{"standby before messaging", `{"entry":[{"standby":[{"n":"1"}]},{"messaging":[{"n":"2"}]}]}`, "2"},
		{"changes of the page", `{"entry":[{"changes":[{"field":"feed","value":{"n":"1"}}]},{"messaging":[{"n":"2"}]}]}`, "2"},
		{"dashboard test", `{"entry":[{"changes":[{"field":"messages","value":{"page_id":"1"}}],"id":"0","time":1}],"object":"page"}`, ""},
		{"messaging as a change", `{"entry":[{"changes":[{"field":"messaging_postbacks","value":{"n":"1"}}]}]}`, "1"},
		{"change without a value", `{"entry":[{"changes":[{"field":"messaging_postbacks"},7]}]}`, ""},
		{"bare", `{"field":"messaging_postbacks","value":{"n":"1"}}`, "1"},
		{"bare standby", `{"field":"standby","value":{"n":"1"}}`, ""},
		{"bare without an object", `{"field":"messaging_postbacks","value":7}`, ""},
		{"strange items", messaging(`null`, `7`, `"x"`, `[]`, `{"n":"1"}`), "1"},
		{"strange entries", `{"entry":[null,7,{},{"messaging":7},{"messaging":[{"n":"1"}]}]}`, "1"},
		{"entry is no array", `{"entry":{"messaging":[{"n":"1"}]}}`, ""},
		{"no entry", `{"object":"page"}`, ""},
		{"capitals", `{"Entry":[{"Messaging":[{"n":"1"}]}]}`, ""},
		{"array", `[{"entry":[]}]`, ""},
		{"null", `null`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := decode([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range events(doc) {
				got = append(got, e["n"].(string))
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("events %q, want %q", s, tt.want)
			}
		})
	}
}

func TestEcho(t *testing.T) {
	tests := map[string]bool{
		`{"message":{"is_echo":true}}`:   true,
		`{"message":{"is_echo":"true"}}`: true,
		`{"message":{"is_echo":false}}`:  false,
		`{"message":{"text":"hi"}}`:      false,
		`{"message":"TEST_MESSAGE"}`:     false,
		`{"is_echo":true}`:               false,
		`{}`:                             false,
	}
	for text, want := range tests {
		if got := echo(parse[event](t, text)); got != want {
			t.Errorf("echo of %s is %v", text, got)
		}
	}
}

func TestSender(t *testing.T) {
	tests := []struct{ event, member, value string }{
		{`{"sender":{"id":"1"}}`, "id", "1"},
		{`{"sender":{"id":12345654332}}`, "id", "12345654332"},
		{`{"sender":{"user_ref":"a-b"}}`, "user_ref", "a-b"},
		{`{"sender":{"user_ref":"a-b","id":"1"}}`, "id", "1"},
		{`{"sender":{"id":"","user_ref":"a-b"}}`, "user_ref", "a-b"},
		{`{"sender":{"id":null}}`, "", ""},
		{`{"sender":{}}`, "", ""},
		{`{"sender":"1"}`, "", ""},
		{`{}`, "", ""},
	}
	for _, tt := range tests {
		if member, value := sender(parse[event](t, tt.event)); member != tt.member || value != tt.value {
			t.Errorf("sender of %s is %q %q", tt.event, member, value)
		}
	}
}
