package tools

import (
	"errors"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// signQuestion asks for the signatures of a body, byte for byte.
type signQuestion struct {
	given
	// Secret is the app secret.
	Secret string `json:"secret"`
}

// signed are the values of the two headers.
type signed struct {
	SHA256 string `json:"sha256"`
	SHA1   string `json:"sha1"`
	// Bytes is how long the body is.
	Bytes int `json:"bytes"`
}

func sign(q signQuestion) (signed, error) {
	if err := q.check(); err != nil {
		return signed{}, err
	}
	s := wire.Sign(q.Secret, q.bytes())
	return signed{SHA256: s.SHA256, SHA1: s.SHA1, Bytes: len(q.bytes())}, nil
}

func (q signQuestion) check() error {
	if q.Secret == "" {
		return errors.New("with which secret? Give the app secret, as the app's dashboard shows it")
	}
	return nil
}

// verifyQuestion asks whether a signature is that of a body.
type verifyQuestion struct {
	signQuestion
	// Signature is the value of X-Hub-Signature-256 or X-Hub-Signature.
	Signature string `json:"signature"`
}

// verified says whether it is.
type verified struct {
	Fits bool `json:"fits"`
	// Problem says why it is not; empty where it is.
	Problem string `json:"problem,omitempty"`
	Bytes   int    `json:"bytes"`
}

func verify(q verifyQuestion) (verified, error) {
	if err := q.check(); err != nil {
		return verified{}, err
	}
	v := verified{Fits: true, Bytes: len(q.bytes())}
	if err := wire.Verify(q.Secret, q.bytes(), q.Signature); err != nil {
		v.Fits, v.Problem = false, strings.TrimPrefix(err.Error(), "verify: ")
	}
	return v, nil
}
