package origin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/internal/origin"
)

func TestHosts(t *testing.T) {
	t.Parallel()
	here := origin.Policy{Service: "the platform", HostFlag: "--platform-host", Hosts: []string{"", "Bot.example"}}
	open := here
	open.Addresses = true
	for host, known := range map[string]struct{ here, open bool }{
		"localhost": {true, true}, "LOCALHOST:80": {true, true}, "localhost.:80": {true, true},
		"127.0.0.1:7070": {true, true}, "127.8.8.8": {true, true}, "[::1]:7070": {true, true}, "[::1]": {true, true}, "[::ffff:127.0.0.1]:1": {true, true},
		"bot.example": {true, true}, "BOT.example:443": {true, true},
		"192.0.2.1:7070": {false, true}, "[2001:db8::1]:7070": {false, true},
		"": {}, ":7070": {}, "evil.example": {}, "localhost.evil.example": {}, "evil.localhost": {}, "127.0.0.1.evil.example": {}, "2130706433": {}, "0x7f.1": {}, "my.bot.example": {},
	} {
		for _, c := range []struct {
			policy origin.Policy
			known  bool
		}{{here, known.here}, {open, known.open}} {
			problem := c.policy.Unknown(host)
			if (problem == "") != c.known {
				t.Errorf("%q, addresses %v: %q", host, c.policy.Addresses, problem)
			}
			if problem != "" && !strings.Contains(problem, "allow the name with --platform-host") {
				t.Errorf("%q: %q does not say what to do", host, problem)
			}
		}
	}
}

func TestForeignPages(t *testing.T) {
	t.Parallel()
	p := origin.Policy{Takes: "the platform takes calls of programs"}
	for _, c := range []struct {
		from, by string
		problem  string // the end of it
	}{
		{"", "", ""},
		{"none", "", ""},
		{"none", "chrome-extension://abc", ""},
		{"same-origin", "", ""},
		{"same-origin", "http://127.0.0.1:7070", ""},
		{"", "http://127.0.0.1:7070", ""},
		{"same-site", "", "is same-site"},
		{"cross-site", "", "is cross-site"},
		{"cross-site", "null", `is cross-site, from a page of "null"`},
		{"cross-site", "http://127.0.0.1:7070", `is cross-site, from a page of "http://127.0.0.1:7070"`},
		{"of tomorrow", "", "is of tomorrow"},
		{"", "null", `from a page of "null"`},
		{"", "http://127.0.0.1:7071", `from a page of "http://127.0.0.1:7071"`},
		{"", "http://127.0.0.1", `from a page of "http://127.0.0.1"`},
		{"", "127.0.0.1:7070", `from a page of "127.0.0.1:7070"`},
	} {
		r := &http.Request{Host: "127.0.0.1:7070", Header: http.Header{}}
		if c.from != "" {
			r.Header.Set("Sec-Fetch-Site", c.from)
		}
		if c.by != "" {
			r.Header.Set("Origin", c.by)
		}
		if got := p.Foreign(r); (got == "") != (c.problem == "") || !strings.HasSuffix(got, c.problem) {
			t.Errorf("Sec-Fetch-Site %q, Origin %q: %q, want an end of %q", c.from, c.by, got, c.problem)
		}
	}
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "192.0.2.1": false, "bot.example": false,
	} {
		if got := origin.Loopback(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

// BenchmarkProgram is what the policy costs a program's call: less than a
// microsecond, and no memory.
func BenchmarkProgram(b *testing.B) {
	p := origin.Policy{Hosts: []string{"graph.facebook.com", "graph.instagram.com", "host.docker.internal"}}
	r := &http.Request{Host: "127.0.0.1:7070", Header: http.Header{"Content-Type": {"application/json"}}}
	b.ReportAllocs()
	for b.Loop() {
		if p.Unknown(r.Host) != "" || p.Foreign(r) != "" {
			b.Fatal("refused")
		}
	}
}
