package judge

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Passage is the way of one request of a requirement: through the gate, to its
// acknowledgement, and to the evidence of its events. Times are in microseconds.
type Passage struct {
	What string `json:"what"`
	// Shows reports that the finding is about it.
	Shows bool `json:"shows,omitempty"`
	// Due is when it was to be sent, from the first of the requirement on, and Gate how
	// long it then waited until the receiver could take it. Zero for what a process of
	// its own sends, such as a connection that is kept open.
	Due  int64 `json:"due_us"`
	Gate int64 `json:"gate_us"`
	// Answered is when the answer began, from the sending on; 0: there was none.
	Answered int64 `json:"answered_us,omitempty"`
	Status   int   `json:"status,omitempty"`
	// Error says why there was no answer, or none to its end.
	Error string `json:"error,omitempty"`
	// Evidence is what came of its events, in its order.
	Evidence []Sign `json:"evidence,omitempty"`
	// Proved is when a later event had been handled, so that silence until then says
	// something, from the sending on; 0: that was not waited for.
	Proved int64 `json:"proved_us,omitempty"`
	// Request and Answer are as they were on the wire, shortened.
	Request string `json:"request"`
	Answer  string `json:"answer,omitempty"`
}

// Sign is a piece of evidence.
type Sign struct {
	Kind string `json:"kind"` // reply, receipt or line
	// After is when it came, in microseconds from the sending on.
	After int64 `json:"after_us"`
	// Text is what came, shortened.
	Text string `json:"text"`
}

const (
	// mostPassages is how many of a red requirement are told of, and mostGreen of another.
	mostPassages, mostGreen = 8, 2
	// mostSigns is how much evidence of one is.
	mostSigns = 6
	// longRed is how much of a body is told, in bytes, of a red requirement, and longGreen
	// of another.
	longRed, longGreen = 2 << 10, 512
)

// passages are those of a requirement that came to o: of a red one those about the
// finding, and the first; left is how many more there were.
func (s *Session) passages(o Outcome) (told []Passage, left int) {
	most, long := mostGreen, longGreen
	sent := s.sent
	var about *Delivery
	if f := o.Finding; f != nil {
		most, long, about = mostPassages, longRed, f.about
	}
	if about != nil && !slices.Contains(sent, about) { // of the try before, or of another requirement
		sent = append([]*Delivery{about}, sent...)
	}
	if len(sent) == 0 {
		return nil, 0
	}
	first := slices.MinFunc(sent, func(a, b *Delivery) int { return a.request.due().Compare(b.request.due()) }).request.due()
	for i, d := range sent {
		if i < most-1 || d == about || i == most-1 && (about == nil || slices.Index(sent, about) < i) {
			p := s.passage(d, long)
			p.Due, p.Shows = microseconds(d.request.due().Sub(first)), d == about
			told = append(told, p)
		}
	}
	return told, len(sent) - len(told)
}

// Latencies are how long this receiver took: to acknowledge each request that it
// acknowledged, and to bring the evidence of each whose evidence came. What was sent
// slowly, or with many others at once on purpose, says nothing of that and is left out.
func (r *Run) Latencies() (acknowledged, evident []time.Duration) {
	l := r.e.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, q := range l.requests {
		if q.untimed || q.handshake || q.ended.IsZero() || !q.accepted {
			continue
		}
		acknowledged = append(acknowledged, q.ended.Sub(q.began))
		if q.owed > 0 && q.owes == 0 && q.complete.After(q.began) {
			evident = append(evident, q.complete.Sub(q.began))
		}
	}
	return acknowledged, evident
}

// due is when a request was to be sent.
func (r *request) due() time.Time { return r.began.Add(-r.waited) }

// passage is what is known of the way of a delivery, with so many bytes of its bodies.
func (s *Session) passage(d *Delivery, long int) Passage {
	r, a := d.request, d.Attempt
	p := Passage{What: d.What, Gate: microseconds(r.waited), Request: requestText(a.Request, long)}
	if a.Err != nil {
		p.Error = a.Err.Error()
	}
	if a.Answer != nil {
		p.Status, p.Answered, p.Answer = a.Answer.Status, max(1, microseconds(a.Timing.FirstByte)), answerText(a.Answer, long)
	}
	s.engine.ledger.mu.Lock()
	if !r.provedAt.IsZero() && len(d.Events) > 0 {
		p.Proved = max(0, microseconds(r.provedAt.Sub(r.began)))
	}
	s.engine.ledger.mu.Unlock()
	for _, got := range s.cameOf(d, d.Events[:min(len(d.Events), mostSigns)]) {
		for _, x := range got.inOrder() {
			after := x.At.Sub(a.Started)
			if d.turn != nil { // whose evidence may have come before it, for want of another
				after = max(0, after)
			}
			if after >= 0 && len(p.Evidence) < mostSigns {
				p.Evidence = append(p.Evidence, signOf(x, after, long))
			}
		}
	}
	slices.SortStableFunc(p.Evidence, func(a, b Sign) int { return int(a.After - b.After) })
	return p
}

// inOrder is all evidence, as it came.
func (e evidence) inOrder() []journal.Exchange {
	return slices.SortedStableFunc(slices.Values(slices.Concat(e.replies, e.receipts, e.lines)), func(a, b journal.Exchange) int { return a.At.Compare(b.At) })
}

func signOf(x journal.Exchange, after time.Duration, long int) Sign {
	sign := Sign{Kind: "reply", After: microseconds(after)}
	switch x.Kind {
	case journal.Receipt:
		sign.Kind = "receipt"
	case journal.Line:
		sign.Kind = "line"
	}
	switch {
	case len(x.Doc) > 0: // which has no token in it
		sign.Text = Endpoint(x) + "\n" + shortened(x.Doc, long)
	default:
		sign.Text = shortened(x.Request.Body, long)
	}
	return sign
}

// requestText is a request as it was on the wire, with so many bytes of its body.
func requestText(r delivery.Request, long int) string {
	var b strings.Builder
	proto := r.Proto
	if proto == "" {
		proto = "HTTP/1.1"
	}
	fmt.Fprintf(&b, "%s %s %s\n", r.Method, r.URL, proto)
	for _, f := range r.Header {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, shortened([]byte(f.Value), longGreen))
	}
	if len(r.Body) > 0 {
		b.WriteString("\n" + shortened(r.Body, long))
	}
	return b.String()
}

// answerText is the same for an answer.
func answerText(a *delivery.Answer, long int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %s\n", a.Proto, a.Status, a.Reason)
	names := make([]string, 0, len(a.Header))
	for name := range a.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names[:min(len(names), 20)] {
		for _, value := range a.Header[name][:1] {
			fmt.Fprintf(&b, "%s: %s\n", name, shortened([]byte(value), 200))
		}
	}
	if len(a.Body) > 0 {
		b.WriteString("\n" + shortened(a.Body, long))
	}
	return b.String()
}

// shortened is a text of so many bytes at most, and how many more there are.
func shortened(text []byte, most int) string {
	if len(text) <= most {
		return string(text)
	}
	cut := most
	for cut > 0 && cut > most-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… and %d more bytes", bytes.ToValidUTF8(text[:cut], []byte("\uFFFD")), len(text)-cut)
}

func microseconds(d time.Duration) int64 { return d.Microseconds() }
