package suites

import (
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// Need is something that must be known of a receiver before a requirement can
// be judged. Where it is not, the requirement is not applicable.
type Need struct {
	// Text completes the sentence "Judged when …".
	Text string
	// unmet says why the need is not met; it is empty when it is.
	unmet func(Calibration) string
}

// aProbe is for requirements that show that something is not handled: silence
// proves nothing about a receiver that was never heard.
var aProbe = Need{
	Text: "the receiver was seen to answer at least one kind of event",
	unmet: func(c Calibration) string {
		if c.probe != "" {
			return ""
		}
		return c.silence()
	},
}

// aReply is for requirements about the call of the Graph API itself.
var aReply = Need{
	Text: "the receiver was seen to reply to at least one kind of event",
	unmet: func(c Calibration) string {
		if c.replied != "" {
			return ""
		}
		return "calibration saw no reply"
	},
}

// aCall is for requirements that count what an event brings. A line in a log
// does not count: it can also say that an event was met before.
var aCall = Need{
	Text: "the receiver was seen to reply to an event, or to post a receipt for one",
	unmet: func(c Calibration) string {
		switch o := c.variant[c.probe]; {
		case c.probe == "":
			return c.silence()
		case o.replies+o.receipts == 0:
			return "only lines in its log show that the receiver handles events"
		}
		return ""
	},
}

// aMessageAnswered is for requirements about what only looks like a message.
var aMessageAnswered = Need{
	Text: "the receiver was seen to reply to a text message, or to post a receipt for it",
	unmet: func(c Calibration) string {
		if o := c.seen[kindOther]; o.replies+o.receipts > 0 {
			return ""
		}
		return "calibration saw neither a reply nor a receipt for a text message"
	},
}

// feature is for requirements that only some receivers take on.
func feature(f Feature) Need {
	return Need{
		Text: fmt.Sprintf("the feature %s is declared", f),
		unmet: func(c Calibration) string {
			if c.env.declares(f) {
				return ""
			}
			return fmt.Sprintf("the feature %s is not declared", f)
		},
	}
}

// evidenceOf is for requirements that show that an event was understood.
//
// A receiver that posts receipts, or that declares its replies, has taken on
// the contract, and is held to it for every event. One that was merely seen to
// answer is held to it only for events like the one that it replied to: what a
// bot answers is its own affair.
func evidenceOf(sample event.Event) Need {
	e := read(sample.JSON)
	return Need{
		Text: "the receiver posts receipts, or replies to events like this one",
		unmet: func(c Calibration) string {
			switch {
			case c.has(Receipts):
				return ""
			case e.kind == kindOther || !e.addressable():
				return "only a receipt could show that this event was understood, and the receiver posts none"
			case c.env.declares(Replies):
				return ""
			case c.probe == "":
				return c.silence()
			case !c.seen[e.kind].any():
				return fmt.Sprintf("calibration saw no answer to a %s", e.kind)
			case !e.plain():
				return fmt.Sprintf("answers are observed, not declared, and this %s differs from the one that was answered; declare the feature replies to have it judged", e.kind)
			}
			return ""
		},
	}
}
