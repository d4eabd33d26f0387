package mockplatform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// verify makes the genuine handshake and judges the answer as Meta does: status
// 200, and the challenge as the whole body.
func (p *Platform) verify(ctx context.Context, s Subscription) error {
	token := s.VerifyToken
	if token == "" {
		token = p.opts.VerifyToken
	}
	challenge := p.challenge()
	a := p.Handshake(ctx, s.URL, []wire.Field{
		{Name: "hub.mode", Value: "subscribe"},
		{Name: "hub.challenge", Value: challenge},
		{Name: "hub.verify_token", Value: token},
	})
	switch {
	case a.Err != nil || a.Answer.Status != http.StatusOK:
		return notVerified(a)
	case string(a.Answer.Body) != challenge:
		return &delivery.CallbackError{
			Code:    delivery.CallbackMismatch,
			Message: fmt.Sprintf("response does not match challenge, expected value=%q, received=%s", challenge, received(a.Answer.Body)),
		}
	}
	return nil
}

// challenge is a number such as Meta's example 1158201444, another one each
// time.
func (p *Platform) challenge() string {
	random := rand.New(rand.NewPCG(uint64(p.opts.Seed), p.challenges.Add(1)))
	return strconv.FormatUint(1_000_000_000+random.Uint64N(1_000_000_000), 10)
}

// notVerified is Meta's error for a verification request that failed, in the
// form that was seen of it: "Callback verification failed with the following
// errors: HTTP Status Code = 404; HTTP Message = Not Found".
func notVerified(a delivery.Attempt) error {
	var errs []string
	var e *delivery.Error
	if errors.As(a.Err, &e) {
		if number, ok := curlErrors[e.Reason]; ok {
			errs = append(errs, fmt.Sprintf("curl_errno = %d", number))
		}
		text := e.Text
		if e.Reason == delivery.ReasonRedirects {
			text = fmt.Sprintf("Maximum (%d) redirects followed", maxRedirects)
		}
		errs = append(errs, "curl_error = "+text)
	}
	status := 0
	if a.Answer != nil {
		status = a.Answer.Status
	}
	errs = append(errs, fmt.Sprintf("HTTP Status Code = %d", status))
	if text := http.StatusText(status); text != "" {
		errs = append(errs, "HTTP Message = "+text)
	}
	return &delivery.CallbackError{
		Code:    delivery.CallbackFailed,
		Message: "Callback verification failed with the following errors: " + strings.Join(errs, "; "),
		Err:     a.Err,
	}
}

// curlErrors are the numbers that curl, which makes Meta's verification
// requests, has for what went wrong: https://curl.se/libcurl/c/libcurl-errors.html
var curlErrors = map[delivery.Reason]int{
	delivery.ReasonConnect:    7,
	delivery.ReasonIncomplete: 18,
	delivery.ReasonNoAnswer:   28,
	delivery.ReasonTLS:        35,
	delivery.ReasonRedirects:  47,
	delivery.ReasonClosed:     52,
}

// received is a body as Meta repeats it in an error, a JSON string in its own
// escaping; a long one is cut.
func received(body []byte) string {
	const most = 200
	text := string(body)
	if len(text) > most {
		text = text[:most] + "..."
	}
	quoted, err := json.Marshal(text)
	if err == nil {
		quoted, err = wire.Encode(quoted, wire.Messaging)
	}
	if err != nil {
		return strconv.Quote(text)
	}
	return string(quoted)
}
