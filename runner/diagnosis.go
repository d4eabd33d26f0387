package runner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// diagnosis finds the likely reason why a run cannot begin, and what to do.
type diagnosis struct {
	ctx      context.Context
	config   Config
	cal      suites.Calibration
	receiver sut.Running
	redact   func(string) string // takes secrets out of a text, which has to be whole
}

// ofDelivery is about a correct delivery that is not accepted.
func (d diagnosis) ofDelivery(a delivery.Attempt) string {
	if a.Answer == nil || a.Err != nil {
		return d.ofFailure(a.Err)
	}
	switch status := a.Answer.Status; {
	case (status == 404 || status == 405) && shaken(d.cal.Handshake, d.cal.Challenge):
		return "The path is right, as the handshake is answered there. Probably only GET has a handler: let the one for POST listen at the same path."
	case status == 404, status == 405:
		return "Probably the path is another one. " + d.paths()
	case status/100 == 3:
		return "Meta follows no redirect of a delivery. " + d.name("Name the URL that it leads to with --url.", "Name the path that it leads to with --path, or let the receiver serve https itself (--https).")
	case status == 413:
		return "Probably the receiver, or a proxy before it, limits bodies to less than 1 KiB. Raise that limit: a batch of Meta's has up to 1000 events."
	case status/100 == 5:
		return "The receiver failed." + d.wrote()
	case status/100 == 4:
		return "Probably its app secret is not this run's. " + d.secret(appSecret)
	}
	return "Probably another program answers there." + d.wrote()
}

// ofHandshake is about the right verification request, where it is refused.
func (d diagnosis) ofHandshake(a delivery.Attempt) string {
	if a.Answer == nil || a.Err != nil {
		return d.ofFailure(a.Err)
	}
	switch status := a.Answer.Status; {
	case d.ledTo(a) != "":
		return "Probably only POST has a handler, and everything else is led to a page for people. Let a handler for GET answer with hub.challenge at the same path, without a login."
	case status == 404, status == 405:
		return "The path is right, as deliveries are accepted there. Probably only POST has a handler: let one for GET answer with hub.challenge at the same path."
	case status/100 == 5:
		return "The receiver failed." + d.wrote()
	case status == 200:
		return "It has to be answered with the hub.challenge that came. Probably the receiver answers something else, or its verify token is not this run's. " + d.secret(verifyToken)
	}
	return "Probably its verify token is not this run's. " + d.secret(verifyToken)
}

// ofFailure is about a request without a whole answer.
func (d diagnosis) ofFailure(err error) string {
	var failed *delivery.Error
	if errors.As(err, &failed) && d.cal.Env().OverTLS() && (failed.Reason == delivery.ReasonTLS || failed.Reason == delivery.ReasonClosed) {
		if d.cal.Declares(suites.MTLS) {
			return "Probably it does not trust the CA of the client certificate. " +
				d.name("Give it the file that --client-ca names.", "It is in the file that REFEREE_CLIENT_CA names; give the receiver its name in another variable with --env 'CLIENT_CA={{.ClientCA}}'.") + d.wrote()
		}
		return "Probably the receiver serves http there, or wants to see a client certificate (--features mtls)." + d.wrote()
	}
	if errors.As(err, &failed) && failed.Reason == delivery.ReasonMalformed {
		return "Probably something else than a webhook listens there, or it serves https." + d.wrote()
	}
	return "Probably the receiver fails or hangs before it answers, or something else listens there." + d.wrote()
}

// name is what to do: by the URL where the receiver is at one, else by how Referee
// starts it.
func (d diagnosis) name(atURL, started string) string {
	if d.receiver.Restart == nil {
		return atURL
	}
	return started
}

// secret is one of those that a receiver has to know.
type secret struct{ variable, template, flag, example string }

var (
	appSecret   = secret{"REFEREE_APP_SECRET", "{{.AppSecret}}", "--app-secret", "FB_APP_SECRET"}
	verifyToken = secret{"REFEREE_VERIFY_TOKEN", "{{.VerifyToken}}", "--verify-token", "FB_VERIFY_TOKEN"}
)

// secret says how a secret was given to the receiver, and how to give it otherwise.
func (d diagnosis) secret(s secret) string {
	if d.receiver.Restart == nil {
		return fmt.Sprintf("Name the receiver's own with %s, or start the receiver with this run's.", s.flag)
	}
	given := []string{s.variable}
	own := environment(d.config.Receiver)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if strings.Contains(own[name], strings.Trim(s.template, "{}")) {
			given = append(given, name)
		}
	}
	return fmt.Sprintf("It was given as %s. If the receiver reads it from another variable, name that one: --env '%s=%s'. If its own is written in its source, name that with %s.", strings.Join(given, " and "), s.example, s.template, s.flag)
}

// environment are the variables that the user maps for a receiver.
func environment(r sut.Receiver) map[string]string {
	if started, ok := r.(sut.Started); ok {
		return started.Terms().Env
	}
	return nil
}

// wrote is the end of what the receiver wrote, in lines of its own.
func (d diagnosis) wrote() string {
	if d.receiver.Output == nil {
		return " Its log should say why."
	}
	const most, columns = 5, 75
	text, _ := d.receiver.Output(0)
	var lines []string
	for line := range strings.SplitSeq(d.redact(text), "\n") {
		if line = strings.TrimRight(line, " \t\r"); line == "" {
			continue
		}
		lines = append(lines, report.Shortened(line, columns))
	}
	if len(lines) == 0 {
		return " It wrote nothing."
	}
	if len(lines) > most {
		lines = lines[len(lines)-most:]
	}
	return " It wrote:\n    " + strings.Join(lines, "\n    ")
}
