package reference

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// robustnessMutants are the receivers that go to pieces, or lose what comes
// next, when something else arrives than a delivery by the book.
func robustnessMutants() []Mutant {
	return []Mutant{
		{
			Name:   "drops-connection-on-malformed-json",
			Defect: "Lets the parser's error end the request without an answer.",
			Cause:  "hangs-up.malformed",
			Breaks: []string{
				"robustness.byte-order-mark", "robustness.deep", "robustness.empty", "robustness.malformed", "robustness.truncated",
			},
			apply: drops(func(_ []byte, _ any, err error) bool { return err != nil }),
		},
		{
			Name:   "drops-connection-on-other-types",
			Defect: "Ends the request without an answer when the body is no object.",
			Cause:  "hangs-up.no-object",
			Breaks: []string{
				"envelope.edit.instagram-array.accepted", "robustness.array", "robustness.boolean", "robustness.null",
				"robustness.number", "robustness.string",
			},
			apply: drops(func(_ []byte, doc any, err error) bool {
				_, ok := doc.(object)
				return err == nil && !ok
			}),
		},
		{
			Name:   "requires-valid-text",
			Defect: "Ends the request without an answer when a text holds what is not Unicode.",
			Cause:  "hangs-up.no-unicode",
			Breaks: []string{"robustness.invalid-utf8", "robustness.lone-surrogate"},
			apply: drops(func(_ []byte, doc any, _ error) bool {
				text, _ := json.Marshal(doc) // the decoder has put U+FFFD there
				return bytes.ContainsRune(text, '\ufffd')
			}),
		},
		{
			Name:   "cannot-store-nul",
			Defect: "Ends the request without an answer when a text holds a zero character.",
			Cause:  "hangs-up.nul",
			Breaks: []string{"robustness.nul"},
			apply:  drops(func(body []byte, _ any, _ error) bool { return bytes.Contains(body, []byte(`\u0000`)) }),
		},
		{
			Name:   "refuses-duplicate-members",
			Defect: "Ends the request without an answer when the body has the member object twice.",
			Cause:  "hangs-up.duplicate-members",
			Breaks: []string{"robustness.duplicate-members"},
			apply:  drops(func(body []byte, _ any, _ error) bool { return bytes.Count(body, []byte(`"object":`)) > 1 }),
		},
		{
			Name:   "reads-numbers-as-floats",
			Defect: "Ends the request without an answer when a number is too large for a float.",
			Cause:  "hangs-up.huge-numbers",
			Breaks: []string{"robustness.huge-numbers"},
			apply: drops(func(body []byte, _ any, err error) bool {
				var floats any
				return err == nil && json.Unmarshal(body, &floats) != nil
			}),
		},
		{
			Name:   "keeps-half-a-body",
			Defect: "Puts what was left of a body that broke off or was no JSON before the next body.",
			Cause:  "loses.after-a-broken-body",
			Breaks: []string{
				"robustness.broken-off", "robustness.byte-order-mark", "robustness.deep", "robustness.malformed",
				"robustness.truncated", "robustness.unsigned-garbage",
			},
			apply: func(r *Receiver) {
				var mu sync.Mutex
				var left []byte
				original := r.steps.read
				r.steps.read = func(w http.ResponseWriter, req *http.Request) ([]byte, error) {
					part, err := original(w, req)
					mu.Lock()
					defer mu.Unlock()
					body := slices.Concat(left, part)
					left = nil
					if err != nil || !json.Valid(part) {
						left = part
					}
					return body, err
				}
			},
		},
		{
			Name:   "drops-connection-on-other-methods",
			Defect: "Ends a request that is neither GET nor POST without an answer.",
			Cause:  "hangs-up.other-methods",
			Breaks: []string{"robustness.method-*"},
			apply: hangsUpOn(func(req *http.Request) bool {
				return req.Method != http.MethodGet && req.Method != http.MethodPost
			}),
		},
		{
			Name:   "drops-connection-on-other-content-types",
			Defect: "Ends a delivery that is not declared as application/json without an answer.",
			Cause:  "hangs-up.other-content-types",
			Breaks: []string{"robustness.content-type-*"},
			apply: hangsUpOn(func(req *http.Request) bool {
				return req.Method == http.MethodPost && req.Header.Get("Content-Type") != "application/json"
			}),
		},
		{
			Name:   "drops-connection-on-expect",
			Defect: "Ends a delivery that was announced with Expect without an answer.",
			Cause:  "hangs-up.expect-continue",
			Breaks: []string{"robustness.expect-continue"},
			apply:  hangsUpOn(func(req *http.Request) bool { return req.Header.Get("Expect") != "" }),
		},
		{
			Name:   "takes-http-1-0-for-a-health-check",
			Defect: "Answers 200 to every request in HTTP/1.0 and reads nothing of it.",
			Cause:  "loses.http-1-0",
			Breaks: []string{"robustness.http-1-0"},
			apply:  swallows(func(req *http.Request) bool { return !req.ProtoAtLeast(1, 1) }),
		},
		{
			Name:   "takes-chunks-for-an-empty-body",
			Defect: "Answers 200 to a delivery without a Content-Length and reads nothing of it.",
			Cause:  "loses.chunked",
			Breaks: []string{"robustness.chunked"},
			apply:  swallows(func(req *http.Request) bool { return req.ContentLength < 0 }),
		},
		{
			Name:   "reads-what-came-with-the-head",
			Defect: "Takes as much of the body as has arrived with the head for all of it.",
			Cause:  "refuses.split-requests",
			Breaks: []string{
				"acknowledgement.batch-of-1000", "acknowledgement.large-body", "acknowledgement.mebibyte",
				"envelope.many-entries", "envelope.many-events", "envelope.several-events", "robustness.slow-body", "robustness.split-escape", "robustness.split-head",
			},
			apply: func(r *Receiver) {
				r.steps.read = func(w http.ResponseWriter, req *http.Request) ([]byte, error) {
					_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
					body, _ := io.ReadAll(req.Body)
					return body, nil
				}
			},
		},
		{
			Name:   "serves-150-connections",
			Defect: "Ends every connection that comes while 150 others are open.",
			Cause:  "hangs-up.idle-connections",
			Breaks: []string{"robustness.idle-connections"},
			apply: func(r *Receiver) {
				var open atomic.Int64
				r.steps.accept = func(c net.Conn) net.Conn {
					if open.Add(1) > 150 {
						_ = c.Close()
					}
					return &counted{Conn: c, leave: sync.OnceFunc(func() { open.Add(-1) })}
				}
			},
		},
		{
			Name:   "knows-lower-case-header-names-only",
			Defect: "Looks the signature up under its name in lower case, byte by byte.",
			Cause:  "refuses.header-names-upper",
			Breaks: []string{"robustness.header-names-upper"},
			apply:  renamesHeader("X-HUB-SIGNATURE-256"),
		},
		{
			Name:   "knows-capital-header-names-only",
			Defect: "Looks the signature up under its name with capitals, byte by byte.",
			Cause:  "refuses.header-names-lower",
			Breaks: []string{"robustness.header-names-lower"},
			apply:  renamesHeader("x-hub-signature-256"),
		},
	}
}

// drops makes a mutant that ends a request without an answer when the parser's
// input or result is strange.
func drops(strange func(body []byte, doc any, err error) bool) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.decode
		r.steps.decode = func(body []byte) (any, error) {
			doc, err := original(body)
			if strange(body, doc, err) {
				panic(http.ErrAbortHandler)
			}
			return doc, err
		}
	}
}

// hangsUpOn makes a mutant that ends such requests without an answer.
func hangsUpOn(strange func(*http.Request) bool) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.serve
		r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
			if strange(req) {
				panic(http.ErrAbortHandler)
			}
			original(w, req)
		}
	}
}

// swallows makes a mutant that acknowledges such deliveries unread.
func swallows(strange func(*http.Request) bool) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.serve
		r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodPost && strange(req) {
				r.respond(w, accepted)
				return
			}
			original(w, req)
		}
	}
}

// renamesHeader makes a mutant that does not find a header of this spelling.
// net/http spells all names alike, so the name is spoilt on the way in.
func renamesHeader(name string) func(*Receiver) {
	other := "X-Lost" + strings.Repeat("-", len(name)-len("X-Lost"))
	return func(r *Receiver) {
		r.steps.accept = func(c net.Conn) net.Conn { return renaming{c, []byte(name), []byte(other)} }
	}
}

// renaming is a connection on which one text arrives as another.
type renaming struct {
	net.Conn
	name, other []byte
}

func (c renaming) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	copy(p[:n], bytes.ReplaceAll(p[:n], c.name, c.other)) // of the same length
	return n, err
}

// counted is a connection whose end is noted.
type counted struct {
	net.Conn
	leave func()
}

func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}
