package expect

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// Topic is that of the requirements that expectations are.
const Topic = "expect"

// Expectation is a talk of one person with the bot.
type Expectation struct {
	// Name is the id of its requirement behind "expect.".
	Name string
	// Level says how binding it is.
	Level judge.Level
	// Place is where it is written down, such as "referee.yaml:12".
	Place string
	// Steps are the events of the talk, in their order: one at least.
	Steps []Step
}

// ID is that of its requirement.
func (x Expectation) ID() string { return Topic + "." + x.Name }

// Step is one event, and what has to come of it.
type Step struct {
	// On is the id of the event's variant, and Place where that is written down, such as
	// "referee.yaml:12:7".
	On    string
	Place string
	// Changes make another event of it, one after the other.
	Changes []Change
	// Replies are the messages that have to come, in this order; others may come before,
	// between and behind them.
	Replies []Reply
	// Exactly reports that no other message may come. Without replies, none may.
	Exactly bool
	// Within is the time in which the last of them has to come. 0: any.
	Within time.Duration
}

// String says what happens and what has to come of it, as the end of a sentence.
func (s Step) String() string { return fmt.Sprintf("%s brings %s", s.Event(), s.Wanted()) }

// Event names the event.
func (s Step) Event() string {
	text := s.On
	for i, c := range s.Changes {
		text += []string{" with ", " and "}[min(i, 1)] + c.String()
	}
	return text
}

// Wanted names the messages that have to come.
func (s Step) Wanted() string {
	if len(s.Replies) == 0 {
		return "no message"
	}
	var each []string
	for _, r := range s.Replies {
		each = append(each, r.String())
	}
	text := strings.Join(each, ", then ")
	if s.Exactly {
		text += ", and no other"
	}
	if s.Within > 0 {
		text += fmt.Sprintf(", within %s", s.Within)
	}
	return text
}

// Come reports whether the replies are among these messages, in their order. The
// messages are bodies of calls of the Send API.
func (s Step) Come(messages []json.RawMessage) bool {
	left := s.Replies
	for _, m := range messages {
		switch {
		case len(left) == 0:
			return true
		case left[0].Fits(m):
			left = left[1:]
		case s.Exactly:
			return false
		}
	}
	return len(left) == 0
}

// Reply is a message: it fits where all of these do.
type Reply []Condition

// Fits reports whether a message is as it has to be.
func (r Reply) Fits(message json.RawMessage) bool {
	for _, c := range r {
		if !c.Fits(message) {
			return false
		}
	}
	return true
}

// String names the message.
func (r Reply) String() string {
	if len(r) == 0 {
		return "a message"
	}
	var each []string
	for _, c := range r {
		each = append(each, c.String())
	}
	return "a message with " + strings.Join(each, " and ")
}
