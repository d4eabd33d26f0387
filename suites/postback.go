package suites

import (
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// postback checks every variant in which somebody presses a button: Get Started,
// a template's, the persistent menu's.
func postback(spec register) {
	for _, v := range schemas.All() {
		ev := sample(v)
		if r := judge.Read(ev.JSON); r.Postback == nil || v.Form == schemas.FormStandby {
			continue
		}
		accepted(spec, "postback", v)
		if own(ev) {
			understood(spec, "postback", v)
		}
	}
	variations(spec, aPostback)
}
