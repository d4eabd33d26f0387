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

// batchElement is one call in a batch. What refers to other elements, by name or
// depends_on, is not looked at: the elements are answered in their order.
type batchElement struct {
	Method      string `json:"method"`
	RelativeURL string `json:"relative_url"`
	Body        string `json:"body"` // a form
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
// batch is a message like any other; all are recorded before the first is
// answered. An element without a token has the batch's, and its proof.
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
	calls := make([]*call, len(elements))
	serves := make([]func() answer, len(elements))
	for i, e := range elements {
		calls[i], serves[i] = s.element(c, e)
		s.record(calls[i])
	}
	headers := strings.Trim(string(c.params["include_headers"]), `"`) != "false"
	left, broken := false, answer{}
	answers := make([]batchAnswer, len(elements))
	for i := range calls {
		a := s.respond(calls[i], serves[i])
		if a.reset {
			broken = a
		}
		left = left || a.status == 0
		answers[i] = batchAnswer{Code: a.status, Body: string(a.body)}
		if headers {
			answers[i].Headers = headerLines(a.header)
		}
	}
	switch {
	case broken.reset:
		return broken // the elements share one connection
	case left:
		return gone()
	}
	return s.reply(c, answers)
}

// element reads one element of a batch, and returns what will answer it.
func (s *Server) element(batch *call, e batchElement) (*call, func() answer) {
	c := s.newCall(batch.ctx)
	target := "/" + strings.TrimLeft(e.RelativeURL, "/")
	path, query, _ := strings.Cut(target, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	c.x = journal.Exchange{
		At:        batch.x.At,
		Direction: journal.FromReceiver,
		Request:   journal.Message{Method: e.Method, URL: target, Proto: batch.x.Request.Proto, Body: []byte(e.Body)},
	}
	c.locate(e.Method, path, batch.version)
	values, _ := url.ParseQuery(query) // what can be read, as in the query of a call by itself
	c.addValues(values)
	unreadable := c.parseBody("application/x-www-form-urlencoded", c.x.Request.Body)
	if c.takeCredentials(""); c.token == "" {
		c.token = batch.token
		c.proof = cmp.Or(c.proof, batch.proof)
	}
	c.takeMethod()
	if unreadable == nil {
		c.document()
	}
	return c, s.prepare(c, unreadable)
}

func headerLines(h http.Header) []batchHeader {
	var lines []batchHeader
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			lines = append(lines, batchHeader{Name: name, Value: value})
		}
	}
	return lines
}
