package console

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// tampering is a fault that can be chosen for one delivery.
type tampering struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	fault       fault.Fault
}

// tamperings are the faults that can be chosen for one delivery. A receiver must
// not handle what any of them spoilt, except for those that only change how the
// request arrives.
func tamperings() []tampering {
	list := []tampering{
		{Name: "wrong-secret", fault: fault.SignWith("another secret", "not the app secret")},
		{Name: "unsigned", fault: fault.Unsigned()},
		{Name: "flip-byte", fault: fault.FlipByte(fault.Middle)},
		{Name: "append-space", fault: fault.AppendSpace()},
		{Name: "insert-space", fault: fault.InsertSpace()},
		{Name: "truncated-digest", fault: fault.TruncatedDigest(32)},
		{Name: "empty-signature", fault: fault.EmptySignature()},
		{Name: "wrong-sha256", fault: fault.WrongSHA256KeepSHA1()},
		{Name: "only-sha256", fault: fault.OnlySHA256()},
		{Name: "only-sha1", fault: fault.OnlySHA1()},
		{Name: "chunked", fault: fault.Chunked(16)},
		{Name: "break-off", fault: fault.BreakOff()},
	}
	for i := range list {
		list[i].Description = list[i].fault.Describe()
	}
	return list
}

// tamper returns the faults of these names.
func tamper(names []string) ([]fault.Fault, error) {
	var faults []fault.Fault
	for _, name := range names {
		var chosen fault.Fault
		var known []string
		for _, t := range tamperings() {
			known = append(known, t.Name)
			if t.Name == name {
				chosen = t.fault
			}
		}
		if chosen == nil {
			return nil, fmt.Errorf("there is no fault %q for a delivery; there are %s", name, strings.Join(known, ", "))
		}
		faults = append(faults, chosen)
	}
	return faults, nil
}
