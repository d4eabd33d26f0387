package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// reproducible is the longest body, in bytes, that a person would paste into a
// terminal.
const reproducible = 16 << 10

// Found makes a finding about a delivery.
func (s *Session) Found(d *Delivery, expected, actual string) *Finding {
	return &Finding{
		Stimulus: d.What, Expected: expected, Actual: actual, Output: s.outputSince(d.mark), Reproduce: s.curl(d),
		does: Breaks, about: d, event: -1,
	}
}

// curl is the command that sends a delivery again; empty where none can.
func (s *Session) curl(d *Delivery) string {
	r := d.Attempt.Request
	if len(r.Body) <= reproducible && r.Pace.Plain() && r.Line == nil && !s.beyondCurl(r) {
		return delivery.Curl(r)
	}
	return ""
}

// beyondCurl reports whether a request depends on what the client shows or speaks in
// TLS, which curl does not have.
func (s *Session) beyondCurl(r delivery.Request) bool {
	return r.TLS != nil || s.engine.env.OverTLS() && s.engine.env.Platform.Options().ClientCA != nil
}

// Answer says in words how an attempt was answered.
func Answer(a delivery.Attempt) string {
	if a.Answer == nil {
		return a.Err.Error()
	}
	text := fmt.Sprintf("status %d", a.Answer.Status)
	if body := delivery.PlainText(string(a.Answer.Body)); body != "" {
		text += fmt.Sprintf(" with the body %q", body)
	}
	text += fmt.Sprintf(" after %s", round(a.Timing.FirstByte))
	if a.Err != nil {
		text += "; " + a.Err.Error()
	}
	return text
}

// personOf names the person of an event as the receiver knows it.
func personOf(ev event.Event) string {
	sender, _ := event.Get(ev.JSON, "/sender")
	if len(sender) == 0 {
		return "an event without a sender"
	}
	return string(sender)
}

// Endpoint is what a call asked for, without its parameters.
func Endpoint(x journal.Exchange) string {
	path, _, _ := strings.Cut(x.Request.URL, "?")
	return x.Request.Method + " " + path
}

// round makes a duration readable.
func round(d time.Duration) time.Duration {
	if d < time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}

// FirstLine is the first line of a text.
func FirstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
