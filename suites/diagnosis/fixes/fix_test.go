package fixes_test

import (
	"go/format"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
)

// ofFramework are the topics in which the framework decides, and no stack may fall
// back to its language.
var ofFramework = []string{"acknowledge-first", "body-limit", "raw-signature", "wrong-token"}

// topics are the defects that there are fixes for: the folders of the package.
func topics(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestEveryStackHasAFixForEveryTopic(t *testing.T) {
	for _, topic := range topics(t) {
		for _, s := range fixes.Stacks() {
			text, ok := fixes.Fix(topic, s)
			if !ok {
				t.Errorf("there is no %s for %s", topic, s)
			}
			if text.Prose == "" || text.Language == "" || text.Code == "" {
				t.Errorf("%s for %s lacks something: %+v", topic, s, text)
			}
			_, err := os.Stat(topic + "/" + string(s) + ".md")
			if slices.Contains(ofFramework, topic) && err != nil {
				t.Errorf("%s is a matter of the framework, and %s falls back to its language", topic, s)
			}
		}
	}
}

func TestUnknownNamesHaveNoFix(t *testing.T) {
	for _, c := range []struct{ topic, stack string }{
		{"raw-signature", "cobol"}, {"raw-signature", ""}, {"raw-signature", "javascript"},
		{"nothing", "express"}, {"", "express"}, {"..", "express"},
	} {
		if text, ok := fixes.Fix(c.topic, fixes.Stack(c.stack)); ok {
			t.Errorf("%q for %q is %+v", c.topic, c.stack, text)
		}
	}
}

// form is that of a file: prose, and one block of code.
var form = regexp.MustCompile("^[^`#\\n](?s:.*?)\\n\\n```[a-z]+\\n(?s:.+?)\\n```\\n$")

// longest is how many lines of code can be taken in at a glance.
const longest = 32

// TestFiles holds the files to their form, so that they can be taken apart, and finds
// those that no stack comes to.
func TestFiles(t *testing.T) {
	reached := map[string]bool{}
	for _, topic := range topics(t) {
		for _, s := range fixes.Stacks() {
			text, _ := fixes.Fix(topic, s)
			reached[topic+text.Code] = true
		}
	}
	found, err := fs.Glob(os.DirFS("."), "*/*.md")
	if err != nil || len(found) == 0 {
		t.Fatalf("there are no files: %v", err)
	}
	for _, name := range found {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(file)
		if !form.MatchString(text) || strings.Count(text, "\n```") != 2 {
			t.Errorf("%s is not prose and one block of code", name)
			continue
		}
		topic, _, _ := strings.Cut(name, "/")
		_, code, _ := strings.Cut(text, "\n```")
		_, code, _ = strings.Cut(code, "\n")
		code = strings.TrimSuffix(code, "\n```\n")
		if !reached[topic+code] {
			t.Errorf("no stack comes to %s", name)
		}
		if n := strings.Count(code, "\n") + 1; n > longest {
			t.Errorf("%s has %d lines of code", name, n)
		}
		for line := range strings.SplitSeq(code, "\n") {
			if strings.TrimRight(line, " \t") != line || len(line) > 130 {
				t.Errorf("%s has a line that is too long, or ends with a space: %q", name, line)
			}
		}
		if strings.HasSuffix(name, "/go.md") {
			formatted, err := format.Source([]byte(code))
			if err != nil || string(formatted) != code {
				t.Errorf("gofmt would change %s: %v", name, err)
			}
		}
	}
}

// TestPatternsFitRequirements keeps the table from naming what there is not, and
// from lines that an earlier one makes useless.
func TestPatternsFitRequirements(t *testing.T) {
	decides := map[string]bool{}
	for _, r := range suites.Requirements() {
		if ids := fixes.PatternFor(r.ID); ids != "" {
			decides[ids] = true
		}
		topic := fixes.ForRequirement(r.ID)
		if topic != "" && !slices.Contains(topics(t), topic) {
			t.Errorf("%s has the topic %q, which there is not", r.ID, topic)
		}
	}
	for _, ids := range fixes.Patterns() {
		if !decides[ids] {
			t.Errorf("%s decides on no requirement", ids)
		}
	}
}

func TestForRequirement(t *testing.T) {
	for id, want := range map[string]string{
		"signature.wrong-secret":                   "raw-signature",
		"signature.no-stack-trace":                 "",
		"handshake.wrong-token":                    "wrong-token",
		"redelivery.without-mid":                   "dedupe",
		"redelivery.forged-first":                  "raw-signature",
		"envelope.several-entries":                 "each-event",
		"envelope.echo.text.accepted":              "echoes",
		"postback.user-ref-messaging.understood":   "user-ref",
		"postback.null-title.understood":           "absent-members",
		"postback.timestamp.milliseconds-text":     "text-timestamps",
		"referral.timestamp-seconds.understood":    "text-timestamps",
		"acknowledgement.mebibyte":                 "body-limit",
		"acknowledgement.slow-graph-api":           "acknowledge-first",
		"reply.server-error.next-answered":         "each-event",
		"evolution.new-list-beside":                "each-event",
		"evolution.new-source":                     "unknown-events",
		"transport.chain":                          "",
		"no.such.requirement":                      "",
		"":                                         "",
		"referral.chat-plugin-user-ref.understood": "user-ref",
	} {
		if got := fixes.ForRequirement(id); got != want {
			t.Errorf("%s has the topic %q, and %q is right", id, got, want)
		}
	}
}
