package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// own prepares the answer to a call that is not the Graph API's.
func (s *Server) own(r *http.Request, c *call) func() answer {
	if serve := s.ownFile(r.URL.Path); serve != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		return serve
	}
	if r.URL.Path == LoadPath && s.opts.Unacknowledged != nil {
		return s.ownLoad(r, c)
	}
	if r.URL.Path != ReceiptsPath {
		return func() answer {
			return plain(http.StatusNotFound, "there is only "+ReceiptsPath+" here, and pictures and files of people")
		}
	}
	c.x.Kind = journal.Receipt
	if r.Method != http.MethodPost {
		return func() answer { return onlyPost("a receipt is sent with POST") }
	}
	var receipt struct{ Sender json.RawMessage }
	if json.Unmarshal(c.x.Request.Body, &receipt) == nil {
		// "A null may be kept or left out": what it says is the same.
		c.x.Doc = withoutNulls(bytes.Clone(c.x.Request.Body))
		c.x.Person = identifier(receipt.Sender, "id", "user_ref")
	}
	return func() answer { return takeReceipt(withoutNulls(c.x.Request.Body)) }
}

// ownFile is what answers to a path of a file of the platform's own; nil for others.
func (s *Server) ownFile(path string) func() answer {
	if name, ok := strings.CutPrefix(path, picturePath); ok {
		return func() answer { return s.servePicture(strings.TrimSuffix(name, ".png")) }
	}
	if id, ok := strings.CutPrefix(path, filePath); ok {
		return func() answer { return s.serveFile(id) }
	}
	return nil
}

// OwnFile is a picture of a person, or a file that one sends, by its path; nil where there
// is none. No call is made of it.
func (s *Server) OwnFile(path string) []byte {
	serve := s.ownFile(path)
	if serve == nil {
		return nil
	}
	if a := serve(); a.status == http.StatusOK {
		return a.body
	}
	return nil
}

// onlyPost is the answer to another method.
func onlyPost(problem string) answer {
	a := plain(http.StatusMethodNotAllowed, problem)
	a.header.Set("Allow", http.MethodPost)
	return a
}

// takeReceipt answers 204 to a receipt that has the right form, otherwise 400
// with the places where it has not.
func takeReceipt(body []byte) answer {
	err := schemas.Validate("format.receipt", body)
	if err == nil {
		return answer{status: http.StatusNoContent}
	}
	return notValid("the receipt is not valid: ", err)
}

// notValid is the answer to a document that breaks its schema. what is in front of the
// problem.
func notValid(what string, err error) answer {
	type problem struct {
		Pointer string `json:"pointer"`
		Message string `json:"message"`
	}
	refusal := struct {
		Error    string    `json:"error"`
		Problems []problem `json:"problems,omitempty"`
	}{Error: what + explain(err)}
	var invalid *schemas.ValidationError
	if errors.As(err, &invalid) {
		for _, p := range invalid.Problems {
			refusal.Problems = append(refusal.Problems, problem{p.Pointer, p.Message})
		}
	}
	a := plain(http.StatusBadRequest, refusal.Error)
	if text, err := json.Marshal(refusal); err == nil {
		a.header.Set("Content-Type", "application/json")
		a.body = append(text, '\n')
	}
	return a
}
