package mockplatform

import (
	"encoding/json"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// RefusedCall is a call of the Graph API that the platform refused, once for all
// calls that were refused in the same way.
type RefusedCall struct {
	// Method and Edge are what was called, as journal.Exchange names it; the path, of
	// a call that was refused for where it came from.
	Method, Edge string
	// Code, Subcode and Message are those of the error in Meta's answer. The codes
	// are 0 where it has none.
	Code, Subcode int
	Message       string
	// Problem says in the platform's own words what was wrong with the call.
	Problem string
	// Count is how many calls there were, and First the number of the first one in
	// the journal.
	Count int
	First uint64
}

// RefusedCalls lists the calls in the journal that were refused, in the order of
// their first occurrence. Those with whose answer Script or Options.Rules meddled
// are not among them: there the error may be one that was made on purpose. The
// elements of a batch count as calls, receipts do not. Last come the calls of web
// pages, and those by a name that is not the platform's, of which the journal has only
// the first.
func (p *Platform) RefusedCalls() []RefusedCall {
	var list []RefusedCall
	for _, x := range p.journal.Find(refused) {
		var answer struct {
			Error struct {
				Message string `json:"message"`
				Code    int    `json:"code"`
				Subcode int    `json:"error_subcode"`
			} `json:"error"`
		}
		// What is no error of Meta's, such as an answer 413, has a problem alone.
		_ = json.Unmarshal(x.Response.Body, &answer)
		call := RefusedCall{
			Method: x.Request.Method, Edge: x.Edge,
			Code: answer.Error.Code, Subcode: answer.Error.Subcode, Message: answer.Error.Message, Problem: x.Err,
		}
		i := slices.IndexFunc(list, func(other RefusedCall) bool {
			other.Count, other.First = 0, 0
			return other == call
		})
		if i < 0 {
			i, call.First = len(list), x.Seq
			list = append(list, call)
		}
		list[i].Count++
	}
	return append(list, p.strangers.refused()...)
}

// refused reports whether an exchange is a call that was answered with an error,
// and not on purpose.
func refused(x journal.Exchange) bool {
	return (x.Kind == journal.Send || x.Kind == journal.Graph) && x.Response.Status >= 400 && len(x.Faults) == 0
}
