package command

import (
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

// receiverFlags say what is judged, and how it is started.
type receiverFlags struct {
	url, command, image, buildContext string
	urlOrigin                         string // where the URL was given
	workdir, path, network            string
	env                               map[string]string
	port                              int64
	readyPath, readyLog               string
	readyTimeout                      time.Duration
	https, intercept, allowNetwork    bool
	evidenceLog                       string
	reference                         bool
}

// named is an error where nothing says what is judged; file is the configuration.
func (f *receiverFlags) named(file string) error {
	if f.name() != "" {
		return nil
	}
	return fmt.Errorf("nothing says what is judged: name a receiver with --url http://localhost:3000/webhook where it runs already, "+
		"or --command 'node server.js' or --image my/bot:latest where Referee has to start it, or fill in url, command or image in %s; "+
		"--reference judges the built-in reference receiver", file)
}

// receiver is what the flags name; nil for the built-in one. Of those that name
// a receiver, at most one is set.
func (f *receiverFlags) receiver() (sut.Receiver, error) {
	switch {
	case f.command != "":
		c := sut.Command{
			Line: f.command, Dir: f.workdir, Env: f.env, Path: f.path, Port: int(f.port),
			ReadyPath: f.readyPath, ReadyLog: f.readyLog, ReadyTimeout: f.readyTimeout,
			HTTPS: f.https, Intercept: f.intercept, AllowNetwork: f.allowNetwork,
		}
		return c, c.Check()
	case f.image != "", f.buildContext != "":
		i := docker.Image{
			Name: f.image, BuildContext: f.buildContext, Network: f.network, Env: f.env, Path: f.path, Port: int(f.port),
			ReadyPath: f.readyPath, ReadyLog: f.readyLog, ReadyTimeout: f.readyTimeout,
			HTTPS: f.https, Intercept: f.intercept, AllowNetwork: f.allowNetwork,
		}
		return i, i.Check()
	case f.url != "":
		u := sut.URL(f.url)
		if err := u.Check(); err != nil {
			return nil, fmt.Errorf("%s: url: %w", f.urlOrigin, err)
		}
		return u, nil
	}
	return nil, nil
}

// name says what is judged, for people; empty where nothing does.
func (f *receiverFlags) name() string {
	switch {
	case f.command != "":
		return f.command
	case f.image != "":
		return "the image " + f.image
	case f.buildContext != "":
		return "the image built from " + f.buildContext
	case f.url != "":
		return f.url
	case f.reference:
		return "the built-in reference receiver"
	}
	return ""
}
