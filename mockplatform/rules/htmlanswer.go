package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// htmlAnswer is an error page for people.
func htmlAnswer() Fault {
	return graphFault("html-answer", "Status 502 with an HTML page",
		"What stands in front of an API answers when it cannot reach it. The call had no effect.",
		fault.HTMLPage)
}
