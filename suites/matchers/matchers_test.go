package matchers_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	. "github.com/seed-11445fa1/referee/suites/matchers"
)

// platform returns one that listens, and its receiver, which answers with this status.
func platform(t *testing.T, status int, body string) *mockplatform.Platform {
	t.Helper()
	return platformOf(t, mockplatform.Options{Timeout: time.Second}, status, body)
}

func platformOf(t *testing.T, o mockplatform.Options, status int, body string) *mockplatform.Platform {
	t.Helper()
	p, err := mockplatform.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(receiver.Close)
	if err := p.SetReceiver(receiver.URL); err != nil {
		t.Fatal(err)
	}
	return p
}

func emit(t *testing.T, p *mockplatform.Platform, e mockplatform.Emission) mockplatform.Emitted {
	t.Helper()
	emitted, err := p.Emit(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return emitted
}

// send calls the Send API as a receiver does, for a recipient.
func send(t *testing.T, p *mockplatform.Platform, recipient, rest string) {
	t.Helper()
	resp, err := http.Post(p.GraphURL()+"/v23.0/me/messages?access_token="+p.Options().PageToken, "application/json",
		strings.NewReader(`{"recipient":{"id":"`+recipient+`"},`+rest+`}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// check holds a matcher to what it says of a value: "" where it matches and its
// negation fails, else the words of the failure or of the error.
func check(t *testing.T, m types.GomegaMatcher, actual any, matches bool, says ...string) {
	t.Helper()
	ok, err := m.Match(actual)
	text := ""
	switch {
	case err != nil:
		text = err.Error()
	case ok:
		text = m.NegatedFailureMessage(actual)
	default:
		text = m.FailureMessage(actual)
	}
	if strings.Contains(text, "0x") {
		t.Errorf("it shows an address:\n%s", text)
	}
	if ok != matches {
		t.Errorf("it matches: %v, want %v: %s", ok, matches, text)
	}
	for _, words := range says {
		if !strings.Contains(text, words) {
			t.Errorf("it does not say %q:\n%s", words, text)
		}
	}
}

func TestAttempts(t *testing.T) {
	right := emit(t, platform(t, 200, "EVENT_RECEIVED"), mockplatform.Emission{Variant: "referral.ads", Person: "Ada"})
	check(t, BeAcknowledgedWithin(time.Minute), right, true, "sent:     referral.ads by Ada, POST http://127.0.0.1:", "expected: no acknowledgement within 1m0s", "actual:   status 200 after ")
	check(t, BeAcknowledgedWithin(time.Nanosecond), right, false, "expected: an acknowledgement within 1ns", `with "EVENT_RECEIVED"`)
	check(t, HaveAnswered(200), right, true, "expected: another status than 200")

	wrong := emit(t, platform(t, 403, "No."), mockplatform.Emission{Variant: "message.text"})
	check(t, BeAcknowledgedWithin(time.Minute), wrong.Attempt, false, "sent:     POST http://", `actual:   status 403 after `, `with "No."`)
	check(t, HaveAnswered(401, 403), wrong, true)
	check(t, HaveAnswered(401, 404), wrong, false, "expected: the status 401 or 404")

	gone := platform(t, 200, "")
	if err := gone.SetReceiver("http://127.0.0.1:1/"); err != nil {
		t.Fatal(err)
	}
	refused := emit(t, gone, mockplatform.Emission{Variant: "message.text"})
	check(t, BeAcknowledgedWithin(time.Minute), refused, false, "actual:   no answer after ", "127.0.0.1:1")
	check(t, HaveAnswered(200), refused, false, "actual:   no answer after ")
}

// What is no attempt is an error, which fails the negation too.
func TestNoAttempt(t *testing.T) {
	async := emit(t, platform(t, 200, ""), mockplatform.Emission{Variant: "message.text", Async: true})
	for _, m := range []types.GomegaMatcher{BeAcknowledgedWithin(time.Second), HaveAnswered(200)} {
		check(t, m, async, false, "an emission that is Async")
		check(t, m, delivery.Attempt{}, false, "finds no attempt that is over")
		check(t, m, "a text", false, "looks at what Platform.Emit, Deliver or Handshake returns, not at a string")
		check(t, m, &async, false, "not at a *mockplatform.Emitted: pass the value, not its address")
		check(t, m, &async.Attempt, false, "not at a *delivery.Attempt: pass the value, not its address")
		check(t, m, nil, false, "not at a <nil>")
	}
	check(t, HaveAnswered(), delivery.Attempt{Answer: &delivery.Answer{Status: 200}}, false, "needs a status")
}

func TestReplied(t *testing.T) {
	p := platform(t, 200, "")
	ada := emit(t, p, mockplatform.Emission{Variant: "message.text", Person: "Ada"}).People[0]
	check(t, HaveReplied(ada), p, false, "sent:     message.text by Ada, answered with status 200", "expected: a message to Ada", "actual:   no call of the Send API for Ada")
	send(t, p, ada.ID(), `"sender_action":"typing_on"`)
	send(t, p, ada.ID(), `"message":{"text":"`+strings.Repeat("x", 3000)+`"}`)
	check(t, HaveReplied(ada), p, false, `"sender_action":"typing_on"`, "after ", "refused: ")
	send(t, p, ada.ID(), `"messaging_type":"RESPONSE","message":{"text":"Hello."}`)
	send(t, p, ada.ID(), `"messaging_type":"RESPONSE","message":{"text":"What can I do for you?"}`)
	check(t, HaveReplied(ada), p, true, "expected: no message to Ada", `"text":"Hello."`)
	check(t, HaveReplied(ada, gomega.ContainSubstring("for you"), "Hello."), p, true)
	check(t, HaveReplied(ada, "Hello"), p, false, `expected: a message to Ada, with the text "Hello"`)
	check(t, HaveReplied(ada, gomega.HaveSuffix("!")), p, false, "to have suffix\n              <string>: !")
	both := gomega.And(gomega.HavePrefix("What"), gomega.Or(gomega.HaveSuffix("!"), gomega.HaveSuffix(".")))
	check(t, HaveReplied(ada, both), p, false, "<string>: !", "<string>: .")
	check(t, HaveReplied(ada, gomega.And(gomega.HavePrefix("Hello"), gomega.HaveSuffix("."))), p, true, `no message to Ada, with the text "Hello."`)
	check(t, HaveReplied(ada, 7), p, false, "not a int")
	if n := len(p.Replies(ada)); n != 2 {
		t.Errorf("there are %d replies, want 2", n)
	}
	p.Close()
	check(t, HaveReplied(ada), p, true)
	check(t, HaveReplied(ada, "Hello"), p, false, "The platform is closed: nothing more can come.")
}

// Whom the platform cannot know is no silence.
func TestRepliedToWhom(t *testing.T) {
	p := platform(t, 200, "")
	other, err := mockplatform.New(mockplatform.Options{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	stranger, err := other.Person("Ada")
	if err != nil {
		t.Fatal(err)
	}
	check(t, HaveReplied(stranger), p, false, "is a person of a platform with another seed or page")
	check(t, HaveReplied(mockplatform.Person{}), p, false, "needs a person")
	check(t, HaveReplied(mockplatform.Person{Session: p.Session("Bob")}), p, false, "the platform does not know Bob")
	check(t, HaveReplied(stranger), "a text", false, "not at string")
	check(t, HaveReplied(stranger), (*mockplatform.Platform)(nil), false, "not at *mockplatform.Platform")
}

// Eventually gives up at once where nothing can come any more.
func TestEventuallyGivesUp(t *testing.T) {
	var failures []string
	g := gomega.NewGomega(func(message string, _ ...int) { failures = append(failures, message) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	p := platform(t, 500, "")
	emitted := emit(t, p, mockplatform.Emission{Variant: "message.text"})
	g.Eventually(ctx, emitted).Should(BeAcknowledgedWithin(time.Second))
	g.Eventually(ctx, emitted).Should(HaveAnswered(200))
	g.Eventually(ctx, p).Should(HaveReplied(mockplatform.Person{}))
	p.Close()
	g.Eventually(ctx, p).Should(HaveReplied(emitted.People[0]))
	if len(failures) != 4 || ctx.Err() != nil {
		t.Fatalf("%d failures, and %v: %q", len(failures), ctx.Err(), failures)
	}
	for _, text := range failures {
		if !strings.Contains(text, "No future change is possible") {
			t.Errorf("it waited for it: %s", text)
		}
	}
}

// A receiver that echoes what it was given does not carry it into a report.
func TestSecretsAreRedacted(t *testing.T) {
	// Of fewer characters than those that the journal masks.
	o := mockplatform.Options{Timeout: time.Second, AppSecret: "my-appsecret", VerifyToken: "my-verifytoken", PageToken: "my-pagetoken"}
	secrets := strings.Join(o.Secrets(), " ")
	// The text is shortened in the middle of the last secret.
	p := platformOf(t, o, 200, secrets+strings.Repeat(".", 155-len(secrets))+" "+secrets)
	emitted := emit(t, p, mockplatform.Emission{Variant: "message.text", Person: "Ada"})
	ada := emitted.People[0]
	send(t, p, ada.ID(), `"messaging_type":"RESPONSE","message":{"text":"`+secrets+`"}`)
	for _, test := range []struct {
		matcher types.GomegaMatcher
		actual  any
	}{
		{HaveAnswered(404), emitted},
		{BeAcknowledgedWithin(1), emitted.Attempt},
		{HaveReplied(ada, secrets+"!"), p},
		{HaveReplied(ada, gomega.HaveSuffix("!")), p},
		{HaveReplied(ada, gomega.MatchJSON("{}")), p},
	} {
		ok, err := test.matcher.Match(test.actual)
		text := ""
		if err != nil {
			text = err.Error()
		} else {
			text = test.matcher.FailureMessage(test.actual) + test.matcher.NegatedFailureMessage(test.actual)
		}
		if ok || !strings.Contains(text, "[redacted] [redacted] [redacted]") {
			t.Errorf("it matches: %v, and does not say that there were secrets:\n%s", ok, text)
		}
		for secret := range strings.FieldsSeq(secrets) {
			if strings.Contains(text, secret[:4]) {
				t.Errorf("it shows a part of %q:\n%s", secret, text)
			}
		}
	}
}
