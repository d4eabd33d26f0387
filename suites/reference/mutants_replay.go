package reference

import (
	"fmt"
	"sync/atomic"
)

// replayMutants are the receivers whose defect shows only with what somebody
// captured.
func replayMutants() []Mutant {
	return []Mutant{
		{
			Name:   "fails-on-a-captured-source",
			Defect: "Answers 500 to a referral of a source that only a capture has.",
			Cause:  "refuses.replay-acknowledged",
			Breaks: []string{"replay.acknowledged"},
			apply:  chokesOn(captured),
		},
		{
			Name:   "forgets-captured-events",
			Defect: "Handles a referral of a source that only a capture has each time it comes.",
			Cause:  "repeats.replay-redelivered-once",
			Breaks: []string{"replay.redelivered-once"},
			apply: func(r *Receiver) {
				original := r.steps.identity
				var came atomic.Int64
				r.steps.identity = func(e event) string {
					if captured(e) {
						return fmt.Sprintf("%s, time %d", original(e), came.Add(1))
					}
					return original(e)
				}
			},
		},
		{
			Name:   "closes-the-schema-of-captured-events",
			Defect: "Answers 500 to a referral of a source that only a capture has, when it has an unknown member.",
			Cause:  "refuses.replay-evolution",
			Breaks: []string{"replay.evolution"},
			apply: chokesOn(func(e event) bool {
				_, unknown := e["referee_future"]
				return unknown && captured(e)
			}),
		},
		{
			Name:   "ends-at-captured-events",
			Defect: "Acknowledges a delivery and ends its work at a referral of a source that only a capture has.",
			Cause:  "loses.replay-beside",
			Breaks: []string{"replay.beside"},
			apply:  endsAt(captured),
		},
	}
}

// captured tells a referral of which the catalogue has no like.
func captured(e event) bool {
	referral, _ := e["referral"].(object)
	return referral["source"] == "CAPTURED"
}
