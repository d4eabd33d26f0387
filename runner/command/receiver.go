package command

import (
	"time"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// receiverFlags say what is judged, and how it is started.
type receiverFlags struct {
	url, command, image, buildContext string
	workdir, path, network            string
	env                               map[string]string
	port                              int64
	readyPath, readyLog               string
	readyTimeout                      time.Duration
	https, intercept, allowNetwork    bool
	evidenceLog                       string
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
		i := sut.Image{
			Name: f.image, BuildContext: f.buildContext, Network: f.network, Env: f.env, Path: f.path, Port: int(f.port),
			ReadyPath: f.readyPath, ReadyLog: f.readyLog, ReadyTimeout: f.readyTimeout,
			HTTPS: f.https, Intercept: f.intercept, AllowNetwork: f.allowNetwork,
		}
		return i, i.Check()
	case f.url != "":
		return sut.URL(f.url), sut.URL(f.url).Check()
	}
	return nil, nil
}

// name says what is judged, for people.
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
	}
	return "the built-in reference receiver"
}
