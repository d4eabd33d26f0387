package graph

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	// perPage is how many things a page of a list has if the call does not say, and
	// maxPerPage how many it can have.
	perPage    = 25
	maxPerPage = 500
)

// errCursor: a call wants a page that begins at nothing in the list.
var errCursor = errors.New("after, before: must be a cursor of this list")

// listing is an edge with more than one thing.
type listing struct {
	// path is where it is, "104508901353867/personas".
	path  string
	nodes []node
	// fallback are the fields that its things have if the call does not say.
	fallback []string
}

// list is the answer with the page of a listing that a call asks for.
func (s *Server) list(c *call, l listing) answer {
	fields, err := c.fields()
	if err != nil {
		return s.wrongFields(c, err)
	}
	link := url.Values{}
	for name, value := range c.params {
		if text := textOf(value); text != "" {
			link.Set(name, text)
		} else {
			link.Set(name, string(value))
		}
	}
	doc, err := c.page(l, fields, c.param, link)
	switch {
	case errors.Is(err, errCursor):
		return s.invalidParameter(c, err.Error())
	case err != nil:
		return s.wrongFields(c, err)
	}
	return s.reply(c, doc)
}

// expand is a listing as a field of a node, conversations.limit(2){id}.
func (c *call) expand(l listing, f field) (any, error) {
	link := url.Values{}
	if f.text != "" {
		link.Set("fields", f.text)
	}
	for name, value := range f.args {
		link.Set(name, value)
	}
	return c.page(l, f.fields, func(name string) string { return f.args[name] }, link)
}

// page is a page of a listing with these fields, as arg says, and with links to its
// neighbours. Meta's links have all that the call had, and its access token.
// https://developers.facebook.com/docs/graph-api/results
func (c *call) page(l listing, fields []field, arg func(name string) string, link url.Values) (map[string]any, error) {
	from, to, err := span(l.nodes, arg)
	if err != nil {
		return nil, err
	}
	things := []any{}
	for _, n := range l.nodes[from:to] {
		thing, err := n.choose(fields, l.fallback...)
		if err != nil {
			return nil, err
		}
		things = append(things, thing)
	}
	doc := map[string]any{"data": things}
	if len(things) == 0 {
		return doc, nil
	}
	first, last := cursorOf(l.nodes[from]), cursorOf(l.nodes[to-1])
	paging := map[string]any{"cursors": map[string]string{"before": first, "after": last}}
	link.Set("access_token", c.token)
	link.Set("limit", strconv.Itoa(max(limitOf(arg), 1)))
	at := func(name, other, cursor string) string {
		link.Del(other)
		link.Set(name, cursor)
		return c.base + "/" + c.version + "/" + l.path + "?" + link.Encode()
	}
	if to < len(l.nodes) {
		paging["next"] = at("after", "before", last)
	}
	if from > 0 {
		paging["previous"] = at("before", "after", first)
	}
	doc["paging"] = paging
	return doc, nil
}

// limitOf is how many things a page has.
func limitOf(arg func(name string) string) int {
	limit, err := strconv.Atoi(arg("limit"))
	if err != nil || limit < 1 {
		return perPage
	}
	return min(limit, maxPerPage)
}

// span returns from where to where the page goes that limit, after and before ask for.
func span(nodes []node, arg func(name string) string) (from, to int, err error) {
	limit := limitOf(arg)
	at := func(cursor string) int {
		id, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil {
			return -1
		}
		return slices.IndexFunc(nodes, func(n node) bool { return n.id == string(id) })
	}
	if before := arg("before"); before != "" {
		to = at(before)
		if to < 0 {
			return 0, 0, errCursor
		}
		return max(to-limit, 0), to, nil
	}
	if after := arg("after"); after != "" {
		from = at(after) + 1
		if from == 0 {
			return 0, 0, errCursor
		}
	}
	return from, min(from+limit, len(nodes)), nil
}

// cursorOf is made of an id.
func cursorOf(n node) string { return base64.RawURLEncoding.EncodeToString([]byte(n.id)) }

// addressOf is where a call came to, without a path. Meta's own hosts are reached by
// https alone, also where a proxy ends it.
func addressOf(r *http.Request) string {
	if r.TLS != nil || strings.HasSuffix(r.Host, ".facebook.com") || strings.HasSuffix(r.Host, ".instagram.com") {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// plainList is the document of an answer that lists things that have no pages.
func plainList(items ...any) any {
	if items == nil {
		items = []any{} // [], not null
	}
	return struct {
		Data []any `json:"data"`
	}{items}
}

// manyByID is GET /?ids=1,2: what is asked for of each of several objects, by its
// id. One that is not there fails the whole call.
// https://developers.facebook.com/docs/graph-api/overview#multiple-objects
func (s *Server) manyByID(c *call) answer {
	ids := c.list("ids")
	if len(ids) > maxBatch {
		return s.tooManyIDs(c, len(ids))
	}
	found := map[string]json.RawMessage{}
	for _, id := range ids {
		one := *c
		one.path = append([]string{id}, c.path...)
		e, asksFor, name := s.edgeOf(one.method, one.path)
		one.asksFor, one.x.Edge = asksFor, name
		if !s.opts.Strict {
			s.warn(&one)
		}
		one.x.Token = s.tokenState(&one, e.takes)
		if e.answer == nil {
			return s.unsupportedRequest(&one)
		}
		if refusal, ok := s.credentials(&one, e.takes); !ok {
			return refusal
		}
		if refusal, ok := s.refuseByRule(&one); !ok {
			return refusal
		}
		a := e.answer(s, &one)
		if a.status != http.StatusOK {
			return a
		}
		found[id] = a.body
	}
	return s.reply(c, found)
}
