package fault

import "github.com/seed-11445fa1/referee/mockplatform/delivery"

// Kept sends the request on a connection that it shares with others, one after
// the other, as clients do that keep connections. The request stays correct.
func Kept(line *delivery.Line) Fault {
	return change{"on a kept connection", func(r *delivery.Request) error {
		r.Line = line
		return nil
	}}
}
