package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// Tampering is a fault of a request that can be chosen by its name, for one
// delivery. A receiver must not handle what it spoils, except where it only
// changes how the request arrives.
type Tampering struct {
	Name string `json:"name"`
	// Description goes on after "The delivery is sent": "without a signature".
	Description string      `json:"description"`
	Fault       fault.Fault `json:"-"`

	// how names it among the choices of the rule tampered-signature; empty: it is
	// none of them.
	how string
}

// Tamperings lists what can be chosen for one delivery.
func Tamperings() []Tampering {
	list := []Tampering{
		{Name: "wrong-secret", how: "wrong-secret", Fault: fault.SignWith("another secret", "not the app secret")},
		{Name: "unsigned", how: "unsigned", Fault: fault.Unsigned()},
		{Name: "flip-byte", how: "changed-body", Fault: fault.FlipByte(fault.Middle)},
		{Name: "append-space", Fault: fault.AppendSpace()},
		{Name: "insert-space", Fault: fault.InsertSpace()},
		{Name: "truncated-digest", how: "truncated", Fault: fault.TruncatedDigest(32)},
		{Name: "empty-signature", how: "empty", Fault: fault.EmptySignature()},
		{Name: "wrong-sha256", Fault: fault.WrongSHA256KeepSHA1()},
		{Name: "only-sha256", Fault: fault.OnlySHA256()},
		{Name: "only-sha1", Fault: fault.OnlySHA1()},
		{Name: "chunked", Fault: fault.Chunked(16)},
		{Name: "break-off", Fault: fault.BreakOff()},
	}
	for i := range list {
		list[i].Description = list[i].Fault.Describe()
	}
	return list
}

// howToTamper are the choices of the rule tampered-signature; the first is the
// default.
func howToTamper() (ways []string) {
	for _, t := range Tamperings() {
		if t.how != "" {
			ways = append(ways, t.how)
		}
	}
	return ways
}

// tampered is the fault of a choice of the rule tampered-signature.
func tampered(how string) []fault.Fault {
	for _, t := range Tamperings() {
		if t.how == how {
			return []fault.Fault{t.Fault}
		}
	}
	return nil
}
