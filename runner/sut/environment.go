package sut

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// values are what a template in Terms.Env may name, as documented there.
type values struct {
	AppSecret, InstagramSecret, VerifyToken, PageToken, AppID, PageID, InstagramID, GraphURL, ReceiptsURL, ClientCA string

	Port int
}

// environ is the environment of a process, later entries winning over earlier
// ones: what Referee itself has, and what is given to the receiver.
func (c Command) environ(env Environment, launch Launch) ([]string, error) {
	given, err := c.Terms().Environ(env, launch.Env)
	return slices.Concat([]string{life.Unbuffered}, os.Environ(), given), err
}

// Environ is what every receiver gets, later entries winning over earlier ones:
// the contract, what interception adds, and the user's own.
func (t Terms) Environ(env Environment, added []string) ([]string, error) {
	own, err := t.own(values{
		AppSecret: env.AppSecret, InstagramSecret: env.InstagramSecret, VerifyToken: env.VerifyToken, PageToken: env.PageToken, AppID: env.AppID, PageID: env.PageID, InstagramID: env.InstagramID,
		GraphURL: env.GraphURL, ReceiptsURL: env.ReceiptsURL, ClientCA: env.ClientCAFile, Port: t.Port,
	})
	contract := []string{"PORT=" + strconv.Itoa(t.Port)}
	for _, v := range env.variables() {
		if v.name != clientCAVariable || v.value != "" { // there is none without mTLS
			contract = append(contract, v.name+"="+v.value)
		}
	}
	return slices.Concat(contract, added, own), err
}

const clientCAVariable = "REFEREE_CLIENT_CA"

// variable is one that a receiver is given.
type variable struct{ name, value string }

// variables are those of Referee's own that tell a receiver of the platform.
func (env Environment) variables() []variable {
	return []variable{
		{"REFEREE_GRAPH_URL", env.GraphURL}, {"REFEREE_RECEIPTS_URL", env.ReceiptsURL},
		{"REFEREE_APP_SECRET", env.AppSecret}, {"REFEREE_INSTAGRAM_SECRET", env.InstagramSecret}, {"REFEREE_VERIFY_TOKEN", env.VerifyToken},
		{"REFEREE_PAGE_TOKEN", env.PageToken}, {"REFEREE_APP_ID", env.AppID}, {"REFEREE_PAGE_ID", env.PageID}, {"REFEREE_INSTAGRAM_ID", env.InstagramID},
		{clientCAVariable, env.ClientCAFile},
	}
}

// Variables are the names of Referee's own that a receiver may find in its
// environment.
func Variables() []string {
	names := []string{markerVariable}
	for _, v := range (Environment{}).variables() {
		names = append(names, v.name)
	}
	return names
}

// own returns the variables of Env with their values filled in.
func (t Terms) own(v values) ([]string, error) {
	var own []string
	for _, name := range slices.Sorted(maps.Keys(t.Env)) {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			return nil, fmt.Errorf("%q is not the name of an environment variable; write --env NAME=value", name)
		}
		value, err := fill(t.Env[name], v)
		if err != nil {
			return nil, fmt.Errorf("the value of the variable %s: %w; it may name {{.AppSecret}}, {{.InstagramSecret}}, {{.VerifyToken}}, {{.PageToken}}, {{.AppID}}, {{.PageID}}, {{.InstagramID}}, {{.GraphURL}}, {{.ReceiptsURL}}, {{.ClientCA}} and {{.Port}}", name, err)
		}
		own = append(own, name+"="+value)
	}
	return own, nil
}

func fill(text string, v values) (string, error) {
	t, err := template.New("value").Parse(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := t.Execute(&b, v); err != nil {
		return "", err
	}
	return b.String(), nil
}
