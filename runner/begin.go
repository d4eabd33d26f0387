package runner

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// CannotBegin is the error of a run that would judge nothing: the receiver accepts
// no correct delivery, or refuses the right handshake. It is one diagnosis in the
// place of hundreds of findings.
type CannotBegin struct {
	// What is a sentence that says what came.
	What string
	// Likely is what probably is the reason, and what to do.
	Likely string
}

func (e *CannotBegin) Error() string {
	return fmt.Sprintf("the run cannot begin: %s\n%s\n--keep-going judges all the same.", e.What, e.Likely)
}

// cannotBegin returns why a run is of no use after this calibration; nil if it is.
func (c Config) cannotBegin(ctx context.Context, cal suites.Calibration, receiver sut.Running) error {
	shaken := cal.Handshake.Err == nil && cal.Handshake.Answer.Status == 200 &&
		strings.Contains(string(cal.Handshake.Answer.Body), cal.Challenge)
	if shaken && cal.Acknowledged > 0 || len(cal.Deliveries) == 0 {
		return nil
	}
	d := diagnosis{ctx: ctx, config: c, cal: cal, receiver: receiver}
	what, a := "a correctly signed delivery", cal.Deliveries[len(cal.Deliveries)-1]
	if cal.Acknowledged > 0 {
		what, a = "the verification request with the right token", cal.Handshake
	}
	return &CannotBegin{
		What:   fmt.Sprintf("%s to %s is answered with %s.", what, a.Request.URL, came(a)),
		Likely: d.likely(a, cal.Acknowledged > 0),
	}
}

// came says what came: a status and the text of the body, or what else.
func came(a delivery.Attempt) string {
	if a.Answer == nil {
		return "nothing: " + a.Err.Error()
	}
	text := fmt.Sprintf("status %d", a.Answer.Status)
	if to := a.Answer.Header.Get("Location"); to != "" {
		text += " to " + to
	}
	if body := plainText(string(a.Answer.Body)); body != "" {
		text += fmt.Sprintf(" and %q", body)
	}
	return text
}

var (
	invisible = regexp.MustCompile(`(?is)<(script|style|head)\b.*?</(script|style|head)>`)
	markup    = regexp.MustCompile(`(?s)<[^>]*>`)
)

// plainText is the text of a body without markup, short enough for a line.
func plainText(body string) string {
	const most = 160
	text := strings.Join(strings.Fields(markup.ReplaceAllString(invisible.ReplaceAllString(body, " "), " ")), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// diagnosis finds the reason why a run cannot begin.
type diagnosis struct {
	ctx      context.Context
	config   Config
	cal      suites.Calibration
	receiver sut.Running
}

// likely is the likely reason for an answer, and what to do about it.
func (d diagnosis) likely(a delivery.Attempt, handshake bool) string {
	status := 0
	if a.Answer != nil {
		status = a.Answer.Status
	}
	switch {
	case a.Answer == nil:
		return "Probably something else listens there, or the receiver hangs." + d.wrote()
	case status == 404, status == 405:
		return "Probably the path is another one. " + d.paths()
	case status/100 == 3:
		return "Meta follows no redirect. Name the URL that it leads to with --url, or its path with --path."
	case status == 413:
		return "Probably a proxy or a framework in front of the receiver limits the body to less than 1 KiB. Raise its limit."
	case status/100 == 5:
		return "The receiver failed." + d.wrote()
	case handshake:
		return "Probably its verify token is not this run's. " + d.variables("REFEREE_VERIFY_TOKEN", "{{.VerifyToken}}", "--verify-token", "FB_VERIFY_TOKEN")
	case status == 401, status == 403, status/100 == 4:
		return "Probably its app secret is not this run's. " + d.variables("REFEREE_APP_SECRET", "{{.AppSecret}}", "--app-secret", "FB_APP_SECRET")
	}
	return "Probably its verify token is not this run's, or another program answers there. " + d.variables("REFEREE_VERIFY_TOKEN", "{{.VerifyToken}}", "--verify-token", "FB_VERIFY_TOKEN")
}

// variables says which variables carried a secret, and how to give it under
// another name.
func (d diagnosis) variables(name, template, flag, example string) string {
	if d.receiver.Restart == nil {
		return fmt.Sprintf("Give the run the receiver's with %s, or the receiver the run's.", flag)
	}
	given := []string{name}
	for own, value := range environment(d.config.Receiver) {
		if strings.Contains(value, strings.Trim(template, "{}")) {
			given = append(given, own)
		}
	}
	return fmt.Sprintf("It was given as %s. If the receiver reads it from another variable, name that: --env '%s=%s'.", strings.Join(given, ", "), example, template)
}

// environment are the variables that the user maps for a receiver.
func environment(r sut.Receiver) map[string]string {
	switch r := r.(type) {
	case sut.Command:
		return r.Env
	case sut.Image:
		return r.Env
	}
	return nil
}

// wrote is the end of what the receiver wrote.
func (d diagnosis) wrote() string {
	if d.receiver.Output == nil {
		return " Its log should say why."
	}
	const most = 12
	text, _ := d.receiver.Output(0)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) == 1 && lines[0] == "" {
		return " It wrote nothing."
	}
	if len(lines) > most {
		lines = append([]string{"…"}, lines[len(lines)-most:]...)
	}
	return " It wrote:\n    " + strings.Join(lines, "\n    ")
}

// usualPaths are those under which webhooks are found.
var usualPaths = []string{
	"/webhook", "/", "/webhooks", "/webhook/", "/messenger", "/messenger/webhook", "/facebook", "/facebook/webhook",
	"/fb/webhook", "/fb", "/bot", "/callback", "/api/webhook", "/api/messages", "/api/messenger/webhook", "/webhook/messenger", "/webhooks/messenger",
}

// paths says which of the usual paths answer a handshake.
func (d diagnosis) paths() string {
	platform := d.cal.Env().Platform
	base, err := url.Parse(d.cal.Env().URL)
	if err != nil {
		return ""
	}
	var right, some []string
	for _, path := range usualPaths {
		u := *base
		u.Path, u.RawQuery = path, ""
		a := platform.Handshake(d.ctx, u.String(), []wire.Field{
			{Name: "hub.mode", Value: "subscribe"}, {Name: "hub.challenge", Value: d.cal.Challenge},
			{Name: "hub.verify_token", Value: platform.Options().VerifyToken},
		})
		switch {
		case a.Err != nil || a.Answer.Status == 404 || path == base.Path:
		case a.Answer.Status == 200 && strings.Contains(string(a.Answer.Body), d.cal.Challenge):
			right = append(right, path)
		default:
			some = append(some, fmt.Sprintf("%s (status %d)", path, a.Answer.Status))
		}
	}
	name := "--path"
	if d.receiver.Restart == nil {
		name = "--url"
	}
	switch {
	case len(right) > 0:
		return fmt.Sprintf("The handshake is answered at %s: name it with %s.", strings.Join(right, " and "), name)
	case len(some) > 0:
		return fmt.Sprintf("Of the usual paths these answer: %s. Name the right one with %s.", strings.Join(some, ", "), name)
	}
	return fmt.Sprintf("None of the usual paths answers; name the right one with %s.", name)
}
