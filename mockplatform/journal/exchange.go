package journal

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// Direction says who asked whom.
type Direction string

// The two directions, seen from the platform.
const (
	ToReceiver   Direction = "to-receiver"
	FromReceiver Direction = "from-receiver"
)

// Kind says what an exchange is about.
type Kind string

const (
	// Delivery is a webhook delivery to the receiver.
	Delivery Kind = "delivery"
	// Verification is one request of the verification handshake.
	Verification Kind = "verification"
	// Send is a call of the Send API, valid or not.
	Send Kind = "send"
	// Graph is any other call of the Graph API, played or not.
	Graph Kind = "graph"
	// Receipt is what the receiver says it understood of one event.
	Receipt Kind = "receipt"
	// Line is a line that the receiver wrote, by which it shows that it handled
	// an event: no exchange, but evidence like one.
	Line Kind = "line"
	// Unknown is a call that is none of these.
	Unknown Kind = "unknown"
)

// TokenState says which access token a Graph call carried. The token itself is
// masked in the journal.
type TokenState string

// The states of a token; exchanges that need none have the empty state.
const (
	TokenRight   TokenState = "right"
	TokenWrong   TokenState = "wrong"
	TokenMissing TokenState = "missing"
)

// Exchange is one request and, once it is there, its answer.
//
// Secrets are masked in it (see Journal.Record); only the body of a request to
// the receiver is always kept as it was sent, because its signature is made
// over these bytes.
type Exchange struct {
	// Seq numbers the exchanges of a journal from 1, in the order of arrival.
	// The journal sets it.
	Seq uint64
	// At is when the exchange began, on the platform's clock.
	At        time.Time
	Direction Direction
	Kind      Kind
	// Person is whom the exchange concerns: the recipient of a Send API call
	// (its id, or its user_ref), the sender that a receipt names, the person of
	// a delivery. Empty when it concerns nobody.
	Person string
	// Edge names what a Graph call asks for: the edge, such as "messages" and
	// "messenger_profile"; for a node its sort, "page", "app", "person",
	// "persona", "label", "conversation" or "message", and "other" if it is none of
	// these; or "batch", "debug_token".
	// Empty for the root, and for what is no Graph call.
	Edge    string
	Request Message
	// Response has the status 0 until the answer is there.
	Response Message
	// Doc is the request as one JSON object whatever encoding it came in: the
	// parameters of a Graph call without its token, or a receipt. It has no members
	// that are null, which count as absent; Request.Body has. Nil when the
	// request could not be read as that, or has too much (see Options.MaxBody).
	Doc json.RawMessage
	// Token says whether a Graph call carried an access token that is right
	// there: the page's, or for what is the app's its own.
	Token TokenState
	// Faults describes what was done on purpose: to a delivery, to the answer that a
	// Graph call got, or to what follows from it.
	Faults []string
	// Warnings say why Meta would have refused a Graph call that was taken.
	Warnings []Warning
	// DeliveryID names the delivery that this is an attempt of, Attempt counts
	// its attempts from 1; empty and 0 for what is sent once and for all.
	DeliveryID string
	Attempt    int
	// Variants are what the events of a delivery were made of, if that is known.
	Variants []string
	// Next is when the delivery is tried again, on the platform's clock; zero
	// when it is over.
	Next time.Time
	// Timing is measured from the start of the exchange. A call from the
	// receiver has only Done.
	Timing delivery.Timing
	// Err says why the exchange failed or why the platform refused it; empty
	// when all went well.
	Err string
}

// GraphVersion is the version that a call of the Graph API names in its path, "v23.0";
// empty if it names none, or is no call of it.
func (x Exchange) GraphVersion() string {
	if x.Kind != Send && x.Kind != Graph {
		return ""
	}
	target, err := url.Parse(x.Request.URL)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimLeft(target.Path, "/"), "/")
	if !schemas.IsGraphVersion(first) {
		return ""
	}
	return first
}

// Settled reports whether the exchange is over: answered, or failed for good.
func (x Exchange) Settled() bool { return x.Response.Status != 0 || x.Err != "" }

// Warning says that Meta would have refused a call that the platform took.
type Warning struct {
	// Rule names what the call breaks, and Text is what Meta would have said.
	Rule, Text string
	// Certain reports whether Meta is known to refuse such a call.
	Certain bool
}

// Message is a request or an answer.
type Message struct {
	// Method and URL belong to requests. The URL is absolute for a request to
	// the receiver, and the request target for a request from it.
	Method, URL string
	// Status belongs to answers.
	Status int
	// Proto is the protocol as it stands in the message, such as "HTTP/1.1".
	Proto string
	// Header is in the order of sending in what the platform sends to the
	// receiver, without Host and Content-Length; else it is sorted by name.
	Header wire.Header
	// Body is the body, or the part of it that was kept.
	Body []byte
	// Cut reports that Body is not the whole body.
	Cut bool
}

// SortedHeader lists what net/http knows of a header, which is not its order,
// by name.
func SortedHeader(h http.Header) wire.Header {
	list := make(wire.Header, 0, len(h))
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			list.Add(name, value)
		}
	}
	return list
}

// size is about how many bytes of memory the exchange takes.
func (x Exchange) size() int {
	const fixed = 640 // the exchange and what the journal needs to find it
	n := fixed + len(x.Person) + len(x.Edge) + len(x.Doc) + len(x.Err) + x.Request.size() + x.Response.size()
	for _, text := range slices.Concat(x.Faults, x.Variants) {
		n += len(text)
	}
	for _, w := range x.Warnings {
		n += len(w.Rule) + len(w.Text)
	}
	return n
}

func (m Message) size() int {
	const line = 48 // two strings, and what their allocations leave unused
	n := len(m.URL) + len(m.Body) + line*len(m.Header)
	for _, f := range m.Header {
		n += len(f.Name) + len(f.Value)
	}
	return n
}

// cut keeps at most the first n bytes of the body.
func (m *Message) cut(n int) {
	if len(m.Body) > n {
		m.Body, m.Cut = slices.Clone(m.Body[:n]), true
	}
}

// clone copies the exchange with everything that it refers to.
func (x Exchange) clone() Exchange {
	x.Request = x.Request.clone()
	x.Response = x.Response.clone()
	x.Doc = slices.Clone(x.Doc)
	x.Faults = slices.Clone(x.Faults)
	x.Variants = slices.Clone(x.Variants)
	x.Warnings = slices.Clone(x.Warnings)
	return x
}

func (m Message) clone() Message {
	m.Header = slices.Clone(m.Header)
	m.Body = slices.Clone(m.Body)
	return m
}
