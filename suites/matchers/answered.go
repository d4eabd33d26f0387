package matchers

import (
	"errors"
	"slices"
	"strconv"

	"github.com/onsi/gomega/types"
)

// HaveAnswered matches a delivery, or a handshake, that was answered with this status or
// one of these: HaveAnswered(401, 403) for one that is forged. It looks at what
// Platform.Emit, Deliver or Handshake returns.
func HaveAnswered(status ...int) types.GomegaMatcher { return answered{status} }

type answered struct{ status []int }

func (m answered) Match(actual any) (bool, error) {
	a, _, err := attemptOf("HaveAnswered", actual)
	if err == nil && len(m.status) == 0 {
		err = errors.New("HaveAnswered needs a status")
	}
	return err == nil && a.Answer != nil && slices.Contains(m.status, a.Answer.Status), err
}

func (m answered) FailureMessage(actual any) string { return m.report(actual, "the status ") }

func (m answered) NegatedFailureMessage(actual any) string {
	return m.report(actual, "another status than ")
}

func (m answered) report(actual any, what string) string {
	a, sent, _ := attemptOf("", actual)
	for i, status := range m.status {
		if i > 0 {
			what += " or "
		}
		what += strconv.Itoa(status)
	}
	return a.Redact(report(sent, what, answerOf(a)))
}

// MatchMayChangeInTheFuture tells Eventually that an attempt is over.
func (answered) MatchMayChangeInTheFuture(any) bool { return false }
