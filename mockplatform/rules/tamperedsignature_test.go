package rules_test

import "testing"

func TestTamperedSignature(t *testing.T) {
	for how, want := range map[string]string{
		"wrong-secret": "signed with another secret",
		"unsigned":     "without a signature",
		"empty":        "with an empty signature after the prefix",
		"truncated":    "with only the first 32 digits of the signature",
		"changed-body": "with one bit changed at the middle of the body after signing",
	} {
		spoils(t, disturbed(t, "tampered-signature", map[string]any{"how": how}), want)
	}
	spoils(t, disturbed(t, "tampered-signature", nil), "signed with another secret")
}
