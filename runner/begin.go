package runner

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// CannotBegin is the error of a run that would judge nothing: the receiver accepts
// no correct delivery, or refuses the right handshake. It is one diagnosis in the
// place of hundreds of findings.
type CannotBegin struct {
	// What is a sentence that says what came.
	What string
	// Likely is what probably is the reason, and what to do. What the receiver
	// wrote stands in lines of its own.
	Likely string
}

func (e *CannotBegin) Error() string {
	return fmt.Sprintf("the run cannot begin: %s\n%s\n--keep-going judges all the same.", e.What, e.Likely)
}

// cannotBegin returns why a run is of no use after this calibration; nil if it is.
func (c Config) cannotBegin(ctx context.Context, cal suites.Calibration, receiver sut.Running) error {
	if shaken(cal.Handshake, cal.Challenge) && cal.Acknowledged > 0 || len(cal.Deliveries) == 0 {
		return nil
	}
	redact := report.Redactor(cal.Env().Platform.Options().Secrets()).Replace
	d := diagnosis{ctx: ctx, config: c, cal: cal, receiver: receiver, redact: redact}
	what, a, likely := "a correctly signed delivery", cal.Deliveries[len(cal.Deliveries)-1], d.ofDelivery
	if cal.Acknowledged > 0 {
		what, a, likely = "the verification request with the right token", cal.Handshake, d.ofHandshake
	}
	return &CannotBegin{
		What:   fmt.Sprintf("%s to %s %s.", what, redact(cal.Env().URL), d.came(a)),
		Likely: likely(a),
	}
}

// shaken reports whether a handshake is answered as it has to be, or nearly: what
// else is wrong with it is a finding.
func shaken(a delivery.Attempt, challenge string) bool {
	return a.Err == nil && a.Answer.Status == 200 && strings.Contains(string(a.Answer.Body), challenge)
}

// came says what came: a status and the text of the body, or what else.
func (d diagnosis) came(a delivery.Attempt) string {
	if a.Answer == nil {
		return "is not answered: " + d.redact(strings.TrimSuffix(a.Err.Error(), "."))
	}
	text := fmt.Sprintf("is answered with status %d", a.Answer.Status)
	if to := d.ledTo(a); to != "" {
		text = fmt.Sprintf("is answered with a redirect to %s, and there with status %d", delivery.Shortened(d.redact(to)), a.Answer.Status)
	}
	if to := a.Answer.Header.Get("Location"); to != "" {
		text += " to " + delivery.Shortened(d.redact(to))
	}
	switch body := delivery.PlainText(d.redact(string(a.Answer.Body))); {
	case a.Err != nil:
		text += ", but " + strings.TrimSuffix(a.Err.Error(), ".")
	case body != "":
		text += fmt.Sprintf(" and %q", body)
	default:
		text += " and no text"
	}
	return text
}

// ledTo is the path to which redirects have led a verification request; empty if
// none has.
func (d diagnosis) ledTo(a delivery.Attempt) string {
	from, errFrom := url.Parse(d.cal.Env().URL)
	to, errTo := url.Parse(a.Request.URL)
	if a.Request.Method != "GET" || errFrom != nil || errTo != nil || from.Host == to.Host && from.Path == to.Path {
		return ""
	}
	return to.Path
}
