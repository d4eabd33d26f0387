package suites

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// leaks are what the answers of the whole run tell about the receiver.
func leaks(spec register) {
	spec(Requirement{
		ID: "signature.no-secret-in-answer", Level: Must, Basis: Security,
		Title:   "No answer holds a secret, a token or a right signature",
		Source:  sourceSignature,
		Why:     "With the app secret, or with the signature that was expected, a stranger signs what he likes; with the page's token he writes in its name. Pages for debugging show all three.",
		Remedy:  "Answer with a fixed text; keep what was compared, and all settings, out of it.",
		Overall: true,
	}, func(ctx context.Context, s *session) {
		noneTells(ctx, s, func(d *judge.Delivery) *Finding {
			if secret := secretIn(s, d); secret != "" {
				return s.Found(d, "an answer without a secret, a token or a right signature", fmt.Sprintf("status %d, and %s in the answer", d.Attempt.Answer.Status, secret))
			}
			return nil
		})
	})

	spec(Requirement{
		ID: "signature.no-stack-trace", Level: Should, Basis: Security,
		Title:   "No answer holds a stack trace",
		Source:  sourceSignature,
		Why:     "A stack trace tells which software runs, in which version and where: what somebody needs who looks for a hole in it.",
		Remedy:  "Answer errors with a fixed text, and switch debugging off (Express: NODE_ENV=production; Flask, Django: no debug; Rails: production).",
		Overall: true,
	}, func(ctx context.Context, s *session) {
		noneTells(ctx, s, func(d *judge.Delivery) *Finding {
			if line := stackTrace.FindString(told(d)); line != "" {
				return s.Found(d, "an answer without a stack trace", fmt.Sprintf("status %d with %q", d.Attempt.Answer.Status, line))
			}
			return nil
		})
	})
}

// survival is about what a stranger can end.
func survival(spec register) {
	spec(Requirement{
		ID: "signature.survives-strangers", Level: Must, Basis: Security,
		Title:  "No request that anybody could send ends the receiver",
		Source: sourceSignature,
		Why:    "It takes no secret: whoever knows the URL can switch the bot off, again each time that it is started.",
		Remedy: "Check the signature before anything else of a delivery is looked at, read no parameter without looking whether it is there, and catch errors around each request, those in callbacks and promises too.",
		Phase:  judge.Closing,
	}, func(_ context.Context, s *session) {
		ends, gone := s.Ends()
		unexplained := false
		for _, end := range ends {
			unexplained = unexplained || end.Stimulus == ""
			if end.Stranger {
				s.Verify((&Finding{
					Stimulus: end.Stimulus, Expected: "the receiver refuses it, or ignores it, and goes on",
					Actual: "it " + judge.FirstLine(end.How) + ", twice of two", Output: end.How,
				}).As(judge.Dies))
			}
		}
		if gone != nil {
			s.Unjudged(gone.Error())
		}
		if unexplained {
			s.Unjudged("the receiver ended, and which request it ended of is not known")
		}
		s.Verify(nil)
	})
}

// noneTells judges all answers of the run: those to what a stranger may send who knows
// only the URL (an event with a wrong signature or an odd one, and what is not JSON, with
// a wrong signature and with none), and at the end those to everything else. What was
// not answered tells nothing.
func noneTells(ctx context.Context, s *session, tells func(*judge.Delivery) *Finding) {
	garbage := []byte(`{"object":"page","entry":[{'`)
	wrong := []fault.Fault{fault.SignWith("another secret", stranger)}
	odd := func(value string) []fault.Fault {
		return []fault.Fault{fault.SignatureHeader("X-Hub-Signature-256", value)}
	}
	read := map[*judge.Delivery]bool{} // and told nothing: at the end is asked more than once
	first := func(sent []*judge.Delivery) *Finding {
		for _, d := range sent {
			if d.Attempt.Answer == nil || read[d] {
				continue
			}
			if f := tells(d); f != nil {
				return f.As(judge.Leaks)
			}
			read[d] = true
		}
		return nil
	}
	var own []*judge.Delivery
	for _, st := range []stimulus{
		{Events: []event.Event{s.Event("message.text")}, Faults: wrong},
		{What: "garbage", Raw: garbage, Faults: wrong},
		{What: "garbage", Raw: garbage, Faults: []fault.Fault{fault.Unsigned()}},
		{Events: []event.Event{s.Event("message.text")}, Faults: odd("nonsense")},
		{Events: []event.Event{s.Event("message.text")}, Faults: odd("sha256=" + strings.Repeat("0", 10<<10))},
	} {
		own = append(own, s.Send(ctx, st))
	}
	s.AtEnd(func() *Finding { return first(s.SentByAll()) })
	s.Verify(first(own))
}

// secretIn names what stands in an answer and must not; empty if nothing does.
// A secret of a few letters can stand there by chance and proves nothing.
func secretIn(s *session, d *judge.Delivery) string {
	const least = 8
	o, text := s.Options(), told(d)
	asked, _ := url.QueryUnescape(d.Attempt.Request.URL) // who repeats what was asked tells nothing new
	var sha256, sha1 string
	if d.Forged() { // the others were sent the right one
		right := wire.Sign(secretOf(s, d.Attempt.Request.Body), d.Attempt.Request.Body)
		_, sha256, _ = strings.Cut(right.SHA256, "=")
		_, sha1, _ = strings.Cut(right.SHA1, "=")
	}
	for _, c := range []struct{ what, value string }{
		{"the app secret", o.AppSecret},
		{"the Instagram app secret", o.InstagramSecret},
		{"the page's access token", o.PageToken},
		{"the verify token", verifyToken(s)},
		{"the right SHA-256 signature of the body", sha256},
		{"the right SHA-1 signature of the body", sha1},
	} {
		if len(c.value) < least {
			continue
		}
		for _, form := range formsOf(c.value) {
			if strings.Contains(text, form) && !strings.Contains(asked, form) {
				return c.what
			}
		}
	}
	return ""
}

// formsOf are the ways in which a text is written where somebody looks at it: as it is, in
// a URL, in hexadecimal, in capitals, and as base64.
func formsOf(text string) []string {
	forms := []string{
		text, url.QueryEscape(text), hex.EncodeToString([]byte(text)), strings.ToUpper(hex.EncodeToString([]byte(text))),
		base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)),
	}
	if digest, err := hex.DecodeString(text); err == nil { // a signature
		forms = append(forms, strings.ToUpper(text), base64.RawStdEncoding.EncodeToString(digest), base64.RawURLEncoding.EncodeToString(digest))
	}
	return forms
}

// told is what an answer says: the text of its status, its header and its body.
func told(d *judge.Delivery) string {
	var b strings.Builder
	fmt.Fprintln(&b, d.Attempt.Answer.Reason)
	for name, values := range d.Attempt.Answer.Header {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(values, ", "))
	}
	b.Write(d.Attempt.Answer.Body)
	return b.String()
}

// stackTrace fits a line of a stack trace as common runtimes write them.
var stackTrace = regexp.MustCompile(strings.Join([]string{
	`Traceback \(most recent call last\)`,             // Python
	`\bFile "[^"\n]+", line \d+, in `,                 // Python, without its first line
	`goroutine \d+ \[`,                                // Go
	`\bat [^\n()<>]{1,200}\([^\n()]{1,200}:\d+:\d+\)`, // Node
	`\bat (?:file://)?/[^\n\s()<>]+:\d+:\d+`,          // Node, without a function
	`\bat [\w.$]+\([\w$]+\.(?:java|kt|scala):\d+\)`,   // Java
	`\bat [^\n()<>]+\([^\n()]*\) in [^\n]+:line \d+`,  // .NET
	`#\d+ [^\n]+\.php(?:\(|:)\d+`,                     // PHP
	`\.rb:\d+:in `,                                    // Ruby
}, "|"))
