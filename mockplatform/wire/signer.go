package wire

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// Signer signs bodies one after the other with the same secret, without allocating. It is
// for one goroutine.
type Signer struct {
	sha1, sha256 hash.Hash
	digest       [sha256.Size]byte
	header       SignatureText
}

// SignatureText is a Signature as bytes: the values of the two headers.
type SignatureText struct {
	SHA1   [len("sha1=") + 2*sha1.Size]byte
	SHA256 [len("sha256=") + 2*sha256.Size]byte
}

// NewSigner returns a signer with a secret, see Sign.
func NewSigner(secret string) *Signer {
	s := &Signer{sha1: hmac.New(sha1.New, []byte(secret)), sha256: hmac.New(sha256.New, []byte(secret))}
	copy(s.header.SHA1[:], "sha1=")
	copy(s.header.SHA256[:], "sha256=")
	return s
}

// Sign signs the bytes of body. What it returns holds until it is called again.
func (s *Signer) Sign(body []byte) *SignatureText {
	for _, one := range []struct {
		hash hash.Hash
		to   []byte
	}{{s.sha1, s.header.SHA1[len("sha1="):]}, {s.sha256, s.header.SHA256[len("sha256="):]}} {
		one.hash.Reset()
		one.hash.Write(body)
		hex.Encode(one.to, one.hash.Sum(s.digest[:0]))
	}
	return &s.header
}
