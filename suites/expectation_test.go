package suites

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// parrot is a bot that sends the words of a text one by one, in messages of their own,
// and "hello" for a postback and the ref of a referral.
func parrot(t *testing.T, p *mockplatform.Platform) string {
	t.Helper()
	bot := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body struct {
			Entry []struct {
				Messaging []struct {
					Sender   struct{ ID string }
					Message  struct{ Text string }
					Postback *struct{ Payload string }
					Referral struct{ Ref string }
				}
			}
		}
		if json.NewDecoder(r.Body).Decode(&body) != nil || len(body.Entry) == 0 {
			return
		}
		for _, ev := range body.Entry[0].Messaging {
			texts := strings.Fields(ev.Message.Text + " " + ev.Referral.Ref)
			if ev.Postback != nil {
				texts = []string{"hello"}
			}
			for _, text := range texts {
				if text == "hush" {
					break
				}
				call, err := json.Marshal(map[string]any{"recipient": map[string]string{"id": ev.Sender.ID}, "message": map[string]string{"text": text}})
				if err != nil {
					t.Error(err)
				}
				resp, err := http.Post(p.GraphURL()+"/me/messages?access_token="+p.Options().PageToken, "application/json", strings.NewReader(string(call)))
				if err == nil {
					resp.Body.Close()
				}
			}
		}
	}))
	t.Cleanup(bot.Close)
	return bot.URL
}

// ofText is a step in which a person says something, and is answered by texts.
func ofText(t *testing.T, said string, texts ...string) expect.Step {
	t.Helper()
	set, err := expect.Set(".message.text", json.RawMessage(fmt.Sprintf("%q", said)))
	if err != nil {
		t.Fatal(err)
	}
	return answered(t, expect.Step{On: "message.text", Changes: []expect.Change{set}}, texts...)
}

func answered(t *testing.T, s expect.Step, texts ...string) expect.Step {
	t.Helper()
	s.Place = "referee.yaml:7:3"
	for _, text := range texts {
		c, err := expect.Equals("text", json.RawMessage(fmt.Sprintf("%q", text)))
		if err != nil {
			t.Fatal(err)
		}
		s.Replies = append(s.Replies, expect.Reply{c})
	}
	return s
}

func exactly(s expect.Step) expect.Step {
	s.Exactly = true
	return s
}

func within(d time.Duration, s expect.Step) expect.Step {
	s.Within = d
	return s
}

// Each thing that an expectation can say is held to, and a bot that does otherwise breaks
// it.
func TestExpectations(t *testing.T) {
	started := expect.Step{On: "postback.get-started"}
	cases := []struct {
		name   string
		steps  []expect.Step
		want   Status
		actual string
	}{
		{"right", []expect.Step{answered(t, started, "hello")}, Passed, ""},
		{"other-text", []expect.Step{answered(t, started, "goodbye")}, Failed, `one message: text "hello"`},
		{"among-others", []expect.Step{ofText(t, "one two three", "two")}, Passed, ""},
		{"in-order", []expect.Step{ofText(t, "one two three", "one", "three")}, Passed, ""},
		{"out-of-order", []expect.Step{ofText(t, "one two", "two", "one")}, Failed, `2 messages: text "one"; text "two"`},
		{"exactly", []expect.Step{exactly(ofText(t, "one two", "one", "two"))}, Passed, ""},
		{"one-more", []expect.Step{exactly(ofText(t, "one two three", "one", "two"))}, Failed, `3 messages: text "one"; text "two"; text "three"`},
		{"too-few", []expect.Step{ofText(t, "one", "one", "two")}, Failed, `one message: text "one"`},
		{"nothing", []expect.Step{ofText(t, "hush", "one")}, Failed, "no message"},
		{"none", []expect.Step{exactly(ofText(t, "hush"))}, Passed, ""},
		{"none-but-one", []expect.Step{exactly(ofText(t, "one"))}, Failed, `one message: "one"`},
		{"in-time", []expect.Step{within(time.Hour, ofText(t, "one", "one"))}, Passed, ""},
		{"too-late", []expect.Step{within(1, ofText(t, "one", "one"))}, Failed, "it came after"},
		{"talk", []expect.Step{exactly(ofText(t, "one two", "one", "two")), exactly(ofText(t, "hush")), ofText(t, "three", "three")}, Passed, ""},
		{"none-then-one", []expect.Step{exactly(ofText(t, "hush")), ofText(t, "one", "one")}, Passed, ""},
		{"none-in-between", []expect.Step{ofText(t, "one", "one"), exactly(ofText(t, "two")), ofText(t, "three", "three")}, Failed, `one message: "two"`},
		{"talk-of-before", []expect.Step{ofText(t, "one two", "one"), ofText(t, "three", "two")}, Failed, `one message: text "three"`},
	}
	p, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	env := Env{Env: judge.Env{Platform: p, URL: parrot(t, p), Patience: 0.1}}
	for _, c := range cases {
		env.Expectations = append(env.Expectations, expect.Expectation{Name: c.name, Level: Must, Place: "referee.yaml:7", Steps: c.steps})
		env.Select = append(env.Select, "expect."+c.name)
	}
	outcomes, causes := diagnosed(t, env)
	for i, o := range outcomes {
		c := cases[i]
		if o.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.name, o.Status, c.want, said(o))
			continue
		}
		if o.Finding != nil && !strings.Contains(o.Finding.Actual, c.actual) {
			t.Errorf("%s: the actual is %q, want %q", c.name, o.Finding.Actual, c.actual)
		}
		of := 0
		for _, cause := range causes {
			if slices.Contains(cause.Explains, o.Requirement.ID) {
				of++
				if !strings.Contains(cause.Remedy, "referee.yaml:7") || !strings.HasPrefix(cause.Title, "It does not answer as expected: ") || len(cause.Explains) != 1 {
					t.Errorf("%s has the cause %+v", c.name, cause)
				}
			}
		}
		if want := map[Status]int{Failed: 1}[o.Status]; of != want {
			t.Errorf("%s: %d causes explain it, want %d", c.name, of, want)
		}
	}
}

// What is told of a talk that failed is all that was said before, each with what it brought.
func TestATalkIsToldStepByStep(t *testing.T) {
	p, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	steps := []expect.Step{ofText(t, "one two", "one"), exactly(ofText(t, "hush")), ofText(t, "three", "two")}
	outcomes, causes := diagnosed(t, Env{
		Env:          judge.Env{Platform: p, URL: parrot(t, p), Patience: 0.1},
		Expectations: []expect.Expectation{{Name: "talk", Level: Must, Place: "referee.yaml:7", Steps: steps}}, Select: []string{"expect.talk"},
	})
	o := outcomes[0]
	if o.Finding == nil || len(causes) != 1 {
		t.Fatalf("%+v has the causes %+v", o, causes)
	}
	const first, second, third = `message.text with .message.text "one two"`, `message.text with .message.text "hush"`, `message.text with .message.text "three"`
	if want := first + `, which brought 2 messages: text "one"; text "two"; then ` + second + `, which brought no message; then ` + third; o.Finding.Stimulus != want {
		t.Errorf("sent is\n%s, want\n%s", o.Finding.Stimulus, want)
	}
	if want := "It does not answer as expected: " + third; causes[0].Title != want || causes[0].Stimulus != o.Finding.Stimulus {
		t.Errorf("the cause is %+v", causes[0])
	}
	if n := strings.Count(o.Finding.Reproduce, "curl "); n != len(steps) {
		t.Errorf("it is repeated by %d requests:\n%s", n, o.Finding.Reproduce)
	}
	var came [][]string
	for _, passage := range o.Passages {
		var texts []string
		for _, sign := range passage.Evidence {
			_, body, _ := strings.Cut(sign.Text, "\n")
			text, _ := event.Get([]byte(body), "/message/text")
			texts = append(texts, string(text))
		}
		came = append(came, texts)
	}
	if want := [][]string{{`"one"`, `"two"`}, nil, {`"three"`}}; !reflect.DeepEqual(came, want) {
		t.Errorf("what came of each is %q, want %q", came, want)
	}
}

// Silence of a bot that never spoke proves nothing.
func TestExpectedSilenceNeedsABotThatSpeaks(t *testing.T) {
	r := ExpectedOf([]expect.Expectation{{Name: "a", Steps: []expect.Step{exactly(ofText(t, "hush"))}}}, nil)[0]
	if len(r.Needs) != 1 {
		t.Errorf("it needs %v", r.Needs)
	}
}

// What cannot be judged is refused before anything is sent.
func TestExpectationsThatCannotBe(t *testing.T) {
	nowhere, err := expect.Set(".message.text.more", json.RawMessage("1"))
	if err != nil {
		t.Fatal(err)
	}
	nowhere.Place = "referee.yaml:8:9"
	sender, err := expect.Set(".sender.id", json.RawMessage(`"24681357"`))
	if err != nil {
		t.Fatal(err)
	}
	sender.Place = "referee.yaml:9:9"
	for says, step := range map[string]expect.Step{
		"referee.yaml:9:9: .sender.id \"24681357\" is who talks": {On: "message.text", Place: "referee.yaml:7:3", Changes: []expect.Change{sender}},
		`referee.yaml:7:3: there is no variant "referral.adds"`:  {On: "referral.adds", Place: "referee.yaml:7:3"},
		"referee.yaml:7:3: echo.text has nobody":                 {On: "echo.text", Place: "referee.yaml:7:3", Changes: nil},
		"referee.yaml:8:9: the event of message.text cannot":     {On: "message.text", Place: "referee.yaml:7:3", Changes: []expect.Change{nowhere}},
	} {
		err := CheckExpectation(expect.Expectation{Steps: []expect.Step{step}}, schemas.Everything())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error is %v, want %s", err, says)
		}
	}
}
