package graph

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// graphError is the value of "error" in an answer:
// https://developers.facebook.com/docs/graph-api/guides/error-handling
type graphError struct {
	Message   string `json:"message"`
	Type      string `json:"type"`
	Code      int    `json:"code"`
	Subcode   int    `json:"error_subcode,omitempty"`
	UserTitle string `json:"error_user_title,omitempty"`
	UserMsg   string `json:"error_user_msg,omitempty"`
	Transient bool   `json:"is_transient,omitempty"`
	Trace     string `json:"fbtrace_id"`
}

//go:embed errors.json
var errorData []byte

// errorTable holds Meta's errors by our names for them, those of refusals by the names of
// the rules:
// https://developers.facebook.com/docs/messenger-platform/error-codes
var errorTable = sync.OnceValue(func() map[string]graphError {
	var table map[string]graphError
	if err := json.Unmarshal(errorData, &table); err != nil {
		panic(fmt.Sprintf("errors.json: %v", err))
	}
	for _, r := range refusals() {
		table[r.Name] = r.error()
	}
	return table
})

// refuse is the answer with an error. problem tells the journal, in our words,
// what was wrong with the call.
func (s *Server) refuse(c *call, e graphError, problem string) answer {
	e.Trace = c.trace()
	a := s.reply(c, struct {
		Error graphError `json:"error"`
	}{e})
	a.status, a.problem = http.StatusBadRequest, problem
	if challenge := e.challenge(); challenge != "" {
		a.header["WWW-Authenticate"] = []string{challenge}
	}
	return a
}

// challenge is the header WWW-Authenticate of an error that is about the access
// token: that it is wrong, or (104, 2500) that there is none. Empty for others.
func (e graphError) challenge() string {
	kind := "invalid_request"
	switch {
	case e.Code == 190:
		kind = "invalid_token"
	case e.Code != 104 && !(e.Code == 2500 && strings.Contains(e.Message, "access token")):
		return ""
	}
	return fmt.Sprintf("OAuth \"Facebook Platform\" %q %q", kind, e.Message)
}

// invalidToken: the access token is missing, or none that the edge takes.
func (s *Server) invalidToken(c *call) answer {
	if c.token == "" {
		name := "no-token"
		if len(c.path) > 0 && c.path[0] == "me" {
			name = "no-token-of-me"
		}
		return s.refuse(c, errorTable()[name], "there is no access token, neither in the query, nor in the body, nor in the Authorization header")
	}
	return s.refuse(c, errorTable()["invalid-token"], "the access token is not the one that belongs here")
}

// invalidParameter: a parameter does not have the form that is documented. The
// explanation is ours, in the place where Meta puts those for people.
func (s *Server) invalidParameter(c *call, explanation string) answer {
	e := errorTable()["invalid-parameter"]
	e.UserTitle, e.UserMsg = "Invalid parameter", explanation
	return s.refuse(c, e, explanation)
}

// threadOfAnotherApp: the receiver passed the thread on and sends to it all the
// same. The list of error codes has the subcode only; the code is what
// receivers report.
func (s *Server) threadOfAnotherApp(c *call) answer {
	problem := fmt.Sprintf("the app %s controls the thread, because the receiver passed it on", s.Owner(c.x.Person))
	name := "thread-of-another-app"
	if s.ofInstagram(c) || s.opts.OnInstagram != nil && s.opts.OnInstagram(c.x.Person) {
		name = "thread-of-another-app-on-instagram"
	}
	return s.refuse(c, errorTable()[name], problem)
}

// batchTooLarge: a batch has too many elements. Its code is not documented; it
// is that of an invalid parameter here.
func (s *Server) batchTooLarge(c *call) answer {
	e := errorTable()["batch-too-large"]
	return s.refuse(c, e, e.Message)
}

// tooManyIDs: a call asks for too many objects at once.
func (s *Server) tooManyIDs(c *call, n int) answer {
	e := errorTable()["too-many-ids"]
	e.Message = strings.NewReplacer("{limit}", strconv.Itoa(maxBatch), "{count}", strconv.Itoa(n)).Replace(e.Message)
	return s.refuse(c, e, e.Message)
}

// fileNotAttached: an element of a batch wants a file that is not in the form. The
// text is what clients report, the code is not documented.
func (s *Server) fileNotAttached(c *call, name string) answer {
	e := errorTable()["file-not-attached"]
	e.Message = strings.ReplaceAll(e.Message, "{name}", name)
	return s.refuse(c, e, fmt.Sprintf("attached_files: the form has no file in the part %q", name))
}

// unsupportedRequest: there is no such object, or no such edge, or it does not
// take this method.
func (s *Server) unsupportedRequest(c *call) answer {
	e := errorTable()["unsupported-request"]
	var id string
	if len(c.path) > 0 {
		id = c.path[0]
	}
	e.Message = strings.NewReplacer("{method}", strings.ToLower(c.method), "{id}", id).Replace(e.Message)
	problem := fmt.Sprintf("the platform does not play %s /%s", c.method, strings.Join(c.path, "/"))
	if c.x.Kind == journal.Send {
		problem = fmt.Sprintf("the message is from the page %q, and the only page here is %s", id, s.opts.PageID)
	}
	return s.refuse(c, e, problem)
}
