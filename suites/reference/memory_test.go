package reference

import (
	"testing"
	"time"
)

func TestIdentity(t *testing.T) {
	tests := []struct {
		name, a, b string
		same       bool
	}{
		{"postback mid", `{"timestamp":1,"postback":{"mid":"m"}}`, `{"timestamp":2,"postback":{"mid":"m","title":"T"}}`, true},
		{"message mid", `{"timestamp":1,"message":{"mid":"m"}}`, `{"timestamp":2,"message":{"mid":"m"}}`, true},
		{"two mids", `{"postback":{"mid":"m"}}`, `{"postback":{"mid":"n"}}`, false},
		{"order of members", `{"a":1,"b":{"c":2,"d":3}}`, `{"b":{"d":3,"c":2},"a":1}`, true},
		{"another time", `{"timestamp":1,"referral":{}}`, `{"timestamp":2,"referral":{}}`, false},
		{"another person", `{"sender":{"id":"1"},"postback":{}}`, `{"sender":{"id":"2"},"postback":{}}`, false},
		{"empty mids", `{"timestamp":1,"message":{"mid":""}}`, `{"timestamp":2,"message":{"mid":""}}`, false},
		{"mids of another type", `{"timestamp":1,"message":{"mid":1}}`, `{"timestamp":2,"message":{"mid":1}}`, false},
		{"what is read", `{"timestamp":1,"read":{"mid":"m"}}`, `{"timestamp":1,"message":{"mid":"m"}}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := identity(parse[event](t, tt.a)), identity(parse[event](t, tt.b))
			if (a == b) != tt.same {
				t.Errorf("identities %q and %q, want the same: %v", a, b, tt.same)
			}
		})
	}
}

func TestMemoryForgetsAfterAnHour(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	m := newMemory(func() time.Time { return now })
	want := func(identity string, first bool) {
		t.Helper()
		if m.first(identity) != first {
			t.Errorf("at %v: first(%q) is not %v", now, identity, first)
		}
	}
	want("a", true)
	want("a", false)
	now = now.Add(59 * time.Minute)
	want("b", true)
	want("a", false)
	now = now.Add(time.Minute)
	want("a", true)
	want("b", false)
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(time.Now)
	m.limit = 2
	for _, identity := range []string{"a", "b", "c"} {
		if !m.first(identity) {
			t.Errorf("%q is not new", identity)
		}
	}
	if len(m.known) != 2 || len(m.order) != 2 {
		t.Errorf("%d known, %d in order, want 2", len(m.known), len(m.order))
	}
	if m.first("c") || !m.first("a") {
		t.Error("not the oldest one was forgotten")
	}
}
