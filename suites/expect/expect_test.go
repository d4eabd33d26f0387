package expect

import (
	"encoding/json"
	"strings"
	"testing"
)

const message = `{"recipient":{"id":"7"},"message":{"text":"Spring < sale","quick_replies":[{"title":"Yes"},{"title":"No"}],"n":120210000000000001}}`

// A condition holds for what it says, and for nothing beside it.
func TestConditions(t *testing.T) {
	of := func(c Condition, err error) Condition {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		condition Condition
		holds     bool
		says      string
	}{
		{of(Equals("text", json.RawMessage(`"Spring < sale"`))), true, `text "Spring < sale"`},
		{of(Equals("text", json.RawMessage(`"Spring"`))), false, ""},
		{of(Equals("n", json.RawMessage(`120210000000000001`))), true, ""},
		{of(Equals("n", json.RawMessage(`120210000000000000`))), false, ""},
		{of(Equals("n", json.RawMessage(`"120210000000000001"`))), false, ""},
		{of(Equals("[.message.quick_replies[].title]", json.RawMessage(`["Yes","No"]`))), true, ""},
		{of(Equals(".message.quick_replies[].title", json.RawMessage(`"No"`))), true, ""},
		{of(Equals(".message.quick_replies[0].title", json.RawMessage(`"No"`))), false, ""},
		{of(Equals(`.message.text | contains("undefined") | not`, json.RawMessage(`true`))), true, ""},
		{of(Equals("attachment", json.RawMessage(`null`))), true, ""},
		{of(Matches("text", "^Spr.ng")), true, `text that matches "^Spr.ng"`},
		{of(Matches("text", "^sale")), false, ""},
		{of(Matches("n", "1")), false, ""},
		{of(Contains("text", "<")), true, `text that contains "<"`},
		{of(Contains("text", "winter")), false, ""},
		{of(Exists("text", true)), true, "text present"},
		{of(Exists("attachment", true)), false, ""},
		{of(Exists("attachment", false)), true, "attachment absent"},
		{of(Exists(".message.quick_replies[]", false)), false, ""},
		{of(Exists(".message.text.of", true)), false, ""}, // a text has no members
	} {
		if got := c.condition.Fits(json.RawMessage(message)); got != c.holds {
			t.Errorf("%s: %v, want %v", c.condition, got, c.holds)
		}
		if c.says != "" && c.condition.String() != c.says {
			t.Errorf("it says %s, want %s", c.condition, c.says)
		}
	}
}

// What no query is, and what never ends, is refused when it is read.
func TestQueriesThatCannotBe(t *testing.T) {
	for path, says := range map[string]string{
		".message[":        "neither the name of a member nor a query of jq",
		"Text":             "function not defined",
		"nowhere(.)":       "function not defined",
		"[repeat(1)]":      "does it end?",
		"input":            "",
		"$ENV.HOME":        "",
		`import "a" as a;`: "cannot load module",
	} {
		_, err := Equals(path, json.RawMessage("1"))
		if says == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: the error is %v, want %q", path, err, says)
		}
	}
	if _, err := Matches("text", "("); err == nil || !strings.Contains(err.Error(), "regular expression") {
		t.Errorf("the error is %v", err)
	}
}

// A change keeps everything else, byte for byte.
func TestChanges(t *testing.T) {
	const event = `{"sender":{"id":"1"},"referral":{"ref":"a","n":1.10},"list":[1,2]}`
	set := func(path, value string) func() (Change, error) {
		return func() (Change, error) { return Set(path, json.RawMessage(value)) }
	}
	remove := func(path string) func() (Change, error) {
		return func() (Change, error) { return Remove(path) }
	}
	for _, c := range []struct {
		change     func() (Change, error)
		want, says string
	}{
		{set(".referral.ref", `"b<c"`), `{"sender":{"id":"1"},"referral":{"ref":"b<c","n":1.10},"list":[1,2]}`, `.referral.ref "b<c"`},
		{set("list", `120210000000000001`), `{"sender":{"id":"1"},"referral":{"ref":"a","n":1.10},"list":120210000000000001}`, ""},
		{set(".list[1]", `3`), `{"sender":{"id":"1"},"referral":{"ref":"a","n":1.10},"list":[1,3]}`, ""},
		{set(`.referral["a/b"]`, `3`), `{"sender":{"id":"1"},"referral":{"ref":"a","n":1.10,"a/b":3},"list":[1,2]}`, ""},
		{remove(".referral.ref"), `{"sender":{"id":"1"},"referral":{"n":1.10},"list":[1,2]}`, "no .referral.ref"},
		{remove(".referral.nothing"), "", ".referral.nothing: "},
		{set(".list[]", `3`), "", ".list[]: it leads to 2 places"},
		{set(".", `3`), "", "it leads to the whole event"},
		{set(".list[0:1]", `3`), "", "names a part of a list"},
		{set("1 + 1", `3`), "", "1 + 1: "},
		{set(".sender.id.x", `3`), "", ".sender.id.x: "},
	} {
		change, err := c.change()
		if err != nil {
			t.Fatal(err)
		}
		got, err := change.Edit(json.RawMessage(event))
		switch {
		case c.want == "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: the error is %v, want %s", change, err, c.says)
		case c.want != "" && (err != nil || string(got) != c.want):
			t.Errorf("%s: %s %v, want %s", change, got, err, c.want)
		case c.want != "" && c.says != "" && change.String() != c.says:
			t.Errorf("it says %s, want %s", change, c.says)
		}
	}
}
