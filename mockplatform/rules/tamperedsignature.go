package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// tamperedSignature lets the signature not fit.
func tamperedSignature() Fault {
	ways := map[string]fault.Fault{
		"wrong-secret": fault.SignWith("another secret", "not the app secret"),
		"unsigned":     fault.Unsigned(),
		"empty":        fault.EmptySignature(),
		"truncated":    fault.TruncatedDigest(32),
		"changed-body": fault.FlipByte(fault.Middle),
	}
	return Fault{
		Name: "tampered-signature", Title: "The signature is wrong",
		Description: "What somebody sends who does not know the app secret. A receiver has to refuse it; then the delivery is sent again as it should be.",
		Params: []Param{choice("how", "Signed with another secret; not signed at all; with nothing after sha256=; with half of the digest; or with a bit of the body changed.",
			"wrong-secret", "unsigned", "empty", "truncated", "changed-body")},
		slot:    theSignature,
		disturb: func(v values, _ string, d *fault.Disturbance) { d.Faults = append(d.Faults, ways[v.choice("how")]) },
	}
}
