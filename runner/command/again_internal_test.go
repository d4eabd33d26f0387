package command

import (
	"testing"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

func TestAgainBy(t *testing.T) {
	t.Parallel()
	h := &Host{LookupEnv: func(string) (string, bool) { return "", false }}
	for _, test := range []struct {
		name string
		args []string
		want report.Again
	}{
		{"nothing", nil, report.Again{Bare: "referee run", Command: "referee run"}},
		{"a command", []string{"--command", "node server.js", "--env", "A={{.AppSecret}}", "--port=3000", "--https", "--intercept-graph=false", "--features", "replies,receipts"}, report.Again{
			Bare: "referee run", Flags: true,
			Command: `referee run --command 'node server.js' --env 'A={{.AppSecret}}' --port 3000 --https --intercept-graph=false --features replies,receipts`,
		}},
		{"what another run has of its own", []string{"--only", "signature", "--result", "r.json", "--all", "--junit", "j.xml"}, report.Again{Bare: "referee run", Command: "referee run"}},
		{"a quote", []string{"--command", "sh -c 'a'"}, report.Again{Bare: "referee run", Flags: true, Command: `referee run --command 'sh -c '\''a'\'''`}},
		{"a secret", []string{"--url", "http://localhost:3000/webhook", "--app-secret", "hush"}, report.Again{Bare: "referee run", Flags: true}},
		{"a variable that may be one", []string{"--command", "a", "--env", "DB_PASSWORD=hush"}, report.Again{Bare: "referee run", Flags: true}},
		{"a password in a URL", []string{"--url", "http://a:hush@localhost:3000/webhook"}, report.Again{Bare: "referee run", Flags: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := newRun(h)
			if err := cmd.ParseFlags(test.args); err != nil {
				t.Fatal(err)
			}
			settings, err := config.Load(config.Options{Flags: cmd.Flags(), LookupEnv: h.LookupEnv})
			if err != nil {
				t.Fatal(err)
			}
			if got := againBy("referee run", nil, settings); got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
	if got := againBy("referee replay", []string{"a b.ndjson"}, nil, "--judge").Bare; got != "referee replay 'a b.ndjson' --judge" {
		t.Errorf("got %s", got)
	}
}

// Of a run of which only the result is known the files with what is expected are given, or
// it is said that flags are missing.
func TestAgainOf(t *testing.T) {
	t.Parallel()
	expected := func(place string) report.Requirement {
		return report.Requirement{ID: "expect.a", Basis: report.Expected, Place: place}
	}
	for name, test := range map[string]struct {
		requirements []report.Requirement
		want         report.Again
	}{
		"nothing is expected": {[]report.Requirement{{ID: "signature.missing"}}, report.Again{Bare: "referee run"}},
		"in the configuration, and in files that it names": {
			[]report.Requirement{expected("a.yaml:3"), expected("ci/referee.yaml:3"), expected("")}, report.Again{Bare: "referee run"},
		},
		"in files": {
			[]report.Requirement{expected("a.yaml:3"), expected("a.yaml:9"), expected("b c.yaml:1")},
			report.Again{Bare: "referee run --expect 'a.yaml,b c.yaml'"},
		},
		"elsewhere": {[]report.Requirement{expected("")}, report.Again{Bare: "referee run", Flags: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := report.Result{Receiver: report.Receiver{Config: "ci/referee.yaml"}, Requirements: test.requirements}
			if got := againOf(r); got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}
