package fault

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// SignatureHeader gives a signature header, or any other, a value of the
// caller's.
func SignatureHeader(name, value string) Fault {
	return headerChange(fmt.Sprintf("with the header %s: %s", name, value), func(h *wire.Header) { h.Set(name, value) })
}

// WrongSHA256KeepSHA1 changes the last digit of the SHA-256 signature and
// leaves the SHA-1 signature right: a receiver that takes either can be talked
// down to the weaker one.
func WrongSHA256KeepSHA1() Fault {
	return eachSignature("with a wrong SHA-256 signature beside a right SHA-1 signature", wrong, sha256Header)
}

// SHA1AsSHA256 puts the right SHA-1 signature, with its prefix, into
// X-Hub-Signature-256 and removes X-Hub-Signature: a receiver that takes the
// algorithm from the prefix lets the sender choose the weaker one.
func SHA1AsSHA256() Fault {
	return headerChange("with a SHA-1 signature in "+sha256Header, func(h *wire.Header) {
		h.Set(sha256Header, h.Get(sha1Header))
		h.Del(sha1Header)
	})
}

// TruncatedDigest keeps the first digits of each digest: a comparison that
// stops at the end of the shorter text lets it pass.
func TruncatedDigest(digits int) Fault {
	return eachSignature(fmt.Sprintf("with only the first %d digits of the signature", digits), func(value string) string {
		prefix, digest, _ := strings.Cut(value, "=")
		return prefix + "=" + digest[:max(0, min(digits, len(digest)))]
	})
}

// ExtendedDigest appends to each digest: a comparison of its beginning lets it
// pass.
func ExtendedDigest(suffix string) Fault {
	return eachSignature(fmt.Sprintf("with %q after the signature", suffix), func(value string) string { return value + suffix })
}

// EmptySignature leaves only the prefixes, "sha256=" and "sha1=".
func EmptySignature() Fault {
	return eachSignature("with an empty signature after the prefix", func(value string) string {
		prefix, _, _ := strings.Cut(value, "=")
		return prefix + "="
	})
}

// OtherPrefix names another algorithm, "sha512" or "md5" for example, before
// digests that stay as they are.
func OtherPrefix(algorithm string) Fault {
	return eachSignature(fmt.Sprintf("with the signature's prefix changed to %s=", algorithm), func(value string) string {
		_, digest, _ := strings.Cut(value, "=")
		return algorithm + "=" + digest
	})
}

// NoPrefix leaves only the digests, without "sha256=" and "sha1=".
func NoPrefix() Fault {
	return eachSignature("with a signature that has no prefix", func(value string) string {
		_, digest, _ := strings.Cut(value, "=")
		return digest
	})
}

// DuplicatedHeader sends each signature header twice, once with a wrong digest
// and once with the right one, in the order that wrongFirst tells. No receiver
// can know which of the two is meant.
func DuplicatedHeader(wrongFirst bool) Fault {
	text := "with each signature header twice, first right and then wrong"
	if wrongFirst {
		text = "with each signature header twice, first wrong and then right"
	}
	return headerChange(text, func(h *wire.Header) {
		var twice wire.Header
		for _, f := range *h {
			if !strings.EqualFold(f.Name, sha1Header) && !strings.EqualFold(f.Name, sha256Header) {
				twice = append(twice, f)
				continue
			}
			bad := wire.Field{Name: f.Name, Value: wrong(f.Value)}
			if wrongFirst {
				twice = append(twice, bad, f)
			} else {
				twice = append(twice, f, bad)
			}
		}
		*h = twice
	})
}

// wrong changes the last digit of a signature.
func wrong(signature string) string {
	rest, isZero := strings.CutSuffix(signature, "0")
	if isZero {
		return rest + "1"
	}
	return signature[:max(0, len(signature)-1)] + "0"
}
