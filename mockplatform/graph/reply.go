package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// reply is the answer 200 with a JSON document, escaped as Meta's is, and with
// the header that real answers of the Send API have.
func (s *Server) reply(c *call, doc any) answer {
	body, err := json.Marshal(doc)
	if err == nil {
		body, err = wire.Encode(body, wire.Messaging)
	}
	if err != nil {
		// Only a profile that a receiver set can fail to be encoded, by its depth.
		return plain(http.StatusInternalServerError, "cannot encode the answer: "+err.Error())
	}
	usage := fmt.Sprintf(`{"%s":[{"type":"messenger","call_count":1,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":0}]}`, s.opts.PageID)
	a := answer{status: http.StatusOK, body: body, header: http.Header{
		"Content-Type":                {"application/json; charset=UTF-8"},
		"facebook-api-version":        {c.version},
		"x-fb-request-id":             {c.text("request", 23)},
		"x-fb-trace-id":               {c.text("header trace", 11)},
		"x-fb-rev":                    {"1018000000"},
		"X-FB-Debug":                  {c.text("debug", 86) + "=="},
		"x-business-use-case-usage":   {usage},
		"x-app-usage":                 {`{"call_count":1,"total_cputime":1,"total_time":1}`},
		"Access-Control-Allow-Origin": {"*"},
		"Cache-Control":               {"private, no-cache, no-store, must-revalidate"},
		"Pragma":                      {"no-cache"},
		"Expires":                     {"Sat, 01 Jan 2000 00:00:00 GMT"},
		"Strict-Transport-Security":   {"max-age=15552000; preload"},
	}}
	if c.warning != "" {
		a.header["x-ad-api-version-warning"] = []string{c.warning}
	}
	return a
}

// added is the answer to a call that adds to what is kept: doc if there is room.
func (s *Server) added(c *call, doc any, f func(*memory)) answer {
	if !s.change(perEntry+len(c.x.Doc), f) {
		return s.refuse(c, errorTable()["too-much"], fmt.Sprintf("the platform keeps %d MiB of what receivers set, and they are full", maxKept>>20))
	}
	return s.reply(c, doc)
}

// removed is the answer to a call that only takes away from what is kept.
func (s *Server) removed(c *call, doc any, f func(*memory)) answer {
	s.change(0, f)
	return s.reply(c, doc)
}

// options is the answer to OPTIONS. What Meta's has is not documented; Allow is
// what HTTP asks for.
func options(methods []string) answer {
	return answer{status: http.StatusOK, header: http.Header{
		"Allow":                       {strings.Join(append(methods, http.MethodOptions), ", ")},
		"Access-Control-Allow-Origin": {"*"},
	}}
}

// success is the document of an answer that only says that all went well.
func success() any { return map[string]bool{"success": true} }
