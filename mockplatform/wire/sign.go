package wire

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// Signature holds the values of the two signature headers of one body, each
// with its prefix: "sha1=" and 40, "sha256=" and 64 lower-case hexadecimal
// digits. Since 2023 deliveries carry both.
type Signature struct {
	SHA1   string // X-Hub-Signature
	SHA256 string // X-Hub-Signature-256
}

// algorithm is one way to sign, told by the prefix of the header's value.
type algorithm struct {
	prefix string
	size   int // of the digest, in bytes
	hash   func() hash.Hash
}

func sha1Algorithm() algorithm   { return algorithm{"sha1=", sha1.Size, sha1.New} }
func sha256Algorithm() algorithm { return algorithm{"sha256=", sha256.Size, sha256.New} }

func (a algorithm) digest(secret string, body []byte) []byte {
	mac := hmac.New(a.hash, []byte(secret))
	mac.Write(body)
	return mac.Sum(make([]byte, 0, sha256.Size))
}

func (a algorithm) sign(secret string, body []byte) string {
	return a.prefix + hex.EncodeToString(a.digest(secret, body))
}

// Sign signs the bytes of body with the app secret. The key is the secret's
// text as the app dashboard shows it, although that text is hexadecimal:
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
func Sign(secret string, body []byte) Signature {
	return Signature{
		SHA1:   sha1Algorithm().sign(secret, body),
		SHA256: sha256Algorithm().sign(secret, body),
	}
}

// Verify returns nil when header, the value of X-Hub-Signature or
// X-Hub-Signature-256, is exactly what Meta sends for body under this secret.
// The prefix decides the algorithm. Otherwise the error says whether the form
// of the value is wrong or the signature itself. Digests are compared in
// constant time.
func Verify(secret string, body []byte, header string) error {
	var a algorithm
	switch prefix, _, found := strings.Cut(header, "="); {
	case header == "":
		return errors.New("verify: the signature is empty")
	case !found:
		return fmt.Errorf("verify: signature %.80q has no prefix, want sha256= or sha1= before the digits", header)
	case prefix == "sha256":
		a = sha256Algorithm()
	case prefix == "sha1":
		a = sha1Algorithm()
	default:
		return fmt.Errorf("verify: signature algorithm %.80q is none of sha256, sha1", prefix)
	}

	digits := header[len(a.prefix):]
	for i := range len(digits) {
		if c := digits[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return fmt.Errorf("verify: signature has %q at byte %d, want lower-case hexadecimal digits after %s", c, len(a.prefix)+i, a.prefix)
		}
	}
	if want := hex.EncodedLen(a.size); len(digits) != want {
		return fmt.Errorf("verify: signature has %d digits after %s, want %d", len(digits), a.prefix, want)
	}
	given, err := hex.DecodeString(digits)
	if err != nil {
		return fmt.Errorf("verify: signature: %w", err)
	}
	if !hmac.Equal(given, a.digest(secret, body)) {
		return fmt.Errorf("verify: the %s signature does not fit: another secret, or these are not the bytes that were signed", strings.TrimSuffix(a.prefix, "="))
	}
	return nil
}
