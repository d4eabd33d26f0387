package rules

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// slowAnswer is the real answer, but late.
func slowAnswer() Fault {
	return Fault{
		Name: "slow-answer", Title: "The answer comes late",
		Description: "It is the real one, on the real clock, and the call has its effect. A receiver that waits for it before it acknowledges a delivery runs into Meta's deadline.",
		Params:      []Param{duration("by", 3*time.Second, time.Millisecond, 10*time.Minute, "How much later it comes.")},
		answer:      func(v values, _ Options) fault.GraphAnswer { return fault.Slow(v.duration("by")) },
	}
}
