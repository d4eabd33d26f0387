package graph

import (
	"encoding/json"
	"fmt"
	"net/http"

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
		// Nothing that is replied can fail to be encoded.
		return plain(http.StatusInternalServerError, "cannot encode the answer: "+err.Error())
	}
	usage := fmt.Sprintf(`{"%s":[{"type":"messenger","call_count":1,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":0}]}`, s.opts.PageID)
	return answer{status: http.StatusOK, body: body, header: http.Header{
		"Content-Type":                {"application/json; charset=UTF-8"},
		"facebook-api-version":        {c.version},
		"x-fb-request-id":             {c.text("request", 23)},
		"x-fb-trace-id":               {c.text("header trace", 11)},
		"x-fb-rev":                    {"1018000000"},
		"X-FB-Debug":                  {c.text("debug", 86) + "=="},
		"x-business-use-case-usage":   {usage},
		"Access-Control-Allow-Origin": {"*"},
		"Cache-Control":               {"private, no-cache, no-store, must-revalidate"},
		"Pragma":                      {"no-cache"},
		"Expires":                     {"Sat, 01 Jan 2000 00:00:00 GMT"},
		"Strict-Transport-Security":   {"max-age=15552000; preload"},
	}}
}
