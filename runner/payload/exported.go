package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

// exchange is what counts of an exchange as the console exports it; a test holds it
// to what mockplatform/console writes.
type exchange struct {
	At         time.Time `json:"at"`
	Direction  string    `json:"direction"`
	Kind       string    `json:"kind"`
	Method     string    `json:"method"`
	URL        string    `json:"url"`
	Status     int       `json:"status"`
	DurationMS float64   `json:"duration_ms"`
	Error      string    `json:"error"`
	Request    message   `json:"request"`
	Response   message   `json:"response"`
	Signatures []struct {
		Header string `json:"header"`
		Valid  bool   `json:"valid"`
	} `json:"signatures"`
}

type message struct {
	Proto   string `json:"proto"`
	Headers []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"headers"`
	Body struct {
		Bytes []byte `json:"bytes"`
		Cut   bool   `json:"cut"`
	} `json:"body"`
}

// isExchange reports whether a line is an exchange: its number comes first.
func isExchange(line []byte) bool { return bytes.HasPrefix(line, []byte(`{"seq":`)) }

// errTornExport is for a last line without an end.
var errTornExport = errors.New("the last line is torn: the export was not loaded to its end; every line before it is whole")

// delivered is an exchange as the record of a delivery; ok is false where it is
// another: the handshake, a call of the receiver.
func delivered(line []byte) (r capture.Record, ok bool, err error) {
	var x exchange
	if err := json.Unmarshal(line, &x); err != nil {
		return r, false, fmt.Errorf("is no exchange of the console's export: %w", err)
	}
	if x.Direction == "" || x.Kind == "" {
		return r, false, errors.New("is no exchange of the console's export: it has no direction, or no kind")
	}
	r = capture.Record{At: x.At, Milliseconds: x.DurationMS, Request: recorded(x.Request), Err: x.Error}
	r.Request.Method, r.Request.Target = x.Method, x.URL
	if x.Status != 0 {
		answer := recorded(x.Response)
		answer.Status = x.Status
		r.Answer = &answer
	}
	r.Signature = capture.Signature{SHA256: capture.Missing, SHA1: capture.Missing}
	for _, s := range x.Signatures {
		fact := &r.Signature.SHA1
		if strings.EqualFold(s.Header, "X-Hub-Signature-256") {
			fact = &r.Signature.SHA256
		}
		switch {
		case !s.Valid:
			*fact = capture.Wrong
		case *fact == capture.Missing:
			*fact = capture.Right
		}
	}
	return r, x.Direction == "to-receiver" && x.Kind == "delivery" && r.IsDelivery(), nil
}

func recorded(m message) capture.Message {
	r := capture.Message{Proto: m.Proto, Body: m.Body.Bytes}
	for _, f := range m.Headers {
		r.Header = append(r.Header, struct{ Name, Value string }(f))
	}
	if m.Body.Cut {
		r.Cut = 1 // or more: how much is missing is not said
	}
	return r
}
