package judge

import (
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// Need is something that must be known of a receiver before a requirement can
// be judged. Where it is not, the requirement is not applicable.
type Need struct {
	// Text completes the sentence "Judged when …".
	Text string
	// Unmet says why the need is not met; it is empty when it is.
	Unmet func(Calibration) string
	// Weak reports that the need is met by what was observed alone, so that a
	// finding is a SHOULD at most. Default: it never is.
	Weak func(Calibration) bool
}

// AProbe is for requirements that show that something is handled, or is not:
// silence proves nothing about a receiver that was never heard.
var AProbe = Need{
	Text: "the receiver was seen to answer at least one kind of event",
	Unmet: func(c Calibration) string {
		if c.probe != "" {
			return ""
		}
		return c.silence()
	},
}

// ARefusal is AProbe for deliveries that have to be refused: a receiver that was
// never heard shows it by its status.
var ARefusal = Need{
	Text: "the receiver was seen to answer at least one kind of event, or to refuse what is not signed",
	Unmet: func(c Calibration) string {
		if c.probe != "" || c.refuses {
			return ""
		}
		return c.silence() + "; and it acknowledged an unsigned delivery, which says nothing about whether it was handled"
	},
}

// AReply is for requirements about the call of the Graph API itself.
var AReply = Need{
	Text: "the receiver was seen to reply to at least one kind of event",
	Unmet: func(c Calibration) string {
		if c.replied != "" {
			return ""
		}
		return "calibration saw no reply"
	},
}

// ACall is for requirements that count what an event brings. A line in a log
// does not count: it can also say that an event was met before.
var ACall = Need{
	Text: "the receiver was seen to reply to an event, or to post a receipt for one",
	Unmet: func(c Calibration) string {
		switch o := c.variant[c.probe]; {
		case c.probe == "":
			return c.silence()
		case o.Replies+o.Receipts == 0:
			return "only lines in its log show that the receiver handles events"
		}
		return ""
	},
}

// AMessageAnswered is for requirements about what only looks like a message.
var AMessageAnswered = Need{
	Text: "the receiver was seen to reply to a text message, or to post a receipt for it",
	Unmet: func(c Calibration) string {
		if o := c.seen[KindOther]; o.Replies+o.Receipts > 0 {
			return ""
		}
		return "calibration saw neither a reply nor a receipt for a text message"
	},
}

// AnAcknowledgement is for requirements that end with a good delivery: where
// none is accepted, others say so.
var AnAcknowledgement = Need{
	Text: "the receiver acknowledged a correctly signed delivery of calibration",
	Unmet: func(c Calibration) string {
		if c.Acknowledged > 0 {
			return ""
		}
		return "calibration saw no correctly signed delivery acknowledged"
	},
}

// AFeature is for requirements that only some receivers take on.
func AFeature(f Feature) Need {
	return Need{
		Text: fmt.Sprintf("the feature %s is declared", f),
		Unmet: func(c Calibration) string {
			if c.env.declares(f) {
				return ""
			}
			return fmt.Sprintf("the feature %s is not declared", f)
		},
	}
}

// AnInstagramSecret is for requirements about the secret of Instagram Login.
var AnInstagramSecret = Need{
	Text: "the app has an app secret of its own for Instagram (--instagram-secret)",
	Unmet: func(c Calibration) string {
		if o := c.env.Platform.Options(); o.InstagramSecret != o.AppSecret {
			return ""
		}
		return "the app has no secret of its own for Instagram"
	},
}

// EvidenceOf is for requirements that show that an event was understood.
//
// A receiver that posts receipts, or that declares its replies, has accepted the
// contract, and is checked against it for every event. One that was merely seen to
// answer is checked against it for events with the content that it answered, in any
// documented form: a bot decides what it answers, and Meta in which form it asks. Where
// the form is another than the one that it answered, a finding is a SHOULD until the
// feature is declared.
func EvidenceOf(sample event.Event) Need {
	e := Read(sample.JSON)
	return Need{
		Text: "the receiver posts receipts, or replies to events like this one",
		Unmet: func(c Calibration) string {
			switch {
			case c.Has(Receipts):
				return ""
			case e.Kind == KindOther || !e.Addressable():
				return "only a receipt could show that this event was understood, and the receiver posts none"
			case c.env.declares(Replies):
				return ""
			case c.probe == "":
				return c.silence()
			case !c.seen[e.Kind].Any():
				return fmt.Sprintf("calibration saw no answer to a %s", e.Kind)
			case !e.alike():
				return fmt.Sprintf("answers are observed, not declared, and this %s says something else than the one that was answered; declare the feature replies to have it judged", e.Kind)
			}
			return ""
		},
		Weak: func(c Calibration) bool {
			return !c.Has(Receipts) && !c.env.declares(Replies) && !e.plain()
		},
	}
}
