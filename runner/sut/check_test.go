package sut_test

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/sut"
)

func TestCheckRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		command sut.Command
		says    string
	}{
		"no command":            {sut.Command{Line: " "}, "'node server.js'"},
		"no such directory":     {sut.Command{Line: "x", Dir: "testdata/none"}, "--workdir"},
		"a file as directory":   {sut.Command{Line: "x", Dir: "check_test.go"}, "is not a directory"},
		"path":                  {sut.Command{Line: "x", Path: "webhook"}, "begins with a slash"},
		"ready path":            {sut.Command{Line: "x", ReadyPath: "health"}, "--ready-path"},
		"port":                  {sut.Command{Line: "x", Port: 70000}, "--port is 70000"},
		"ready timeout":         {sut.Command{Line: "x", ReadyTimeout: -1}, "negative"},
		"stop timeout":          {sut.Command{Line: "x", StopTimeout: -1}, "negative"},
		"ready log":             {sut.Command{Line: "x", ReadyLog: "("}, "--ready-log is not a regular expression"},
		"unknown field":         {sut.Command{Line: "x", Env: map[string]string{"A": "{{.Secret}}"}}, "{{.AppSecret}}"},
		"broken template":       {sut.Command{Line: "x", Env: map[string]string{"A": "{{"}}, "the value of the variable A"},
		"no name":               {sut.Command{Line: "x", Env: map[string]string{"": "1"}}, "NAME=value"},
		"equals sign in a name": {sut.Command{Line: "x", Env: map[string]string{"A=B": "1"}}, "NAME=value"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.command.Check()
			if err == nil {
				t.Fatal("it is accepted")
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error does not say %q: %v", c.says, err)
			}
			if _, started := c.command.Start(t.Context(), sut.Environment{}); started == nil || started.Error() != err.Error() {
				t.Errorf("Start says %v", started)
			}
		})
	}
}

func TestCheckAcceptsEveryField(t *testing.T) {
	c := sut.Command{
		Line: "node server.js", Dir: ".", Path: "/hook", Port: 3000, ReadyPath: "/health", ReadyLog: "listening on [0-9]+",
		Env: map[string]string{"ALL": "{{.AppSecret}} {{.VerifyToken}} {{.PageToken}} {{.AppID}} {{.PageID}} {{.GraphURL}} {{.ReceiptsURL}} {{.Port}}"},
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}
