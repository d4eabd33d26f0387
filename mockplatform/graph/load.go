package graph

import (
	"encoding/json"
	"net/http"

	"github.com/seed-11445fa1/referee/schemas"
)

// ownLoad prepares the answer to who sends a load.
func (s *Server) ownLoad(r *http.Request, c *call) func() answer {
	if r.Method != http.MethodPost {
		return func() answer { return onlyPost("what was not acknowledged is told with POST") }
	}
	return func() answer { return s.takeUnacknowledged(c.x.Request.Body) }
}

// takeUnacknowledged answers 204 where all events are taken, otherwise 400 with what is
// wrong, and takes none.
func (s *Server) takeUnacknowledged(body []byte) answer {
	const what = "what was not acknowledged is not valid: "
	if err := schemas.Validate("format.unacknowledged", body); err != nil {
		return notValid(what, err)
	}
	var doc struct{ Unacknowledged []uint64 }
	if json.Unmarshal(body, &doc) != nil { // a schema takes 1.0 and 1e3 for whole numbers
		return plain(http.StatusBadRequest, what+"the numbers of events are written in digits alone")
	}
	if err := s.opts.Unacknowledged(doc.Unacknowledged); err != nil {
		return plain(http.StatusBadRequest, what+err.Error())
	}
	return answer{status: http.StatusNoContent}
}
