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
	if name, ok := strings.CutPrefix(r.URL.Path, picturePath); ok && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		return func() answer { return s.servePicture(strings.TrimSuffix(name, ".png")) }
	}
	if r.URL.Path != ReceiptsPath {
		return func() answer {
			return plain(http.StatusNotFound, "there is only "+ReceiptsPath+" here, and pictures of people")
		}
	}
	c.x.Kind = journal.Receipt
	if r.Method != http.MethodPost {
		return func() answer {
			a := plain(http.StatusMethodNotAllowed, "a receipt is sent with POST")
			a.header.Set("Allow", http.MethodPost)
			return a
		}
	}
	var receipt struct{ Sender json.RawMessage }
	if json.Unmarshal(c.x.Request.Body, &receipt) == nil {
		// "A null may be kept or left out": what it says is the same.
		c.x.Doc = withoutNulls(bytes.Clone(c.x.Request.Body))
		c.x.Person = identifier(receipt.Sender, "id", "user_ref")
	}
	return func() answer { return takeReceipt(withoutNulls(c.x.Request.Body)) }
}

// takeReceipt answers 204 to a receipt that has the right form, otherwise 400
// with the places where it has not.
func takeReceipt(body []byte) answer {
	err := schemas.Validate("format.receipt", body)
	if err == nil {
		return answer{status: http.StatusNoContent}
	}
	type problem struct {
		Pointer string `json:"pointer"`
		Message string `json:"message"`
	}
	refusal := struct {
		Error    string    `json:"error"`
		Problems []problem `json:"problems,omitempty"`
	}{Error: "the receipt is not valid: " + explain(err)}
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
