package fault

import (
	"fmt"
	"net/http"
	"time"
)

// GraphAnswer is an answer that the Graph API gives on purpose, whatever the
// call asks for. The call has no effect then, unless Pass is set.
type GraphAnswer struct {
	// What describes the answer for the journal and for reports: "error 613, the
	// rate limit".
	What string
	// Error, if set, names the error of Meta's that the answer has: one of
	// mockplatform/graph/errors.json or refusals.json. The Graph API writes it as it
	// writes its own, and Body is not looked at. Default: none.
	Error string
	// Status is the HTTP status. Default 200, or 400 with an Error.
	Status int
	// Header is sent as it is, and beside the headers of Meta's with an Error.
	// Default: none but those that HTTP asks for.
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
func InvalidToken() GraphAnswer {
	return GraphAnswer{What: "error 190, an invalid access token", Error: "invalid-token"}
}

// OutsideWindow is error 10 with subcode 2018278: the person wrote too long ago.
func OutsideWindow() GraphAnswer {
	return GraphAnswer{What: "error 10/2018278, outside of the allowed window", Error: "outside-window"}
}

// RateLimited is error 613: too many calls.
func RateLimited() GraphAnswer {
	return GraphAnswer{What: "error 613, the rate limit", Error: "rate-limited"}
}

// usedUp says in X-App-Usage that the calls are used up.
const usedUp = `{"call_count":100,"total_cputime":20,"total_time":20}`

// RateLimitedFor is error 613 with the headers by which Meta tells for how long:
// in minutes, rounded up. X-Business-Use-Case-Usage names the page, X-App-Usage
// says that the calls are used up. A Retry-After is not among what Meta sends.
// https://developers.facebook.com/docs/graph-api/overview/rate-limiting
func RateLimitedFor(pageID string, wait time.Duration) GraphAnswer {
	minutes := int64((wait + time.Minute - 1) / time.Minute)
	a := RateLimited()
	a.What += fmt.Sprintf(", for %d min", minutes)
	a.Header = http.Header{"X-App-Usage": {usedUp}, "X-Business-Use-Case-Usage": {fmt.Sprintf(
		`{"%s":[{"type":"messenger","call_count":100,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":%d}]}`, pageID, minutes)}}
	return a
}

// ApplicationLimit is error 4: the app has made too many calls. It is transient,
// and X-App-Usage says that the calls are used up.
func ApplicationLimit() GraphAnswer {
	return GraphAnswer{What: "error 4, the app's limit", Error: "too-much", Header: http.Header{"X-App-Usage": {usedUp}}}
}

// TemporaryFailure is error 1200, which Meta asks to try again later.
func TemporaryFailure() GraphAnswer {
	return GraphAnswer{What: "error 1200, a temporary failure", Error: "temporary-failure"}
}

// ServerError is the unexpected internal error with status 500. Which errors
// come with that status is not documented.
func ServerError() GraphAnswer {
	return GraphAnswer{What: "status 500, an unexpected internal error", Error: "server-error", Status: http.StatusInternalServerError}
}

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
