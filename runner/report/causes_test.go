package report_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// senderless is a cause with everything in it.
func senderless() report.Cause {
	return report.Cause{
		ID: "refuses.sender-without-id", Title: "It answers 500 when the sender has no id", Level: report.Must, Proof: diagnosis.Experiment,
		Explains: []string{
			"envelope.no-sender-beside", "envelope.optin.checkbox.accepted", "postback.user-ref-messaging.accepted", "postback.user-ref-messaging.understood",
			"postback.user-ref.accepted", "postback.user-ref.understood", "referral.chat-plugin-user-ref.accepted", "referral.chat-plugin-user-ref.understood",
		},
		Only:  []string{"envelope.optin.checkbox.accepted", "postback.user-ref-messaging.accepted"},
		Where: "server.js:23", Code: "  const psid = event.sender.id",
		Stimulus: "postback.user-ref-messaging",
		Body:     `{"object":"page","entry":[{"id":"104508901353867","time":1767323045678,"messaging":[{⟦"sender":{"user_ref":"a1b2c3d4"}⟧,"recipient":{"id":"104508901353867"},"timestamp":1767323045678,"postback":{"title":"Get Started","payload":"GET_STARTED"}}]}]}`,
		Expected: "status 200 within 5s", Actual: `status 500 with the body "Internal Server Error" after 3ms`,
		Why:       "Meta sends a delivery that is not acknowledged again for an hour, and then disables the webhook for every event.",
		Remedy:    "Read sender.id only where there is one; who has none yet is known by sender.user_ref, which the Send API takes as a recipient.",
		Fix:       "sender-without-id",
		Reproduce: "curl --include http://127.0.0.1:8080/webhook",
		Output:    "TypeError: Cannot read properties of undefined (reading 'id')\n    at handle (/app/server.js:23:31)",
	}
}

// caused is a result with two causes, whose receiver has more that is red.
func caused() report.Result {
	r := sample()
	for i, id := range []string{"postback.user-ref-messaging.accepted", "postback.user-ref-messaging.understood", "envelope.optin.checkbox.accepted"} {
		q := wrongSecret()
		q.ID, q.Title, q.DurationMS = id, "An event is handled", int64(i)
		q.Passages, q.Left = passages(), 3
		r.Requirements = append(r.Requirements, q)
	}
	r.Causes = []report.Cause{
		{
			ID: "answers.with-a-page", Title: "It answers with a page of HTML", Level: report.Should, Proof: diagnosis.Probable,
			Explains: []string{"acknowledgement.body"}, Stimulus: "message.text", Expected: "at most 64 bytes", Actual: "4,096 bytes of <html>",
			Why: "A body that nobody reads costs time.", Remedy: "Answer 200 with EVENT_RECEIVED.",
		},
		senderless(),
		{
			ID: "handles.wrong-signature", Title: "It handles what is signed with another secret", Level: report.Must, Proof: diagnosis.Experiment,
			Explains: []string{"signature.wrong-secret"}, Stimulus: "postback.get-started, signed with another secret", Body: "X-Hub-Signature-256: ⟦sha256=0000⟧",
			Expected: "no reply", Actual: "one reply after 4 ms", Why: "Anyone could speak for Meta.", Remedy: "Compare the signature before the body is parsed.",
		},
	}
	r.Causes[1].File = "bot/server.js"
	r.Latencies = &report.Latencies{
		Acknowledgement: report.Distributed(times(1200, 1300, 1400, 2100, 900_000)),
		Evidence:        report.Distributed(times(4000, 5000, 9000)),
	}
	r.Counts = report.Count(r.Requirements)
	r.Verdict, _ = report.Judge(r.Requirements, report.VerdictOptions{})
	return r
}

// times are so many microseconds.
func times(us ...int) []time.Duration {
	var all []time.Duration
	for _, n := range us {
		all = append(all, time.Duration(n)*time.Microsecond)
	}
	return all
}

// passages are one that brought something, one that brought nothing, and one without an
// answer.
func passages() []report.Passage {
	const request = "POST http://127.0.0.1:8080/webhook HTTP/1.1\nContent-Type: application/json\n\n{\"object\":\"page\"}"
	return []report.Passage{
		{
			What: "postback.get-started", Shows: true, Gate: 300, Answered: 1200, Status: 200,
			Evidence: []judge.Sign{{Kind: "reply", After: 4000, Text: "POST /v26.0/me/messages\n{\"message\":{\"text\":\"Grüß dich 👋\"}}"}},
			Proved:   9000, Request: request, Answer: "HTTP/1.1 200 OK\n\nEVENT_RECEIVED",
		},
		{What: "postback.get-started, without a signature", Due: 5000, Answered: 1300, Status: 403, Proved: 12_000, Request: request, Answer: "HTTP/1.1 403 Forbidden\n"},
		{What: "message.text", Due: 9000, Error: "connection refused", Request: request},
	}
}

func console(t *testing.T, r report.Result, o report.Options) string {
	t.Helper()
	return text(t, func(w io.Writer) error { return report.WriteConsole(w, r, o) })
}

// block is what the console says of the first cause.
func block(t *testing.T, page string) []string {
	t.Helper()
	_, rest, found := strings.Cut(page, "Causes (1)\n\n")
	if !found {
		t.Fatalf("there are no causes in\n%s", page)
	}
	of, _, _ := strings.Cut(rest, "\n\n")
	return strings.Split(of, "\n")
}

func TestCausesAreInOrder(t *testing.T) {
	t.Parallel()
	page := console(t, caused(), report.Options{})
	at := -1
	for _, id := range []string{
		"✗ It answers 500 when the sender has no id  refuses.sender-without-id  MUST\n",
		"✗ It handles what is signed with another secret  handles.wrong-signature  MUST\n",
		"! It answers with a page of HTML  answers.with-a-page  SHOULD  probable\n",
	} {
		i := strings.Index(page, id)
		if i <= at {
			t.Errorf("%q is not where it belongs in\n%s", id, page)
		}
		at = i
	}
	if strings.Contains(page, "Broken") || strings.Contains(page, "Warnings") {
		t.Errorf("findings are printed beside their causes:\n%s", page)
	}
	if !strings.Contains(page, "✗ Nonconformant: 3 causes explain 4 failed and 1 warned, 3 not judged.") {
		t.Errorf("the verdict does not count the causes:\n%s", page)
	}
}

// What no cause explains is never hidden.
func TestWhatNoCauseExplainsIsPrinted(t *testing.T) {
	t.Parallel()
	r := caused()
	r.Causes = r.Causes[:2]
	page := console(t, r, report.Options{})
	for _, want := range []string{
		"Broken, and no cause is known (1)\n\n✗ signature.wrong-secret  MUST\n",
		"✗ Nonconformant: 2 causes explain 3 failed and 1 warned; no cause is known of 1\n  failed, 3 not judged.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %q in\n%s", want, page)
		}
	}
}

func TestAllFindings(t *testing.T) {
	t.Parallel()
	page := console(t, caused(), report.Options{All: true})
	for _, want := range []string{"Causes (3)", "Broken (4)", "Warnings (1)", "✗ postback.user-ref-messaging.understood  MUST"} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %q in\n%s", want, page)
		}
	}
	if strings.Contains(page, "--all") {
		t.Errorf("who gave --all is told of it:\n%s", page)
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		again report.Again
		want  string
		note  bool
	}{
		{"nothing said", report.Again{}, "referee run --only envelope.optin.checkbox.accepted", false},
		{"with flags", report.Again{Command: "referee run --command 'a'", Bare: "referee run", Flags: true}, "referee run --command 'a' --only envelope.optin.checkbox.accepted", false},
		{"in two lines", report.Again{Command: "referee run --command 'node server.js' --port 3000", Bare: "referee run", Flags: true}, "referee run --only signature.wrong-secret\n", true},
		{"without room", report.Again{Command: "referee run --command '" + strings.Repeat("x", 80) + "'", Bare: "referee run", Flags: true}, "referee run --only envelope.optin.checkbox.accepted", true},
		{"with a secret", report.Again{Bare: "referee replay a --judge", Flags: true}, "referee replay a --judge --only envelope.optin.checkbox.accepted", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			page := console(t, caused(), report.Options{Again: test.again})
			if !strings.Contains(page, "     Again: "+test.want) {
				t.Errorf("there is no %q in\n%s", test.want, page)
			}
			if got := strings.Contains(page, "wants the other flags"); got != test.note {
				t.Errorf("that flags are left out is told: %t, in\n%s", got, page)
			}
		})
	}
}

// A cause is short, whatever is in it.
func TestACauseIsShort(t *testing.T) {
	t.Parallel()
	words := rapid.Map(rapid.SliceOfN(rapid.StringMatching(`[a-zü文{}":,]{1,24}`), 0, 60), func(w []string) string { return strings.Join(w, " ") })
	rapid.Check(t, func(rt *rapid.T) {
		c := senderless()
		for _, field := range []*string{&c.Title, &c.Where, &c.Code, &c.Stimulus, &c.Expected, &c.Actual, &c.Why, &c.Remedy} {
			*field = words.Draw(rt, "text")
		}
		c.Body = words.Draw(rt, "before") + "⟦" + words.Draw(rt, "trait") + "⟧" + words.Draw(rt, "after")
		c.Explains = nil
		for i := range rapid.IntRange(0, 90).Draw(rt, "explains") {
			c.Explains = append(c.Explains, fmt.Sprintf("referral.a-requirement-%d.understood", i))
		}
		r := caused()
		r.Causes = []report.Cause{c}
		again := report.Again{Command: "referee run --command '" + words.Draw(rt, "command") + "'", Flags: rapid.Bool().Draw(rt, "flags")}
		lines := block(t, console(t, r, report.Options{Again: again}))
		if len(lines) > 12 {
			rt.Errorf("%d lines:\n%s", len(lines), strings.Join(lines, "\n"))
		}
		for _, line := range lines {
			if n := width(line); n > 80 {
				rt.Errorf("%d columns in %q", n, line)
			}
		}
	})
}

// width is the width of a line with ideographs in it.
func width(line string) int {
	return utf8.RuneCountInString(line) + strings.Count(line, "文")
}

func TestTheMarkIsSeen(t *testing.T) {
	t.Parallel()
	c := senderless()
	long := strings.Repeat(`{"ref":"a long way"},`, 50)
	for name, test := range map[string]struct {
		body, plain, color string
	}{
		"short":          {`{"a":⟦1⟧}`, `            {"a":⟦1⟧}`, "            {\"a\":\x1b[1;7m1\x1b[0m}"},
		"in the middle":  {long + `⟦"x"⟧` + long, `⟦"x"⟧`, "\x1b[1;7m\"x\"\x1b[0m"},
		"at the start":   {`⟦"x"⟧` + long, `            ⟦"x"⟧{`, "            \x1b[1;7m\"x\"\x1b[0m{"},
		"at the end":     {long + `⟦"x"⟧`, "⟦\"x\"⟧\n", "\x1b[1;7m\"x\"\x1b[0m\n"},
		"nothing":        {long + `⟦⟧` + long, "⟦⟧", "\x1b[1;7m⟦⟧\x1b[0m"},
		"several lines":  {"{\n  \"a\": ⟦1⟧\n}", `            { "a": ⟦1⟧ }`, "\x1b[1;7m1\x1b[0m"},
		"too long":       {`{"a":⟦"` + long + `"⟧}`, `{"a":⟦"`, "{\"a\":\x1b[1;7m\""},
		"without a mark": {long, `            {"ref"`, `            {"ref"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := c
			c.Where, c.Code, c.Expected, c.Why = "", "", "", "" // so that there is room for it
			c.Body = test.body
			r := caused()
			r.Causes = []report.Cause{c}
			for _, color := range []bool{false, true} {
				want := test.plain
				if color {
					want = test.color
				}
				if page := console(t, r, report.Options{Color: color}); !strings.Contains(page, want) {
					t.Errorf("there is no %q in\n%s", want, page)
				}
			}
		})
	}
}

func TestJUnitNamesCauses(t *testing.T) {
	t.Parallel()
	got := text(t, func(w io.Writer) error { return report.WriteJUnit(w, caused(), report.Options{}) })
	for _, want := range []string{
		`message="refuses.sender-without-id: one reply to`, "WARNING answers.with-a-page: 4,096 bytes", "Cause: handles.wrong-signature: It handles",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
}

func TestCompareCauses(t *testing.T) {
	t.Parallel()
	before, after := caused(), caused()
	before.Causes, after.Causes = before.Causes[:2], after.Causes[1:]
	d := report.Compare(before, after)
	if len(d.NewCauses) != 1 || d.NewCauses[0].ID != "handles.wrong-signature" || len(d.GoneCauses) != 1 || d.GoneCauses[0].ID != "answers.with-a-page" {
		t.Errorf("new are %+v, gone are %+v", d.NewCauses, d.GoneCauses)
	}
	got := text(t, func(w io.Writer) error { return report.WriteComparison(w, d, report.Options{}) })
	want := `New causes of what was red before (1)

  handles.wrong-signature  MUST  1 requirement
    It handles what is signed with another secret

Causes that are gone, of what is red still (1)

  answers.with-a-page  SHOULD  1 requirement
    It answers with a page of HTML

✓ 0 broken, 0 fixed, 0 new, 0 gone, 0 changed otherwise. 1 new cause, 1 gone.
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	before.Version = 1
	if d := report.Compare(before, after); d.NewCauses != nil || d.GoneCauses != nil {
		t.Errorf("a result without causes is compared by them: %+v", d)
	}
}

// What is red is broken, whatever it was before, and only what was red is fixed by being met.
// A new cause of what failed before for another is worse, and one of what nobody knew a cause
// of is not.
func TestWhatIsWorse(t *testing.T) {
	t.Parallel()
	const broken, fixed, other, same = "broken", "fixed", "other", "same"
	for _, test := range []struct {
		before, after         report.Status
		causeBefore, causeNow string
		is                    string
		worse                 bool
	}{
		{before: report.Passed, after: report.Failed, is: broken, worse: true},
		{before: report.Passed, after: report.Warned, is: broken, worse: true},
		{before: report.Skipped, after: report.Failed, is: broken, worse: true},
		{before: report.NotJudged, after: report.Failed, is: broken, worse: true},
		{before: report.NotJudged, after: report.Warned, is: broken, worse: true},
		{before: report.Errored, after: report.Failed, is: broken, worse: true},
		{before: report.Warned, after: report.Failed, is: broken, worse: true},
		{before: report.Passed, after: report.NotJudged, is: broken, worse: true},
		{before: report.Failed, after: report.Passed, is: fixed},
		{before: report.Warned, after: report.Passed, is: fixed},
		{before: report.NotJudged, after: report.Passed, is: other},
		{before: report.Errored, after: report.Passed, is: other},
		{before: report.NotJudged, after: report.Errored, is: other},
		{before: report.Failed, after: report.NotJudged, is: other},
		{before: report.Failed, after: report.Warned, is: other},
		{before: report.Failed, after: report.Failed, is: same},
		{before: report.Failed, after: report.Failed, causeBefore: "breaks.x", causeNow: "breaks.x", is: same},
		{before: report.Failed, after: report.Failed, causeBefore: "breaks.x", causeNow: "breaks.y", is: same, worse: true},
		{before: report.Failed, after: report.Failed, causeNow: "breaks.y", is: same},
		{before: report.Warned, after: report.Warned, causeBefore: "breaks.x", causeNow: "breaks.y", is: same},
		{before: report.NotJudged, after: report.Failed, causeNow: "breaks.y", is: broken, worse: true},
		{before: report.Failed, after: report.Passed, causeBefore: "breaks.x", is: fixed},
	} {
		with := func(s report.Status, cause string) report.Result {
			r := of(map[string]report.Status{"x.a": s})
			if cause != "" {
				r.Causes = []report.Cause{{ID: cause, Title: cause, Level: report.Must, Explains: []string{"x.a"}}}
			}
			return r
		}
		d := report.Compare(with(test.before, test.causeBefore), with(test.after, test.causeNow))
		is := same
		for name, changes := range map[string][]report.Change{broken: d.Broken, fixed: d.Fixed, other: d.Other} {
			if len(changes) == 1 {
				is = name
			}
		}
		page := text(t, func(w io.Writer) error { return report.WriteComparison(w, d, report.Options{}) })
		if is != test.is || d.Worse() != test.worse || strings.Contains(page, "✗") != test.worse {
			t.Errorf("%+v is %s, worse: %v\n%s", test, is, d.Worse(), page)
		}
	}
}

// What a team expects is shown whatever its level: nothing else on the page says it.
func TestCauseShowsWhatATeamExpects(t *testing.T) {
	t.Parallel()
	for _, level := range []report.Level{report.Must, report.Should} {
		r := caused()
		r.Causes = []report.Cause{{
			ID: "breaks.expect-soft", Title: strings.Repeat("It does not answer as expected, ", 4), Level: level, Explains: []string{"expect.soft"},
			Stimulus: strings.Repeat("message.text with .message.text ", 4), Body: strings.Repeat("a body ", 40), Expected: "a message with text that contains \"winter\"", Actual: strings.Repeat("one message, ", 20),
			Why: strings.Repeat("Your team expects it. ", 9), Remedy: strings.Repeat("Mend the bot. ", 9),
		}}
		for _, width := range []int{40, 80} {
			got := text(t, func(w io.Writer) error { return report.WriteConsole(w, r, report.Options{Width: width}) })
			if !strings.Contains(got, "Expected: a message with text") {
				t.Errorf("a %s in %d columns does not say what was expected:\n%s", level, width, got)
			}
		}
	}
}
