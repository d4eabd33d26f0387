package rules

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// rateLimited is error 613.
func rateLimited() Fault {
	return Fault{
		Name: "rate-limited", Title: "Error 613: too many calls",
		Description: "X-Business-Use-Case-Usage tells in minutes when calls are possible again, and X-App-Usage that they are used up; Meta sends no Retry-After. The next call is answered as ever unless the rule is about it too.",
		Params:      []Param{duration("wait", 5*time.Minute, time.Minute, 24*time.Hour, "How long the answer says to wait, rounded up to minutes.")},
		answer:      func(v values, o Options) fault.GraphAnswer { return fault.RateLimitedFor(o.PageID, v.duration("wait")) },
	}
}
