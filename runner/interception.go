package runner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/intercept"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// describe completes what is known of the receiver with how its calls were led
// to the platform, and notes what its user should know of that.
func (j *judged) describe(receiver sut.Running, platform *mockplatform.Platform) {
	var seen sut.Interception
	if receiver.Interception != nil {
		seen = receiver.Interception()
		j.receiver.Interception = seen.Way
	}
	note := func(format string, args ...any) {
		j.receiver.Notes = append(j.receiver.Notes, fmt.Sprintf(format, args...))
	}
	for _, text := range CallNotes(seen.Calls, j.ended) {
		note("%s", text)
	}
	refused := platform.RefusedCalls()
	for _, text := range refusals(refused) {
		note("%s", text)
	}
	if j.silent {
		note("%s", silence(seen, len(refused) > 0))
	}
	if j.weak > 0 {
		note("%d findings are warnings because the answers that they rest on were observed, not declared. --features replies makes them binding.", j.weak)
	}
}

// CallNotes says of the calls that a receiver made by interception which of them did
// not reach the platform, and what to do. ended reports that its process has ended.
func CallNotes(calls []intercept.Call, ended bool) (notes []string) {
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	for _, c := range calls {
		host := c.Host
		if host == "" {
			host = "further hosts"
		}
		switch c.Outcome {
		case intercept.Refused:
			note("%s called %s, which was refused: nothing leaves this machine unless --allow-network is given.", times(c.Count), host)
		case intercept.Tunnelled:
			note("%s called %s, which is not Meta's; --allow-network let it through.", times(c.Count), host)
		case intercept.Failed:
			if ended && answered(calls, c.Host) && (c.Reason == intercept.Aborted || c.Reason == intercept.HungUp) {
				continue // a process that ends hangs up on what it was about to call
			}
			note("%s could not call %s: %s.%s", times(c.Count), host, strings.TrimSuffix(c.Reason, "."), trust(c.Reason))
		case intercept.Unused:
			// Beside calls that were answered, it is a spare connection.
			if !answered(calls, c.Host) {
				note("%s connected to %s, completed the TLS handshake, and asked nothing.%s", times(c.Count), host, trust(intercept.Aborted))
			}
		}
	}
	return notes
}

// refusals tell of calls of the Graph API that the platform refused, the most
// frequent first.
func refusals(calls []mockplatform.RefusedCall) []string {
	const most = 5
	slices.SortStableFunc(calls, func(a, b mockplatform.RefusedCall) int { return cmp.Compare(b.Count, a.Count) })
	var notes []string
	for i, c := range calls {
		if i == most {
			notes = append(notes, fmt.Sprintf("%d further kinds of calls of the Graph API were refused.", len(calls)-most))
			break
		}
		why := c.Problem
		if c.Message != "" {
			why = fmt.Sprintf("error %d, %q", c.Code, c.Message)
		}
		notes = append(notes, fmt.Sprintf("The Graph API refused %s %s %s: %s.", c.Method, c.Edge, plural.Times(c.Count), strings.TrimSuffix(why, ".")))
	}
	return notes
}

// answered reports whether a call to this host reached the platform.
func answered(calls []intercept.Call, host string) bool {
	return slices.ContainsFunc(calls, func(c intercept.Call) bool {
		return c.Outcome == intercept.Answered && (host == "" || c.Host == host)
	})
}

// trust says what to do where a handshake failed for want of trust, or may have;
// empty for other reasons.
func trust(reason string) string {
	const do = "let it read its CAs from the system's bundle or from the file in SSL_CERT_FILE (Node: NODE_EXTRA_CA_CERTS), or let it call the address in REFEREE_GRAPH_URL."
	switch reason {
	case intercept.Untrusted:
		return " To make it trust the platform, " + do
	case intercept.Aborted:
		return " Its own log may say why. If it is the certificate (Node's clients and Java's HttpClient tell nobody that they do not trust one), " + do
	}
	return ""
}

// silence says what to do about a receiver that showed nothing of what it
// handles; refused reports that calls of it were refused.
func silence(seen sut.Interception, refused bool) string {
	const otherwise = "let it call the address in REFEREE_GRAPH_URL instead, let it post receipts to REFEREE_RECEIPTS_URL, or name a line of its log with --evidence-log 'handled {{.Sender}}'."
	switch {
	case refused:
		return "The receiver called the Graph API, and nothing that it sent to anybody who wrote to it was accepted, so nothing shows what it understood; mend the calls that were refused."
	case seen.Way == "":
		return "The receiver never called the platform, so nothing shows what it understood: " + otherwise
	case !answered(seen.Calls, "") && slices.ContainsFunc(seen.Calls, func(c intercept.Call) bool { return c.Outcome == intercept.Failed || c.Outcome == intercept.Unused }):
		return "No call of the receiver got through to the Graph API, as said above, so nothing shows what it understood."
	case !answered(seen.Calls, ""):
		return "The receiver never called the Graph API: either it answers none of the events that calibration sent (--probe names one that it answers), or its client heeds neither a hosts file nor a proxy; " + otherwise
	}
	return "The receiver called the Graph API, but sent no message to anybody who wrote to it; --probe names an event that it answers."
}

func times(n int) string {
	text := plural.Times(n)
	return strings.ToUpper(text[:1]) + text[1:] + " the receiver"
}
