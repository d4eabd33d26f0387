package fault

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// GraphAnswer is an answer that the Graph API gives on purpose, whatever the
// call asks for. The call has no effect then, unless Pass is set.
type GraphAnswer struct {
	// What describes the answer for the journal and for reports: "error 613, the
	// rate limit".
	What string
	// Status is the HTTP status. Default 200.
	Status int
	// Header is sent as it is. Default: none but those that HTTP asks for.
	Header http.Header
	// Body is sent as it is, JSON or not. Default: an empty one.
	Body []byte
	// Reset cuts the connection instead of answering. Over plain TCP the other
	// side sees a reset; over TLS it sees an end without a farewell.
	Reset bool
	// Delay is for how long the call waits before this is done to it. Default 0.
	Delay time.Duration
	// Pass lets the call be answered as ever, and have its effect; of the answer
	// only Header is used, which is added to the real one. Default: this is the
	// answer.
	Pass bool
}

// InvalidToken is error 190: the access token was revoked or has expired.
func InvalidToken() GraphAnswer { return graphError("invalid-token") }

// OutsideWindow is error 10 with subcode 2018278: the person wrote too long ago.
func OutsideWindow() GraphAnswer { return graphError("outside-window") }

// RateLimited is error 613: too many calls.
func RateLimited() GraphAnswer { return graphError("rate-limited") }

// RateLimitedFor is error 613 with the headers by which Meta tells for how long:
// in minutes, rounded up. X-Business-Use-Case-Usage names the page, X-App-Usage
// says that the calls are used up. A Retry-After is not among what Meta sends.
// https://developers.facebook.com/docs/graph-api/overview/rate-limiting
func RateLimitedFor(pageID string, wait time.Duration) GraphAnswer {
	a := graphError("rate-limited")
	minutes := int64((wait + time.Minute - 1) / time.Minute)
	a.What += fmt.Sprintf(", for %d min", minutes)
	a.Header["X-App-Usage"] = []string{`{"call_count":100,"total_cputime":20,"total_time":20}`}
	a.Header["X-Business-Use-Case-Usage"] = []string{fmt.Sprintf(
		`{"%s":[{"type":"messenger","call_count":100,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":%d}]}`, pageID, minutes)}
	return a
}

// ApplicationLimit is error 4: the app has made too many calls. It is transient,
// and X-App-Usage says that the calls are used up.
func ApplicationLimit() GraphAnswer {
	a := graphError("application-limit")
	a.Header["X-App-Usage"] = []string{`{"call_count":100,"total_cputime":20,"total_time":20}`}
	return a
}

// TemporaryFailure is error 1200, which Meta asks to try again later.
func TemporaryFailure() GraphAnswer { return graphError("temporary-failure") }

// ServerError is the unexpected internal error with status 500. Which errors
// come with that status is not documented.
func ServerError() GraphAnswer { return graphError("server-error") }

// EmptyAnswer is status 200 without a body.
func EmptyAnswer() GraphAnswer {
	return GraphAnswer{What: "status 200 with an empty body", Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}}}
}

// MalformedJSON is status 200 with JSON that ends too early.
func MalformedJSON() GraphAnswer {
	return GraphAnswer{
		What: "status 200 with JSON that ends too early", Status: http.StatusOK,
		Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}},
		Body:   []byte(`{"recipient_id":"1254477777772919","message_id":"m_AG5Hz2U`),
	}
}

// Slow is the real answer, after a delay. The call has its effect at the end of
// it, unless the client has gone away.
func Slow(delay time.Duration) GraphAnswer {
	return GraphAnswer{What: fmt.Sprintf("an answer after %s", delay), Delay: delay, Pass: true}
}

// HTMLPage is an error page for people, as what stands in front of an API
// answers when it cannot reach it.
func HTMLPage() GraphAnswer {
	return GraphAnswer{
		What: "status 502 with an HTML page", Status: http.StatusBadGateway,
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body:   []byte("<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>\n"),
	}
}

// ConnectionReset is no answer at all: the connection breaks off.
func ConnectionReset() GraphAnswer {
	return GraphAnswer{What: "a reset of the connection", Reset: true}
}

//go:embed grapherrors.json
var graphErrorData []byte

// graphErrors holds Meta's errors by our names for them. "error" is the value of
// the member of that name, without the fbtrace_id:
// https://developers.facebook.com/docs/messenger-platform/error-codes
var graphErrors = sync.OnceValue(func() map[string]graphErrorEntry {
	var table map[string]graphErrorEntry
	if err := json.Unmarshal(graphErrorData, &table); err != nil {
		panic(fmt.Sprintf("grapherrors.json: %v", err))
	}
	return table
})

type graphErrorEntry struct {
	What   string         `json:"what"`
	Status int            `json:"status"`
	Error  map[string]any `json:"error"`
}

// graphError is an answer with an error in Meta's envelope, escaped as Meta's.
func graphError(name string) GraphAnswer {
	e := graphErrors()[name]
	described := map[string]any{"fbtrace_id": "AQHZbXq3Fkt0aW6mVYy8e1c"}
	for member, value := range e.Error {
		described[member] = value
	}
	body, err := json.Marshal(map[string]any{"error": described})
	if err == nil {
		body, err = wire.Encode(body, wire.Messaging)
	}
	if err != nil {
		panic(fmt.Sprintf("grapherrors.json: %s: %v", name, err))
	}
	return GraphAnswer{
		What: e.What, Status: e.Status, Body: body,
		Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}},
	}
}
