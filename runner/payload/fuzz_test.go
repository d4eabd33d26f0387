package payload_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/runner/payload"
)

// Whatever is in a stream, nothing of it is lost without an error: each line
// that is not blank is a payload, or all of them are one document.
func FuzzEach(f *testing.F) {
	f.Add([]byte("{\n\"a\": 1\n}\n"))
	f.Add([]byte(record + "\n{}\n[]"))
	f.Add([]byte("{\n{}\n\n\xff\n" + record[:50]))
	f.Add([]byte(`{"seq":1,"at":"2026-11-26T12:00:00Z","direction":"to-receiver","kind":"delivery","method":"POST","request":{"body":{"bytes":"e30="}}}` + "\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := 0
		whole := false
		err := payload.Each(t.Context(), source(string(text)), func(_ int, p payload.Payload) []byte { return p.Body },
			func(_ payload.Payload, body []byte) error {
				got++
				whole = whole || bytes.Equal(body, text)
				return nil
			})
		if none := errors.Is(err, payload.ErrNone); none {
			err = nil
			if got > 0 {
				t.Errorf("of %d payloads is said that there is none", got)
			}
		}
		if err != nil || whole {
			return
		}
		want, exchanges := 0, 0
		for line := range bytes.Lines(text) {
			line = bytes.TrimSpace(line)
			if len(line) == 0 {
				continue
			}
			want++
			if r, err := capture.Parse(line); capture.IsRecord(line) && err == nil && !r.IsDelivery() {
				want-- // a verification, which has no payload
			}
			if bytes.HasPrefix(line, []byte(`{"seq":`)) {
				exchanges++ // most have none
			}
		}
		if got > want || got < want-exchanges {
			t.Errorf("%d payloads of %d lines", got, want)
		}
	})
}
