package fault

import "github.com/seed-11445fa1/referee/mockplatform/delivery"

// Method sends the request with another method than POST: what scanners and
// monitors send to every address that they find. HEAD, OPTIONS and DELETE mean
// nothing with a body.
func Method(method string) Fault {
	return change{"with the method " + method, func(r *delivery.Request) error {
		r.Method = method
		return nil
	}}
}
