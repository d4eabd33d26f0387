package payload_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/runner/payload"
)

// TestConsoleExport: of what the console exports, the payloads are the bodies that
// reached the receiver, byte for byte, and nothing else.
func TestConsoleExport(t *testing.T) {
	platform, err := mockplatform.New(mockplatform.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	server, err := console.New(console.Options{Platform: platform, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}

	var mu sync.Mutex
	var came []string
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		came = append(came, string(body))
		answer, err := http.Post(platform.GraphURL()+"/v23.0/me/messages?access_token=x", "application/json", strings.NewReader(`{"object":"page","entry":[]}`))
		if err != nil {
			t.Error(err)
			return
		}
		answer.Body.Close()
	}))
	defer bot.Close()
	began := time.Now().UTC().Add(-time.Second)
	if err := platform.Subscribe(t.Context(), mockplatform.Subscription{URL: bot.URL}); err != nil {
		t.Fatal(err)
	}
	for variant, faults := range map[string][]fault.Fault{
		"referral.ads": nil, "message.text": nil, "postback.get-started": {fault.SignWith("another secret", "x")}, "referral.shortlink": {fault.Unsigned()},
	} {
		if _, err := platform.Emit(t.Context(), mockplatform.Emission{Variant: variant, Person: "Åsa", Faults: faults}); err != nil {
			t.Fatal(err)
		}
	}
	load := func(path string) string {
		t.Helper()
		answer, err := http.Get(server.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v, %s", path, err, text)
		}
		return string(text)
	}

	export := load("api/v1/exchanges/export")
	lines := strings.SplitAfter(strings.TrimSuffix(export, "\n"), "\n")
	if len(lines) != 9 { // a handshake, four deliveries, four calls
		t.Fatalf("the export has %d lines", len(lines))
	}
	var got []string
	facts := map[capture.Fact]int{}
	err = payload.Each(t.Context(), source(export), func(int, payload.Payload) struct{} { return struct{}{} }, func(p payload.Payload, _ struct{}) error {
		got = append(got, string(p.Body))
		facts[p.Record.Signature.SHA256]++
		var number int
		if _, err := fmt.Sscanf(p.Where, "in:%d", &number); err != nil || !strings.Contains(lines[number-1], `"kind":"delivery"`) {
			t.Errorf("%s is not the line of a delivery, %v", p.Where, err)
		}
		if p.At.Before(began) || p.At.After(time.Now()) {
			t.Errorf("%s came at %s", p.Where, p.At)
		}
		if a := p.Record.Answer; a == nil || a.Status != http.StatusOK {
			t.Errorf("%s was answered with %+v", p.Where, a)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "\n") != strings.Join(came, "\n") {
		t.Errorf("the export has\n%s\nand what came was\n%s", strings.Join(got, "\n"), strings.Join(came, "\n"))
	}
	if facts[capture.Right] != 2 || facts[capture.Wrong] != 1 || facts[capture.Missing] != 1 {
		t.Errorf("the signatures are %v", facts)
	}

	// One exchange, as the control API answers; and what has no payload.
	one := strings.Index(export, `"kind":"delivery"`)
	number := strings.Count(export[:one], "\n") + 1
	if found, err := read(t, source(load(fmt.Sprintf("api/v1/exchanges/%d", number)))); err != nil || len(found) != 1 || !strings.HasSuffix(found[0], came[0]) {
		t.Errorf("got %q, %v", found, err)
	}
	if found, err := read(t, source(load("api/v1/exchanges/export?direction=from-receiver"))); err != nil || len(found) != 0 {
		t.Errorf("got %q, %v", found, err)
	}
	for path, says := range map[string]string{"api/v1/exchanges/export?format=har": "a HAR archive", "api/v1/exchanges": "a list of exchanges"} {
		if _, err := read(t, source(load(path))); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v", path, err)
		}
	}
	if _, err := read(t, source(export[:one+20])); err == nil || !strings.Contains(err.Error(), "the export was not loaded to its end") {
		t.Errorf("a torn export: %v", err)
	}
}

// TestCutExchange: of a body that the journal has not kept whole, that is known.
func TestCutExchange(t *testing.T) {
	line := []byte(`{"seq":1,"at":"2026-11-26T12:00:00Z","direction":"to-receiver","kind":"delivery","method":"POST","status":0,"request":{"headers":[],"body":{"bytes":"e30=","size":2,"cut":true}}}`)
	var cut []int64
	err := payload.Each(t.Context(), source(string(bytes.Join([][]byte{line, line}, []byte("\n")))), func(int, payload.Payload) int { return 0 }, func(p payload.Payload, _ int) error {
		cut = append(cut, p.Record.Request.Cut)
		if p.Record.Answer != nil {
			t.Errorf("there is an answer: %+v", p.Record.Answer)
		}
		return nil
	})
	if err != nil || len(cut) != 2 || cut[0] == 0 {
		t.Errorf("cut: %v, %v", cut, err)
	}
}
