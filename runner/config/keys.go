package config

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// Key is a setting of `referee run`: the flag --name, the environment variable
// Variable(name) and the key name of the file.
type Key struct {
	// Name is in lower case, with dashes.
	Name string
	// Default is the value that nobody had to give. Its type is that of the
	// setting: string, bool, int64, float64, time.Duration, []string,
	// map[string]string or Blocks.
	Default any
	// Usage describes the setting in one line, for the help of the flag. What
	// stands in backticks is the name of its value there.
	Usage string
	// Example is a value in YAML, on one line.
	Example string
	// Secret is true where the value must not be shown.
	Secret bool
	// Receiver is true where the setting names what is judged: of these, one can
	// be given.
	Receiver bool
}

// section is a part of the file.
type section struct {
	title string
	keys  []Key
}

// registered are all settings, in the order of the file.
var registered = sync.OnceValue(func() []Key {
	var all []Key
	for _, s := range sections() {
		all = append(all, s.keys...)
	}
	return all
})

// Keys returns all settings, in the order of the file.
func Keys() []Key { return slices.Clone(registered()) }

// keyNamed finds a setting.
func keyNamed(name string) (Key, bool) {
	for _, k := range registered() {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}

// Description is the usage as sentences of its own, for people and for the schema.
func (k Key) Description() string {
	text := valueName.ReplaceAllStringFunc(k.Usage, func(name string) string { return lower(strings.Trim(name, "`")) })
	text = strings.ToUpper(text[:1]) + text[1:] + "."
	if fallback := formatDefault(k.Default); fallback != "" {
		text += " Default: " + fallback + "."
	}
	return text
}

// valueName fits the name of a value in a usage.
var valueName = regexp.MustCompile("`[^`]+`")

// lower writes the name of a value as a word of a sentence.
func lower(name string) string {
	if name == "URL" || name == "ID" {
		return name
	}
	return strings.ToLower(name)
}

// sections is the registry of settings. A new one is one line here: its flag,
// its variable, its place in the file and in the schema follow from that.
func sections() []section {
	return []section{
		{"The receiver: fill in one of these. Without any, nothing is judged.", []Key{
			{Name: "url", Default: "", Usage: "the webhook `URL` of a receiver that runs already", Example: "http://localhost:3000/webhook", Receiver: true},
			{Name: "command", Default: "", Usage: "the `COMMAND` that starts the receiver", Example: "node server.js", Receiver: true},
			{Name: "image", Default: "", Usage: "the container `IMAGE` of the receiver", Example: "my/bot:latest", Receiver: true},
			{Name: "build-context", Default: "", Usage: "the `FOLDER` with the Dockerfile from which the receiver's image is built", Example: ".", Receiver: true},
			{Name: "reference", Default: false, Usage: "judge the built-in reference receiver, which is right, for a look at how Referee judges", Example: "true", Receiver: true},
		}},
		{"How it is started, for all of these but url.", []Key{
			{Name: "workdir", Default: "", Usage: "the `FOLDER` in which the command runs; without it, the current one", Example: "./bot"},
			{Name: "env", Default: map[string]string(nil), Usage: "variables for the receiver, under names of its own; {{.AppSecret}}, {{.InstagramSecret}}, {{.VerifyToken}}, {{.PageToken}}, {{.AppID}}, {{.PageID}}, {{.InstagramID}}, {{.GraphURL}}, {{.ReceiptsURL}}, {{.ClientCA}} and {{.Port}} stand for what this run uses", Example: `{FB_APP_SECRET: "{{.AppSecret}}", FB_VERIFY_TOKEN: "{{.VerifyToken}}"}`},
			{Name: "port", Default: int64(0), Usage: "the port `NUMBER` on which the receiver listens; without it, a free one, and 8080 in a container", Example: "3000"},
			{Name: "path", Default: "/webhook", Usage: "the `PATH` of the webhook", Example: "/messenger/webhook"},
			{Name: "https", Default: false, Usage: "the receiver that Referee starts serves https, with a certificate of its own", Example: "true"},
			{Name: "container-network", Default: "", Usage: "a container `NETWORK` of yours that the receiver joins, to reach its database", Example: "bot_default"},
			{Name: "ready-path", Default: "", Usage: "the `PATH` where any answer shows that the receiver is ready; without it, the handshake does", Example: "/healthz"},
			{Name: "ready-log", Default: "", Usage: "the line that the receiver prints when it is ready, as a regular `EXPRESSION`", Example: "listening on"},
			{Name: "ready-timeout", Default: 30 * time.Second, Usage: "the `TIME` that the receiver has to become ready", Example: "2m"},
		}},
		{"How it reaches the platform, and what shows that it handled an event.", []Key{
			{Name: "platform-addr", Default: "127.0.0.1:0", Usage: "the `HOST:PORT` on which the receiver reaches the platform; port 0 is any free one", Example: "127.0.0.1:7070"},
			{Name: "platform-host", Default: []string(nil), Usage: "a further `NAME` under which the receiver may call the platform; without it, its address, Meta's own names, and those by which containers know this machine", Example: "[referee]"},
			{Name: "intercept-graph", Default: true, Usage: "answer for graph.facebook.com where Referee starts the receiver", Example: "false"},
			{Name: "allow-network", Default: false, Usage: "let a receiver that Referee starts reach other hosts too", Example: "true"},
			{Name: "evidence-log", Default: "", Usage: "the `LINE` that the receiver prints when it handled an event of {{.Sender}}, where it never calls the Graph API", Example: `"handled {{.Sender}}"`},
		}},
		{"What is expected of an https URL, and, with the feature mtls, shown to it.", []Key{
			{Name: "ca", Default: "", Usage: "the `FILE` in PEM with the CAs that the receiver's certificate may come from; without it, those that this machine trusts", Example: "ca.pem"},
			{Name: "server-name", Default: "", Usage: "the `HOST` that the receiver's certificate has to name; without it, the one in its URL", Example: "bot.example.com"},
			{Name: "client-ca", Default: "", Usage: "the `FILE` in PEM with the CA of the client certificate that stands for Meta's, which the receiver has to trust: the command client-ca makes one; without it, the run makes its own", Example: "client-ca.pem"},
			{Name: "client-ca-key", Default: "", Usage: "the `FILE` in PEM with the key of that CA", Example: "client-ca-key.pem"},
		}},
		{"What the receiver and the platform have to agree about.", []Key{
			{Name: "app-secret", Default: mockplatform.DefaultAppSecret, Usage: "the app `SECRET` that the receiver checks signatures with", Example: "${FB_APP_SECRET}", Secret: true},
			{Name: "instagram-secret", Default: "", Usage: "the app `SECRET` that deliveries for Instagram are signed with, where the app has one of its own for Instagram Login; without it, the app secret", Example: "${IG_APP_SECRET}", Secret: true},
			{Name: "verify-token", Default: mockplatform.DefaultVerifyToken, Usage: "the verify `TOKEN` that the receiver expects", Example: "${FB_VERIFY_TOKEN}", Secret: true},
			{Name: "page-id", Default: mockplatform.DefaultPageID, Usage: "the `ID` of the page that people write to", Example: `"104508901353867"`},
			{Name: "app-id", Default: mockplatform.DefaultAppID, Usage: "the `ID` of the app that the receiver is the webhook of", Example: `"498721317747541"`},
			{Name: "page-token", Default: mockplatform.DefaultPageToken, Usage: "the access `TOKEN` that the receiver calls the Graph API with", Example: "${FB_PAGE_TOKEN}", Secret: true},
		}},
		{"What is judged, and how.", []Key{
			{Name: "features", Default: []string(nil), Usage: "the `FEATURES` of the receiver, of replies, receipts, instagram, pages and mtls; without it, what calibration observes", Example: "[replies]"},
			{Name: "probe", Default: "", Usage: "a `VARIANT` that the receiver is known to answer", Example: "postback.get-started"},
			{Name: "expect", Default: Blocks(nil), Usage: "what your bot has to answer, in these `FILES` or, in the configuration, right here: each is judged as a requirement expect.NAME", Example: `[{on: referral.ads, reply: {text: {matches: "spring"}}, within: 2s}]`},
			{Name: "only", Default: []string(nil), Usage: "judge only these `REQUIREMENTS`: ids, topics, patterns, levels such as MUST, or causes that break them", Example: "[signature, referral.*]"},
			{Name: "skip", Default: []string(nil), Usage: "leave these `REQUIREMENTS` out: as for only", Example: "[envelope.*]"},
			{Name: "shard", Default: "", Usage: "judge this `PART` of what was selected, such as 1/4: each requirement is in exactly one part, but for those about the whole run, and report merge joins the results", Example: "1/4"},
			{Name: "repeat", Default: int64(1), Usage: "judge this `NUMBER` of times, each with the next seed: the worst counts, and what is broken in some runs only is reported as a flake", Example: "5"},
			{Name: "baseline", Default: "", Usage: "the `FILE` with what is accepted for now of what is broken, and until when: baseline write makes one", Example: "baseline.yaml"},
			{Name: "strict", Default: false, Usage: "a broken SHOULD fails the run too", Example: "true"},
			{Name: "as-of", Default: "", Usage: "judge with what Meta sent on this `DATE`, or when this version of the Graph API came out; without it, with all that Meta ever sent", Example: "v12.0"},
			{Name: "catalogue", Default: "", Usage: "the `FOLDER` with what your team saw Meta send before Referee knows of it: variants, schema patches and changes.json, as drift --write makes them", Example: "./catalogue"},
			{Name: "graph-version", Default: "", Usage: "the `VERSION` of the Graph API that deliveries name in the header Facebook-API-Version; without it, the newest that is known", Example: "v23.0"},
			{Name: "evolve", Default: int64(0), Usage: "make this `NUMBER` of plausible payloads of the future, decided by the seed, and find the smallest change that the receiver fails on", Example: "200"},
			{Name: "seed", Default: int64(1), Usage: "the seed of all ids and texts: the same `NUMBER` gives the same ones", Example: "7"},
			{Name: "patience", Default: 1.0, Usage: "scale the harness's own waits by this `FACTOR`, never Meta's limits", Example: "2.5"},
			{Name: "ack-deadline", Default: 5 * time.Second, Usage: "the `TIME` in which a delivery has to be acknowledged; 5s is Meta's", Example: "10s"},
			{Name: "time-limit", Default: 10 * time.Minute, Usage: "the `TIME` that a run may take; what was not judged by then is not judged", Example: "30m"},
			{Name: "keep-going", Default: false, Usage: "judge a receiver that accepts no correct delivery, or refuses the right handshake, all the same", Example: "true"},
		}},
		{"Reports.", []Key{
			{Name: "all", Default: false, Usage: "print every finding, and not only the causes of all that is red", Example: "true"},
			{Name: "result", Default: "", Usage: "write the result as JSON to this `FILE`", Example: "out/result.json"},
			{Name: "html", Default: "", Usage: "write the result as a page that needs no network to this `FILE`", Example: "out/report.html"},
			{Name: "markdown", Default: "", Usage: "write a summary in Markdown to this `FILE`", Example: "out/summary.md"},
			{Name: "junit", Default: "", Usage: "write the result as JUnit XML to this `FILE`", Example: "out/junit.xml"},
			{Name: "sarif", Default: "", Usage: "write causes as SARIF, for code scanning, to this `FILE`", Example: "out/referee.sarif"},
			{Name: "tap", Default: "", Usage: "write the result as TAP 14 to this `FILE`", Example: "out/referee.tap"},
			{Name: "badge", Default: []string(nil), Usage: "write badges to these `FILES`: a picture to one that ends with .svg, an endpoint of shields.io to one with .json", Example: "[out/badge.svg, out/badge.json]"},
			{Name: "github", Default: false, Usage: "print annotations for GitHub and add a summary to its step; under GitHub Actions that is done unless this is false", Example: "true"},
		}},
	}
}
