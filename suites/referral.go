package suites

import (
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// referral checks every variant in which somebody comes back by a link or an ad,
// on its own or with a message.
func referral(spec register, variants []schemas.Variant) {
	for _, v := range variants {
		ev := sample(v)
		if r := judge.Read(ev.JSON); r.Postback != nil || r.Referral == nil {
			continue
		}
		accepted(spec, "referral", v)
		if own(ev) {
			understood(spec, "referral", v)
		}
	}
	variations(spec, aReferral)
}
