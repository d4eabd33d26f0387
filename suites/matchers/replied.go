package matchers

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/redact"
)

// HaveReplied matches a platform whose receiver has sent a message to this person, by a
// call of the Send API that was taken. A typing indicator is no message. Each text, a
// string or a matcher of one, has to be that of such a message; several may come in any
// order.
//
// The person is one of Emitted.People, or of Platform.Person. All of that person's
// messages count, so that a spec needs a person of its own. A person of whom the
// platform has not heard is an error, and never a silence that was asked for.
func HaveReplied(person mockplatform.Person, text ...any) types.GomegaMatcher {
	return replied{person, text}
}

type replied struct {
	person mockplatform.Person
	texts  []any
}

func (m replied) Match(actual any) (bool, error) {
	platform, ok := actual.(*mockplatform.Platform)
	switch {
	case !ok || platform == nil:
		return false, fmt.Errorf("HaveReplied looks at the *mockplatform.Platform that New returns, not at %T", actual)
	case m.person.ID() == "":
		return false, errors.New("HaveReplied needs a person: Emitted.People and Platform.Person have one")
	}
	if m.foreign(platform) {
		return false, fmt.Errorf("%s (%s) is a person of a platform with another seed or page", m.person.Name, m.person.ID())
	}
	if _, known := platform.PersonByID(m.person.ID()); !known {
		return false, fmt.Errorf("the platform does not know %s (%s): nothing was emitted for this person since it began or was reset", m.person.Name, m.person.ID())
	}
	replies := platform.Replies(m.person)
	for _, text := range m.texts {
		found, err := among(replies, text)
		if err != nil {
			return false, errors.New(redactor(platform).Replace(err.Error()))
		}
		if !found {
			return false, nil
		}
	}
	return len(replies) > 0, nil
}

// foreign reports whether the person is none that this platform can have.
func (m replied) foreign(platform *mockplatform.Platform) bool {
	return platform.Session(m.person.Name).PSID != m.person.PSID
}

// among reports whether one of the replies has this text.
func among(replies []mockplatform.Reply, text any) (bool, error) {
	for _, r := range replies {
		var found bool
		var err error
		switch text := text.(type) {
		case string:
			found = r.Text == text
		case types.GomegaMatcher:
			found, err = text.Match(r.Text)
		default:
			err = fmt.Errorf("HaveReplied takes texts and matchers of texts, not a %T", text)
		}
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func (m replied) FailureMessage(actual any) string {
	return m.report(actual, "a message to ", textWanted)
}

func (m replied) NegatedFailureMessage(actual any) string {
	return m.report(actual, "no message to ", textFound)
}

// report tells what was expected, of each text in words, and what came.
func (m replied) report(actual any, expected string, words func(replies []mockplatform.Reply, text any) string) string {
	platform := actual.(*mockplatform.Platform)
	expected += m.person.Name
	replies := platform.Replies(m.person)
	for _, text := range m.texts {
		expected += words(replies, text)
	}
	redact := redactor(platform).Replace
	sent, since := "nothing to the receiver", time.Time{}
	var came []string
	for _, x := range platform.Journal().Find(func(x journal.Exchange) bool { return m.person.Is(x.Person) }) {
		switch x.Kind {
		case journal.Delivery:
			since = x.At
			sent = fmt.Sprintf("%s by %s, %s", cmp.Or(strings.Join(x.Variants, ", "), "a delivery"), m.person.Name, outcome(x))
		case journal.Send:
			came = append(came, call(x, since, redact))
		}
	}
	happened := cmp.Or(strings.Join(came, "\n          "), "no call of the Send API for "+m.person.Name)
	if platform.Closed() {
		happened += "\nThe platform is closed: nothing more can come."
	}
	return redact(report(sent, expected, happened))
}

func redactor(platform *mockplatform.Platform) *strings.Replacer {
	return redact.Redactor(platform.Options().Secrets())
}

// outcome tells what became of a delivery.
func outcome(x journal.Exchange) string {
	switch {
	case x.Response.Status != 0:
		return fmt.Sprintf("answered with status %d", x.Response.Status)
	case x.Err != "":
		return "not answered: " + x.Err
	}
	return "not answered yet"
}

// call tells of a call of the Send API, and how long after the delivery before it.
func call(x journal.Exchange, since time.Time, redact func(string) string) string {
	text := delivery.Shortened(redact(string(x.Doc)))
	if !since.IsZero() {
		text += " after " + x.At.Sub(since).Round(time.Millisecond).String()
	}
	if x.Err != "" {
		text += ", refused: " + x.Err
	}
	return text
}

// MatchMayChangeInTheFuture tells Eventually that nothing more comes to a platform that
// is closed, and nothing ever for a person whom it cannot have.
func (m replied) MatchMayChangeInTheFuture(actual any) bool {
	platform, ok := actual.(*mockplatform.Platform)
	return ok && platform != nil && !platform.Closed() && !m.foreign(platform)
}
