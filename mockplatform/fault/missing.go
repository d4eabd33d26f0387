package fault

import "github.com/seed-11445fa1/referee/mockplatform/wire"

// Unsigned removes both signature headers.
func Unsigned() Fault {
	return headerChange("without a signature", func(h *wire.Header) {
		h.Del(sha1Header)
		h.Del(sha256Header)
	})
}

// OnlySHA256 removes X-Hub-Signature: the header that Meta's documentation
// names today stays as it is.
func OnlySHA256() Fault {
	return headerChange("signed with X-Hub-Signature-256 only", func(h *wire.Header) { h.Del(sha1Header) })
}

// OnlySHA1 removes X-Hub-Signature-256: what Meta sent before 2023, and what an
// attacker who wants the weaker algorithm would send.
func OnlySHA1() Fault {
	return headerChange("signed with X-Hub-Signature (SHA-1) only", func(h *wire.Header) { h.Del(sha256Header) })
}
