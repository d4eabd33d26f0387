package expectfile_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/expectfile"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/expect"
)

// inCatalogue says what of an expectation cannot be judged with all that Meta sends.
func inCatalogue(x expect.Expectation) error { return suites.CheckExpectation(x, schemas.Everything()) }

// read reads the text of a file, of which no catalogue is known.
func read(t *testing.T, text string) ([]expect.Expectation, error) {
	t.Helper()
	return readWith(t, text, func(expect.Expectation) error { return nil })
}

func readWith(t *testing.T, text string, check func(expect.Expectation) error) ([]expect.Expectation, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "e.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := expectfile.Read(config.Blocks{{File: file}}, check)
	if err != nil {
		err = errors.New(strings.ReplaceAll(err.Error(), file, "e.yaml"))
	}
	return all, err
}

func TestRead(t *testing.T) {
	all, err := read(t, `
- {on: referral.ads, reply: {text: {matches: "spring"}}, within: 2s}
- name: started
  level: SHOULD
  on: postback.get-started
  set: {.postback.payload: "A<B", .timestamp: 1527459824000}
  remove: [.postback.title]
  reply: [any, {text: Hello, quick_replies: {exists: false}}]
  exactly: True
  then:
    - {on: message.text, reply: none}
`)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		`referral.ads brings a message with text that matches "spring", within 2s`,
		`postback.get-started with .postback.payload "A<B" and .timestamp 1527459824000 and no .postback.title brings a message, then a message with text "Hello" and quick_replies absent, and no other`,
	} {
		if got := all[i].Steps[0].String(); got != want {
			t.Errorf("it is\n%s, want\n%s", got, want)
		}
		if err := suites.CheckExpectation(all[i], schemas.Everything()); err != nil {
			t.Error(err)
		}
	}
	if x := all[0]; x.Name != "referral.ads" || x.Level != suites.Must || x.Steps[0].Within != 2*time.Second {
		t.Errorf("the first is %+v", x)
	}
	x := all[1]
	if then := x.Steps[1]; x.ID() != "expect.started" || x.Level != suites.Should || then.String() != "message.text brings no message" || !then.Exactly {
		t.Errorf("the second is %+v", x)
	}
}

// wrong has texts that are no expectations, and what is said of each. What the schema says
// too has no star.
var wrong = map[string]string{
	"- {reply: any}":                                                     `e.yaml:1:3: "on" is missing`,
	"- {on: a}":                                                          `e.yaml:1:3: "reply" is missing`,
	"- {on: a, reply: any, wihtin: 2s}":                                  `e.yaml:1:23: an expectation has no key "wihtin"; did you mean "within"?`,
	"- {on: a, reply: any, within: 2}":                                   `e.yaml:1:31: "within" is "2"; it is a time such as`,
	"- {on: a, reply: any, within: 0s}":                                  `*e.yaml:1:31: "within" is "0s"; it is a time such as`,
	"- {on: a, reply: none, within: 2s}":                                 `*e.yaml:1:32: "within" says when a message has to come, and reply is none`,
	"- {on: a, reply: hello}":                                            `e.yaml:1:18: this is "hello"; "reply" is "none", "any"`,
	"- {on: a, reply: []}":                                               `e.yaml:1:18: this is empty; "reply" is`,
	"- {on: a, reply: [none]}":                                           `e.yaml:1:19: this is "none"; a reply is "any", or places`,
	"- {on: a, reply: {text: {match: x}}}":                               `e.yaml:1:26: what text has to be has no key "match"; did you mean "matches"?`,
	"- {on: a, reply: {text: {}}}":                                       `e.yaml:1:25: nothing says what text has to be`,
	"- {on: a, reply: {text: {exists: 1}}}":                              `e.yaml:1:34: "exists" is a whole number; it is true or false`,
	"- {on: a, reply: {text: {matches: '('}}}":                           `*e.yaml:1:35: "(" is not a regular expression`,
	"- {on: a, reply: {'.text[': a}}":                                    `*e.yaml:1:19: ".text[" is neither the name of a member nor a query of jq`,
	"- {on: a, reply: any, set: {message.text: STOP}}":                   `*e.yaml:1:29: "message.text" is no path in jq, which begins with a dot; write .message.text`,
	"- {on: a, reply: any, remove: ['message.attachments[0]']}":          `*e.yaml:1:32: "message.attachments[0]" is no path in jq, which begins with a dot; write .message.attachments[0]`,
	"- {on: a, reply: {message.text: {contains: STOP}}}":                 `*e.yaml:1:19: "message.text" is no path in jq, which begins with a dot; write .message.text`,
	"- {on: a, reply: {'[.message.text]': {matches: '('}}}":              `*e.yaml:1:48: "(" is not a regular expression`,
	"- {on: a, reply: {nowhere(.): STOP}}":                               `*e.yaml:1:19: the query "nowhere(.)": function not defined`,
	"- {on: a, reply: {n: 0x10}}":                                        `*e.yaml:1:22: 0x10 is no number in JSON`,
	"- {on: a, reply: any, exactly: 1}":                                  `e.yaml:1:32: "exactly" is a whole number`,
	"- {on: a, reply: any, then: []}":                                    `e.yaml:1:29: "then" is empty; it is a list of what the same person does next`,
	"- {on: a, reply: any, then: [{on: b}]}":                             `e.yaml:1:30: "reply" is missing`,
	"- {on: a, reply: any, then: [{on: b, reply: any, then: []}]}":       `e.yaml:1:56: a step of then has no then of its own`,
	"- {on: a, reply: any, name: Spring Ad}":                             `e.yaml:1:29: the name "Spring Ad" is no part of an id`,
	"- {on: a, reply: any, name: a.b}\n- {on: a, reply: any, name: a-b}": `*e.yaml:2:29: the name "a-b" is too like "a.b", at e.yaml:1:29`,
	"- {on: a, reply: none, exactly: false}":                             `*e.yaml:1:33: "exactly" is false, and reply is none`,
	"- {on: a, reply: any, set: {}}":                                     `e.yaml:1:28: "set" is empty`,
	"- {on: a, reply: {text: {contains: 5}}}":                            `e.yaml:1:36: "contains" is "5"; it has to be a text that is not empty; put it in quotes`,
	"- {on: a, reply: any, level: MAY}":                                  `e.yaml:1:30: the level is "MAY"; it is MUST or SHOULD`,
	"- {on: a, reply: any, set: [a]}":                                    `e.yaml:1:28: this is a list; set has keys with values`,
	"- {on: a, reply: any, remove: 1}":                                   `e.yaml:1:31: "remove" is "1"`,
	"- {on: a, on: b, reply: any}":                                       `*e.yaml:1:11: "on" is there twice, first on line 1; delete one of them`,
	"- {on: a, reply: any, set: {.x: &a [*a]}}":                          `*e.yaml:1:33: an alias (*a) stands here`,
	"- {on: a, reply: any}\n- {on: a, reply: none}":                      `*e.yaml:2:8: "a" is the name of two, first at e.yaml:1:8; give this one another with "name: …"`,
	"{on: a, reply: any}":                                                `e.yaml:1:1: this is keys with values; expectations are a list`,
	"- hello":                                                            `e.yaml:1:3: this is "hello"; an expectation has keys with values`,
	"# nothing":                                                          `*e.yaml: it has no expectations; one looks like {on: referral.ads`,
	"- {on: a, reply: any":                                               `*e.yaml:1: not YAML`,
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for text, says := range wrong {
		_, err := read(t, text)
		if says := strings.TrimPrefix(says, "*"); err == nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("%s\nthe error is %v\nwant %s", text, err, says)
		}
	}
}

// All that is wrong is told at once, in the order in which it stands there: also what only a
// catalogue knows, and names that are taken.
func TestReadSaysAllThatIsWrongInOrder(t *testing.T) {
	_, err := readWith(t, `- on: message.text
  within: 0s
  reply:
    {text: {match: x}}
  set: {message.text: STOP}
  level: MAY
- {on: message.text, reply: any}
- on: message.text
  name: other
  reply: any
  set: {.sender.id: "1"}
- name: talk
  reply: any
  on: referral.adz
  wihtin: 2s
- {reply: any}
`, inCatalogue)
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	var places []string
	for _, line := range strings.Split(err.Error(), "\n") {
		place, _, _ := strings.Cut(strings.TrimPrefix(line, "e.yaml:"), ": ")
		places = append(places, place)
	}
	if got, want := strings.Join(places, " "), "2:11 4:13 5:9 6:10 7:8 11:9 14:7 15:3 16:3"; got != want {
		t.Errorf("the places are %s, want %s, of\n%v", got, want, err)
	}
}

// What an editor says by the schema, Referee says too.
func TestSchemaAndReaderAgree(t *testing.T) {
	texts := map[string]bool{"- {on: referral.ads, reply: {text: {matches: spring}}, within: 2s}": true, "- {on: &a referral.ads, reply: {text: *a}}": true, "- {on: a, reply: [any, {.x: {equals: {a: 1}}}], exactly: true, then: [{on: b, reply: none}]}": true}
	for text, says := range wrong {
		if !strings.HasPrefix(says, "*") {
			texts[text] = false
		}
	}
	for text, valid := range texts {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		doc, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		err = schemas.Validate("format.expect", doc)
		var broken *schemas.ValidationError
		if valid && err != nil || !valid && !errors.As(err, &broken) {
			t.Errorf("%s\nthe schema says %v", text, err)
		}
		if _, err := read(t, text); (err == nil) != valid {
			t.Errorf("%s\nthe reader says %v", text, err)
		}
	}
}
