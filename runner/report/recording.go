package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// Recording sums up what passed while a capture was written.
type Recording struct {
	// Deliveries are the POST requests, Others the rest: verification requests.
	Deliveries, Others int
	// Variants counts the events of each variant; "" is for those of none.
	Variants map[string]int
	// Wrong counts deliveries of which a signature is wrong, Unsigned those
	// without any, Unchecked those that could not be checked.
	Wrong, Unsigned, Unchecked int
	// Invalid counts deliveries that break their schema, or are not JSON.
	Invalid int
	// Refused counts requests that were answered with another status than a 2xx,
	// Unanswered those without an answer.
	Refused, Unanswered int
}

// Add counts a record whose signatures were checked, and says in one line what
// it is. The line quotes from the record: give it one without personal data.
func (r *Recording) Add(x capture.Record) (line string) {
	what := x.Request.Method + " " + x.Request.Target
	if x.IsDelivery() {
		what = r.delivery(x)
	} else {
		r.Others++
	}
	outcome := x.Err
	switch {
	case x.Answer == nil:
		r.Unanswered++
	case x.Answer.Status/100 != 2:
		r.Refused++
		fallthrough
	default:
		outcome = strings.TrimSuffix(fmt.Sprintf("status %d, %s", x.Answer.Status, x.Err), ", ")
	}
	return cleanLine(fmt.Sprintf("%s  %s, %s after %.1f ms", x.At.Format("15:04:05.000"), what, cmp.Or(outcome, "no answer"), x.Milliseconds))
}

// delivery counts a delivery and says what it is.
func (r *Recording) delivery(x capture.Record) string {
	r.Deliveries++
	signature := signatureOf(x.Signature)
	switch signature {
	case capture.Wrong:
		r.Wrong++
	case capture.Missing:
		r.Unsigned++
	case capture.Unchecked:
		r.Unchecked++
	}
	reading, err := schemas.Read(x.Request.Body)
	if err != nil || len(reading.Problems) > 0 {
		r.Invalid++
	}
	for _, e := range reading.Events {
		name := ""
		if len(e.Variants) > 0 {
			name = e.Variants[0]
		}
		if r.Variants == nil {
			r.Variants = map[string]int{}
		}
		r.Variants[name]++
	}
	names := cmp.Or(NewPayload("", "", reading, err).Names(), "no event")
	switch {
	case err != nil:
		names = "not JSON"
	case len(reading.Problems) > 0:
		names += " (" + reading.Problems[0].String() + ")"
	}
	return fmt.Sprintf("%s, signature %s", names, signature)
}

// signatureOf is the worst of two facts that says something: a delivery has been
// signed in both ways for years, and in one before.
func signatureOf(s capture.Signature) capture.Fact {
	for _, fact := range []capture.Fact{capture.Wrong, capture.Unchecked, capture.Right} {
		if s.SHA256 == fact || s.SHA1 == fact {
			return fact
		}
	}
	return capture.Missing
}

// WriteRecording writes the sum.
func WriteRecording(w io.Writer, r Recording, o Options) error {
	p := newPage(o)
	p.line(fmt.Sprintf("%s, %s: %d refused, %d without an answer",
		plural.Count(r.Deliveries, "delivery"), plural.Count(r.Others, "other request"), r.Refused, r.Unanswered))
	if r.Deliveries > 0 {
		p.line(fmt.Sprintf("Signatures: %d wrong, %d missing, %d unchecked; payloads: %d not valid", r.Wrong, r.Unsigned, r.Unchecked, r.Invalid))
	}
	for _, id := range slices.Sorted(maps.Keys(r.Variants)) {
		p.line(fmt.Sprintf("%7d  %s", r.Variants[id], cleanLine(cmp.Or(id, "of no variant"))))
	}
	return p.writeTo(w, "the sum of the recording")
}
