package matchers

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// attemptOf is the request that a value tells of, and the words for what was sent.
func attemptOf(matcher string, actual any) (a delivery.Attempt, sent string, err error) {
	switch of := actual.(type) {
	case delivery.Attempt:
		a = of
	case mockplatform.Emitted:
		a = of.Attempt
		for i, e := range of.Events {
			sent += fmt.Sprintf("%s by %s, ", e.Variant.ID, of.People[i].Name)
		}
	default:
		instead := ""
		switch actual.(type) {
		case *delivery.Attempt, *mockplatform.Emitted:
			instead = ": pass the value, not its address"
		}
		return a, "", fmt.Errorf("%s looks at what Platform.Emit, Deliver or Handshake returns, not at a %T%s", matcher, actual, instead)
	}
	if a.Answer == nil && a.Err == nil {
		return a, "", errors.New(matcher + " finds no attempt that is over: an emission that is Async, or that a rule puts off, has none when Emit returns; emit it without Async, or look into Platform.Journal")
	}
	url, _, _ := strings.Cut(a.Request.URL, "?") // the query of a handshake has the token
	return a, sent + a.Request.Method + " " + url, nil
}

// answerOf tells in words what came, and when.
func answerOf(a delivery.Attempt) string {
	after := a.Timing.Done.Round(time.Millisecond / 10).String()
	if a.Answer == nil {
		return fmt.Sprintf("no answer after %s: %v", after, a.Err)
	}
	text := fmt.Sprintf("status %d after %s", a.Answer.Status, after)
	// Before it is shortened, which may leave half a secret.
	if body := delivery.PlainText(a.Redact(string(a.Answer.Body))); body != "" {
		text += fmt.Sprintf(", with %q", body)
	}
	if a.Err != nil {
		text += fmt.Sprintf("; %v", a.Err)
	}
	return text
}
