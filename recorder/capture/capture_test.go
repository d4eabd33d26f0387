package capture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// drawn draws a record with whatever bytes.
func drawn(t *rapid.T) capture.Record {
	message := func(label string) capture.Message {
		m := capture.Message{
			Method: rapid.StringMatching(`[A-Z]{0,5}`).Draw(t, label+" method"),
			Target: rapid.String().Draw(t, label+" target"),
			Status: rapid.IntRange(0, 599).Draw(t, label+" status"),
			Body:   rapid.SliceOf(rapid.Byte()).Draw(t, label+" body"),
			Cut:    rapid.Int64Range(0, 9).Draw(t, label+" cut"),
		}
		for range rapid.IntRange(0, 3).Draw(t, label+" fields") {
			m.Header = append(m.Header, struct{ Name, Value string }{
				rapid.String().Draw(t, "name"), rapid.String().Draw(t, "value"),
			})
		}
		return m
	}
	r := capture.Record{
		Version: 1, At: time.UnixMilli(rapid.Int64Range(0, 1<<41).Draw(t, "at")).UTC(),
		Milliseconds: float64(rapid.IntRange(0, 5000).Draw(t, "ms")), Request: message("request"),
		Signature: capture.Signature{SHA256: capture.Right, SHA1: capture.Missing},
	}
	if rapid.Bool().Draw(t, "answered") {
		answer := message("answer")
		r.Answer = &answer
	}
	return r
}

// TestWhatIsWrittenIsRead: a capture gives back every byte, in its order.
func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var file bytes.Buffer
		w := capture.NewWriter(&file, capture.Options{})
		var want []capture.Record
		for range rapid.IntRange(1, 4).Draw(t, "records") {
			r := drawn(t)
			want = append(want, r)
			w.Add(r)
		}
		if loss := w.Close(context.Background()); loss.Records != 0 {
			t.Fatalf("lost: %+v", loss)
		}
		whole := bytes.Clone(file.Bytes())
		var got []capture.Record
		read := func(text []byte) error {
			got = nil
			lines := capture.NewLines(bytes.NewReader(text))
			for lines.Next() {
				r, err := lines.Record()
				if err != nil {
					return err
				}
				got = append(got, r)
			}
			return lines.Err()
		}
		if err := read(whole); err != nil || !equal(got, want) {
			t.Fatalf("written %+v\nread %+v, %v", want, got, err)
		}
		// Wherever the writer is killed, what was written before is there.
		cut := rapid.IntRange(0, len(whole)-1).Draw(t, "cut")
		complete := bytes.Count(whole[:cut], []byte("\n"))
		switch err := read(whole[:cut]); {
		case err != nil && !errors.Is(err, capture.ErrTorn):
			t.Fatal(err)
		case len(got) < complete || !equal(got, want[:len(got)]):
			t.Fatalf("of %d whole lines %d were read", complete, len(got))
		}
	})
}

// equal compares records; an empty body is like none.
func equal(a, b []capture.Record) bool {
	plain := func(all []capture.Record) []capture.Record {
		out := append([]capture.Record(nil), all...)
		for i := range out {
			r := &out[i]
			if r.Answer != nil {
				answer := *r.Answer
				r.Answer = &answer
			}
			for _, m := range []*capture.Message{&r.Request, r.Answer} {
				if m != nil && len(m.Body) == 0 {
					m.Body = nil
				}
			}
		}
		return out
	}
	return reflect.DeepEqual(plain(a), plain(b))
}

// disk is a disk that can be full, or slow.
type disk struct {
	mu     sync.Mutex
	full   bool
	lines  []string
	before func() // before each write
}

func (d *disk) Write(p []byte) (int, error) {
	if d.before != nil {
		d.before()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return 0, errors.New("no space left on device")
	}
	d.lines = append(d.lines, string(p))
	return len(p), nil
}

func (d *disk) set(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

func TestFullDisk(t *testing.T) {
	d := &disk{full: true}
	prepared := make(chan struct{}, 10)
	w := capture.NewWriter(d, capture.Options{Prepare: func(*capture.Record) { prepared <- struct{}{} }})
	w.Add(capture.Record{})
	<-prepared
	w.Add(capture.Record{})
	<-prepared // so the first was tried
	d.set(false)
	w.Add(capture.Record{})
	loss := w.Close(t.Context())
	if loss.Records < 1 || loss.Records > 2 || !strings.Contains(fmt.Sprint(loss.Err), "no space left") {
		t.Errorf("the loss is %+v", loss)
	}
	if got := len(d.lines) + loss.Records; got != 3 {
		t.Errorf("%d lines and %d lost are not 3", len(d.lines), loss.Records)
	}
	for _, line := range d.lines {
		if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
			t.Errorf("one call wrote %q", line)
		}
	}
}

// TestNobodyWaits: a disk that hangs does not hold up who records.
func TestNobodyWaits(t *testing.T) {
	release := make(chan struct{})
	d := &disk{before: func() { <-release }}
	w := capture.NewWriter(d, capture.Options{Queue: 2, QueueBytes: 100})
	for range 10 {
		w.Add(capture.Record{Request: capture.Message{Body: make([]byte, 30)}})
	}
	loss := w.Loss()
	if loss.Records < 7 || !errors.Is(loss.Err, capture.ErrFull) {
		t.Errorf("the loss is %+v", loss)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("it hangs"))
	if closed := w.Close(ctx); closed.Records != 10 {
		t.Errorf("while the disk hangs %d of 10 are lost", closed.Records)
	}
	close(release)
}

func TestLateAndBrokenRecordsAreLost(t *testing.T) {
	d := &disk{}
	w := capture.NewWriter(d, capture.Options{Prepare: func(r *capture.Record) {
		if r.Err == "panic" {
			panic("a bug")
		}
	}})
	w.Add(capture.Record{Err: "panic"})
	w.Add(capture.Record{})
	if loss := w.Close(t.Context()); loss.Records != 1 || len(d.lines) != 1 {
		t.Errorf("lost %+v, written %d", loss, len(d.lines))
	}
	w.Add(capture.Record{})
	if loss := w.Loss(); loss.Records != 2 {
		t.Errorf("a record after the end is not lost: %+v", loss)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":1,"at":"2026-01-02T03:04:05Z","duration_ms":1.5,"request":{"method":"POST","header":[["A","b"]],"body":"{}"},"answer":{"status":200,"body":{"base64":"/w=="}},"signature":{"sha256":"right","sha1":"missing"}}`))
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{"version":1,"request":{"header":[["A"]]}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := capture.Parse(line)
		if err != nil {
			return
		}
		var file bytes.Buffer
		w := capture.NewWriter(&file, capture.Options{})
		w.Add(r)
		if loss := w.Close(t.Context()); loss.Records > 0 {
			t.Skip(loss.Err) // an instant in the year 10000, for example
		}
		again, err := capture.Parse(file.Bytes())
		if err != nil || !equal([]capture.Record{r}, []capture.Record{again}) {
			t.Errorf("%s\nis %+v\nwritten and read %+v, %v", line, r, again, err)
		}
	})
}
