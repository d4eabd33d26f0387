package matchers

import (
	"time"

	"github.com/onsi/gomega/types"

	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// BeAcknowledgedWithin matches a delivery that was acknowledged, with a status of 2xx,
// and whose answer was complete within this time. It looks at what Platform.Emit or
// Deliver returns: for an emission at its first attempt.
func BeAcknowledgedWithin(limit time.Duration) types.GomegaMatcher { return acknowledged{limit} }

type acknowledged struct{ limit time.Duration }

func (m acknowledged) Match(actual any) (bool, error) {
	a, _, err := attemptOf("BeAcknowledgedWithin", actual)
	return err == nil && outbox.Acknowledged(a) && a.Timing.Done <= m.limit, err
}

func (m acknowledged) FailureMessage(actual any) string {
	return m.report(actual, "an acknowledgement")
}

func (m acknowledged) NegatedFailureMessage(actual any) string {
	return m.report(actual, "no acknowledgement")
}

func (m acknowledged) report(actual any, what string) string {
	a, sent, _ := attemptOf("", actual)
	return a.Redact(report(sent, what+" within "+m.limit.String(), answerOf(a)))
}

// MatchMayChangeInTheFuture tells Eventually that an attempt is over.
func (acknowledged) MatchMayChangeInTheFuture(any) bool { return false }
