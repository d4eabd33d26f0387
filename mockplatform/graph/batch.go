package graph

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// maxBatch is how many elements a batch may have.
const maxBatch = 50

// batchElement is one call in a batch.
type batchElement struct {
	Method      string `json:"method"`
	RelativeURL string `json:"relative_url"`
	Body        string `json:"body"` // a form, or JSON
	// Name is what other elements call it. Some clients count them.
	Name json.RawMessage `json:"name"`
	// DependsOn is the name of one that has to succeed before.
	DependsOn json.RawMessage `json:"depends_on"`
	// Omit leaves the answer out if all went well. Nil: if others use it.
	Omit json.RawMessage `json:"omit_response_on_success"`
	// AttachedFiles are names of parts of the batch's form.
	AttachedFiles string `json:"attached_files"`
}

// batchHeader is a header line of an element's answer.
type batchHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// batchAnswer is the answer to one element.
type batchAnswer struct {
	Code    int           `json:"code"`
	Headers []batchHeader `json:"headers,omitempty"`
	Body    string        `json:"body"`
}

// batch answers a call that has others in it:
// https://developers.facebook.com/docs/graph-api/batch-requests
//
// Each element is an exchange of its own in the journal, where a message in a
// batch is a message like any other. Those that need no other element are recorded
// before the first is answered; what others ask for is not known before. An
// element without a token has the batch's, and its proof.
func (s *Server) batch(c *call) answer {
	var found []json.RawMessage
	if json.Unmarshal(c.params["batch"], &found) == nil && len(found) > maxBatch {
		return s.batchTooLarge(c)
	}
	if err := schemas.Validate("batch.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	var elements []batchElement
	if err := json.Unmarshal(c.params["batch"], &elements); err != nil {
		return s.invalidParameter(c, "/batch: "+err.Error())
	}
	b, err := newBatchRun(s, c, elements)
	if err != nil {
		return s.invalidParameter(c, err.Error())
	}
	for i := range elements {
		b.run(i)
	}
	switch {
	case b.broken.reset:
		return b.broken // the elements share one connection
	case b.left:
		return gone()
	}
	return s.reply(c, b.answers())
}

// element reads one element of a batch, and returns what will answer it.
func (s *Server) element(batch *call, e batchElement) (*call, func() answer) {
	c := s.newCall(batch.ctx)
	target := "/" + strings.TrimLeft(e.RelativeURL, "/")
	path, query, _ := strings.Cut(target, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	method := strings.ToUpper(e.Method)
	c.x = journal.Exchange{
		At:        batch.x.At,
		Direction: journal.FromReceiver,
		Request:   journal.Message{Method: method, URL: target, Proto: batch.x.Request.Proto, Body: []byte(e.Body)},
	}
	c.base = batch.base
	c.locate(method, path, batch.version)
	values, _ := url.ParseQuery(query) // what can be read, as in the query of a call by itself
	c.addValues(values)
	bodyType := "application/x-www-form-urlencoded"
	if isJSONBody(e.Body) {
		bodyType = "application/json"
	}
	unreadable := c.parseBody(bodyType, c.x.Request.Body)
	if c.takeCredentials(""); c.token == "" {
		c.token = batch.token
		c.proof = cmp.Or(c.proof, batch.proof)
	}
	c.takeMethod()
	if unreadable == nil {
		c.document()
	}
	serve := s.prepare(c, unreadable)
	for name := range strings.FieldsFuncSeq(e.AttachedFiles, func(r rune) bool { return r == ',' || r == ' ' }) {
		if c.file = batch.files[name]; c.file == nil {
			return c, func() answer { return s.fileNotAttached(c, name) }
		}
	}
	return c, serve
}

// isJSONBody reports whether the body of an element is JSON, as some clients have
// it, and not a form.
func isJSONBody(body string) bool { return strings.HasPrefix(strings.TrimSpace(body), "{") }

func headerLines(h http.Header) []batchHeader {
	var lines []batchHeader
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			lines = append(lines, batchHeader{Name: name, Value: value})
		}
	}
	return lines
}
