package sut

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// Terms are what every receiver that Referee starts is started on; [Command] says
// what they mean.
type Terms struct {
	// Name is what errors call the receiver.
	Name string

	Env                       map[string]string
	Path                      string
	Port                      int
	ReadyPath, ReadyLog       string
	ReadyTimeout, StopTimeout time.Duration
	HTTPS                     bool
}

const (
	defaultPath         = "/webhook"
	defaultReadyTimeout = 30 * time.Second
	defaultStopTimeout  = 3 * time.Second
)

// WithDefaults fills in the defaults, but for the port.
func (t Terms) WithDefaults() Terms {
	t.Path = cmp.Or(t.Path, defaultPath)
	t.ReadyTimeout = cmp.Or(t.ReadyTimeout, defaultReadyTimeout)
	t.StopTimeout = cmp.Or(t.StopTimeout, defaultStopTimeout)
	return t
}

// Check reports what no receiver can be started on.
func (t Terms) Check() error {
	for _, p := range []struct{ path, flag string }{{t.Path, "--path"}, {t.ReadyPath, "--ready-path"}} {
		if p.path != "" && !strings.HasPrefix(p.path, "/") {
			return fmt.Errorf("%s is %q; a path begins with a slash, such as /webhook", p.flag, p.path)
		}
	}
	if t.Port < 0 || t.Port > 65535 {
		return fmt.Errorf("--port is %d; a port is a number from 1 to 65535", t.Port)
	}
	if t.ReadyTimeout < 0 || t.StopTimeout < 0 {
		return errors.New("a time limit of the receiver is negative; leave it out or make it more than 0")
	}
	if _, err := regexp.Compile(t.ReadyLog); err != nil {
		return fmt.Errorf("--ready-log is not a regular expression: %w; its syntax is at https://pkg.go.dev/regexp/syntax", err)
	}
	_, err := t.own(values{})
	return err
}

// Readiness is what shows that the receiver is ready.
func (t Terms) Readiness(env Environment) life.Readiness {
	r := life.Readiness{Port: t.Port, Target: t.ReadyPath}
	if t.HTTPS {
		r.TLS = env.TLS
	}
	switch {
	case t.ReadyLog != "":
		r.Log = regexp.MustCompile(t.ReadyLog) // Check has compiled it
	case t.ReadyPath == "":
		// Several receivers never answer a GET without parameters.
		r.Target = t.Path + "?" + url.Values{
			"hub.mode": {"subscribe"}, "hub.verify_token": {env.VerifyToken}, "hub.challenge": {"1158201444"},
		}.Encode()
	}
	return r
}

// URL is the webhook of a receiver that is reached at this host:port.
func (t Terms) URL(address string) string {
	scheme := "http"
	if t.HTTPS {
		scheme = "https"
	}
	return scheme + "://" + address + t.Path
}

// Lacking says what a receiver that listens lacked when its time was up, and what to
// do; it is empty for one that does not listen.
func (t Terms) Lacking(missing error) (what, do string) {
	switch {
	case errors.Is(missing, life.ErrUnlogged):
		return fmt.Sprintf("wrote no line within %s that matches %q", t.ReadyTimeout, t.ReadyLog),
			"correct --ready-log, or give it more time with --ready-timeout"
	case errors.Is(missing, life.ErrSilent):
		return fmt.Sprintf("listens on port %d, but GET %s failed for %s: %v", t.Port, cmp.Or(t.ReadyPath, t.Path), t.ReadyTimeout, missing),
			"name a path that it answers with --ready-path, or a line of its output with --ready-log"
	}
	return "", ""
}

// Failed words an error of a start: what happened, what to do, and the evidence.
func (t Terms) Failed(what, do, output string) error {
	return fmt.Errorf("the receiver %q %s: %s\n%s", t.Name, what, do, life.Quoted("Its last output", "It wrote nothing.", output))
}
