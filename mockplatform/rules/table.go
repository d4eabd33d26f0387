package rules

import (
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// deliveryFaults and graphFaults are the table of faults. A new fault is a row in
// one of them, and a case in TestTheTable, which plays every row.

// deliveryFaults are what can happen to deliveries.
func deliveryFaults() []FaultKind {
	return []FaultKind{
		{
			Name: "duplicate", Title: "A delivery comes again",
			Description: "After it was acknowledged, the same bytes are sent again at once, as when Meta missed the acknowledgement. A receiver has to recognise an event by its mid, or by its sender and timestamp.",
			Params:      []Param{count("times", "times", 1, 1, 10, "How many more times it is sent.")},
			slot:        theCopies, first: true,
			disturb: func(v values, _ string, d *fault.Disturbance) { d.Copies += v.count("times") },
		},
		{
			Name: "delay", Title: "A delivery comes late",
			Description: "It is sent after a while, on the platform's clock, and those that were emitted after it overtake it.",
			Params:      []Param{duration("by", 5*time.Second, time.Millisecond, 36*time.Hour, "How much later it is sent.")},
			slot:        theTime, first: true,
			disturb: func(v values, _ string, d *fault.Disturbance) { d.Delay = v.duration("by") },
		},
		{
			Name: "reorder", Title: "Two deliveries change places",
			Description: "It waits until the next delivery of the same person has passed. Meta does not promise an order, and tells receivers to go by the timestamp.",
			Params:      []Param{duration("within", 10*time.Second, time.Millisecond, 36*time.Hour, "How long it waits at most, on the platform's clock.")},
			slot:        theTime, first: true,
			disturb: func(v values, mark string, d *fault.Disturbance) {
				d.Hold = fault.Hold{Rule: mark, Most: v.duration("within")}
			},
		},
		{
			Name: "batch", Title: "Several events come in one delivery",
			Description: fmt.Sprintf("It waits for the next events that the rule is about, and takes them along, each in an entry of its own. Meta documents up to %d updates in a delivery. A batch counts as one for the rule.", event.MaxPerDelivery),
			Params: []Param{
				count("events", "events", 3, 2, event.MaxPerDelivery, "How many events the delivery has; with fewer it is sent when the time is up."),
				duration("within", 5*time.Second, time.Millisecond, 36*time.Hour, "How long it waits at most, on the platform's clock."),
			},
			slot: theTime, first: true, joins: true,
			disturb: func(v values, mark string, d *fault.Disturbance) {
				d.Hold = fault.Hold{Rule: mark, Most: v.duration("within"), Events: v.count("events")}
			},
		},
		{
			Name: "tampered-signature", Title: "The signature is wrong",
			Description: "What somebody sends who does not know the app secret. A receiver has to refuse it; then the delivery is sent again as it should be.",
			Params:      []Param{choice("how", "Signed with another secret; not signed at all; with a bit of the body changed; with half of the digest; or with nothing after sha256=.", howToTamper()...)},
			slot:        theSignature,
			disturb: func(v values, _ string, d *fault.Disturbance) {
				d.Faults = append(d.Faults, tampered(v.choice("how"))...)
			},
		},
		{
			Name: "truncated-body", Title: "The body breaks off",
			Description: "The connection is closed in the middle of the body. A receiver has to survive it and must not handle what came; then the delivery is sent again.",
			slot:        thePace,
			disturb:     func(_ values, _ string, d *fault.Disturbance) { d.Faults = append(d.Faults, fault.BreakOff()) },
		},
		{
			Name: "slow-body", Title: "The body comes slowly",
			Description: "A few bytes come at a time, on the real clock. The request is correct, and a receiver has to handle it; the deadline of the delivery goes on.",
			Params:      []Param{duration("over", 2*time.Second, time.Millisecond, time.Minute, "How long the whole body takes.")},
			slot:        thePace,
			disturb: func(v values, _ string, d *fault.Disturbance) {
				d.Faults = append(d.Faults, fault.Slowly(v.duration("over")))
			},
		},
		{
			Name: "string-timestamps", Title: "Timestamps are strings",
			Description: "Every timestamp is a string of the same digits, as in the samples of the dashboard and on one page of Meta's documentation. The signature is right.",
			slot:        theValues, first: true,
			disturb: func(_ values, _ string, d *fault.Disturbance) {
				d.Edits = append(d.Edits, fault.Edit{What: "with timestamps that are strings", Do: event.QuoteNumbers("timestamp")})
			},
		},
		{
			Name: "unknown-members", Title: "Every object has a member that nobody knows",
			Description: "Each object of the document, at every level, has a member more: referee_future. Meta adds members without notice. The signature is right.",
			slot:        theMembers, first: true,
			disturb: func(_ values, _ string, d *fault.Disturbance) {
				d.Edits = append(d.Edits, fault.Edit{
					What: "with an unknown member in every object", Do: event.AddMember("referee_future", `{"version":2,"tags":["a",null]}`),
				})
			},
		},
	}
}

// graphFaults are what calls of the Graph API can be answered with.
func graphFaults() []FaultKind {
	return []FaultKind{
		{
			Name: "invalid-token", Title: "Error 190: the access token is invalid",
			Description: "The token was revoked or has expired. Trying again does not help; somebody has to be told.",
			answer:      always(fault.InvalidToken),
		},
		{
			Name: "outside-window", Title: "Error 10: outside of the allowed window",
			Description: "Code 10 with the subcode 2018278: the person wrote too long ago. Trying again does not help.",
			answer:      always(fault.OutsideWindow),
		},
		{
			Name: "rate-limited", Title: "Error 613: too many calls",
			Description: "X-Business-Use-Case-Usage tells in minutes when calls are possible again, and X-App-Usage that they are used up; Meta sends no Retry-After. The next call is answered as ever unless the rule is about it too.",
			Params:      []Param{duration("wait", 5*time.Minute, time.Minute, 24*time.Hour, "How long the answer says to wait, rounded up to minutes.")},
			answer:      func(v values, o Options) fault.GraphAnswer { return fault.RateLimitedFor(o.PageID, v.duration("wait")) },
		},
		{
			Name: "application-limit", Title: "Error 4: too many calls by the app",
			Description: "A transient error; X-App-Usage says that the calls are used up. A receiver has to call less, and later.",
			answer:      always(fault.ApplicationLimit),
		},
		{
			Name: "temporary-failure", Title: "Error 1200: a temporary failure",
			Description: "Meta asks to try again later.",
			answer:      always(fault.TemporaryFailure),
		},
		{
			Name: "server-error", Title: "Status 500: an unexpected internal error",
			Description: "The call had no effect. Which errors come with that status is not documented.",
			answer:      always(fault.ServerError),
		},
		{
			Name: "slow-answer", Title: "The answer comes late",
			Description: "It is the real one, on the real clock, and the call has its effect. A receiver that waits for it before it acknowledges a delivery runs into Meta's deadline.",
			Params:      []Param{duration("by", 3*time.Second, time.Millisecond, 10*time.Minute, "How much later it comes.")},
			answer:      func(v values, _ Options) fault.GraphAnswer { return fault.Slow(v.duration("by")) },
		},
		{
			Name: "connection-reset", Title: "The connection is reset",
			Description: "There is no answer at all, and the call had no effect; a receiver cannot know that.",
			answer:      always(fault.ConnectionReset),
		},
		{
			Name: "empty-answer", Title: "Status 200 without a body",
			Description: "A client that always reads JSON fails. The call had no effect.",
			answer:      always(fault.EmptyAnswer),
		},
		{
			Name: "malformed-answer", Title: "Status 200 with JSON that ends too early",
			Description: "A client has to report that it cannot read the answer. The call had no effect.",
			answer:      always(fault.MalformedJSON),
		},
		{
			Name: "html-answer", Title: "Status 502 with an HTML page",
			Description: "What stands in front of an API answers when it cannot reach it. The call had no effect.",
			answer:      always(fault.HTMLPage),
		},
	}
}

// always is the answer of a fault that has no parameters.
func always(answer func() fault.GraphAnswer) func(values, Options) fault.GraphAnswer {
	return func(values, Options) fault.GraphAnswer { return answer() }
}
