package graph

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
)

//go:embed nodes.json
var nodesData []byte

// fieldsOfKinds are the fields that a node of each type has at Meta, whether or not
// the platform has a value for them. The lists of what matters here are whole; those
// of a page, a user and an app are what their pages have had:
// https://developers.facebook.com/docs/graph-api/reference
var fieldsOfKinds = sync.OnceValue(func() map[string][]string {
	var kinds map[string][]string
	if err := json.Unmarshal(nodesData, &kinds); err != nil {
		panic(fmt.Sprintf("nodes.json: %v", err))
	}
	return kinds
})

// The types of nodes, as Meta's errors name them. Those of threads, messages,
// labels and personas are inferred.
const (
	pageKind    = "Page"
	userKind    = "User"
	appKind     = "Application"
	personaKind = "MessagingPersona"
)

// node is an object as the Graph API shows it.
type node struct {
	kind string
	id   string
	// values are its fields.
	values map[string]any
	// edges are fields that are made when they are asked for.
	edges map[string]func(field) (any, error)
}

// nonexistingField is the error of a call that asks for what a node does not have.
type nonexistingField struct{ name, kind string }

func (e *nonexistingField) Error() string {
	return fmt.Sprintf("(#100) Tried accessing nonexisting field (%s) on node type (%s)", e.name, e.kind)
}

// choose returns the members of a node that a call asks for, or else those of
// fallback, and its id in any case. A field that exists at Meta and has no value here
// is left out, as Meta leaves out what it has no value for.
func (n node) choose(fields []field, fallback ...string) (map[string]any, error) {
	chosen := map[string]any{}
	if n.id != "" {
		chosen["id"] = n.id
	}
	if len(fields) == 0 {
		for _, name := range fallback {
			fields = append(fields, field{name: name, alias: name})
		}
	}
	for _, f := range fields {
		if edge := n.edges[f.name]; edge != nil {
			value, err := edge(f)
			if err != nil {
				return nil, err
			}
			chosen[f.alias] = value
		} else if value, ok := n.values[f.name]; ok {
			chosen[f.alias] = value
		} else if f.name != "id" && !slices.Contains(fieldsOfKinds()[n.kind], f.name) {
			return nil, &nonexistingField{f.name, n.kind}
		}
	}
	return chosen, nil
}

// node is the answer with a node: the fields that the call asks for, or else those
// of fallback.
func (s *Server) node(c *call, n node, fallback ...string) answer {
	fields, err := c.fields()
	if err == nil {
		var doc map[string]any
		if doc, err = n.choose(fields, fallback...); err == nil {
			return s.reply(c, doc)
		}
	}
	return s.wrongFields(c, err)
}

// wrongFields: the parameter "fields" cannot be read, or names what does not exist.
func (s *Server) wrongFields(c *call, err error) answer {
	e := errorTable()["nonexisting-field"]
	if syntax := (*fieldsError)(nil); errors.As(err, &syntax) {
		e = errorTable()["fields-syntax"]
	}
	e.Message = err.Error()
	return s.refuse(c, e, "fields: "+err.Error())
}
