package runner

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// usualPaths are those under which webhooks are found.
var usualPaths = []string{
	"/webhook", "/", "/webhooks", "/webhook/", "/messenger", "/messenger/webhook", "/facebook", "/facebook/webhook",
	"/fb/webhook", "/fb", "/bot", "/callback", "/api/webhook", "/api/messages", "/api/messenger/webhook", "/webhook/messenger", "/webhooks/messenger",
}

// paths says which of the usual paths answer a handshake, and what to do.
func (d diagnosis) paths() string {
	flag := d.name("--url", "--path")
	base, err := url.Parse(d.cal.Env().URL)
	if err != nil {
		return fmt.Sprintf("Name the right one with %s.", flag)
	}
	platform := d.cal.Env().Platform
	var right, some []string
	for _, path := range usualPaths {
		u := *base
		u.Path, u.RawQuery = path, ""
		if path == base.Path {
			continue
		}
		a := platform.Handshake(d.ctx, u.String(), []wire.Field{
			{Name: "hub.mode", Value: "subscribe"}, {Name: "hub.challenge", Value: d.cal.Challenge},
			{Name: "hub.verify_token", Value: platform.Options().VerifyToken},
		})
		switch {
		case shaken(a, d.cal.Challenge):
			right = append(right, path)
		case a.Answer != nil && a.Answer.Status != 404:
			some = append(some, fmt.Sprintf("%s (status %d)", path, a.Answer.Status))
		}
	}
	const most = 4
	switch {
	case len(right) > 0:
		return fmt.Sprintf("The handshake is answered at %s: name that with %s.", strings.Join(right[:min(len(right), most)], " and at "), flag)
	case len(some) > 0:
		return fmt.Sprintf("Of the usual paths these answer: %s. Name the right one with %s.", strings.Join(some[:min(len(some), most)], ", "), flag)
	}
	return fmt.Sprintf("None of the usual paths answers: name the right one with %s.", flag)
}
