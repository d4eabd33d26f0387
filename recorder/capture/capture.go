package capture

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// version is that of the format which is written, and read.
const version = 1

// Record is one delivery and what the receiver answered.
type Record struct {
	// Version is that of the format.
	Version int `json:"version"`
	// At is when the request arrived, in UTC.
	At time.Time `json:"at"`
	// Milliseconds is how long the receiver took, to the end of its answer.
	Milliseconds float64 `json:"duration_ms"`
	Request      Message `json:"request"`
	// Answer is nil when there was none, and Err says why.
	Answer *Message `json:"answer,omitempty"`
	Err    string   `json:"error,omitempty"`
	// Signature is a fact about the original request: its digests fitted its
	// body. The values themselves are not kept; a replay makes them anew.
	Signature Signature `json:"signature"`
}

// IsDelivery reports whether the request brought a payload. Others verify the
// callback URL, or come from strangers.
func (r Record) IsDelivery() bool { return r.Request.Method == "POST" }

// Message is a request or an answer.
type Message struct {
	// Method and Target belong to requests; Target is the path with the query.
	Method string `json:"method,omitempty"`
	Target string `json:"target,omitempty"`
	// Status belongs to answers.
	Status int `json:"status,omitempty"`
	// Proto is the protocol: "HTTP/1.1".
	Proto string `json:"proto,omitempty"`
	// Header is in the order in which it came, as pairs of name and value.
	Header Header `json:"header,omitempty"`
	// Body has every byte, without the framing of chunks.
	Body Body `json:"body"`
	// Cut is how many bytes the body had beyond those in Body.
	Cut int64 `json:"cut,omitempty"`
}

// Header is a list of fields, written as pairs.
type Header wire.Header

// MarshalJSON writes the fields as [["Name","value"],…].
func (h Header) MarshalJSON() ([]byte, error) {
	pairs := make([][2]string, len(h))
	for i, f := range h {
		pairs[i] = [2]string{f.Name, f.Value}
	}
	return json.Marshal(pairs)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (h *Header) UnmarshalJSON(text []byte) error {
	var pairs [][]string
	if err := json.Unmarshal(text, &pairs); err != nil {
		return err
	}
	*h = nil
	for i, pair := range pairs {
		if len(pair) != 2 {
			return fmt.Errorf("field %d of the header is not a pair of name and value", i+1)
		}
		*h = append(*h, wire.Field{Name: pair[0], Value: pair[1]})
	}
	return nil
}

// Body is written as text where it is UTF-8, which keeps each byte, and else as
// {"base64": "…"}.
type Body []byte

type encodedBody struct {
	Base64 string `json:"base64"`
}

// MarshalJSON writes the body.
func (b Body) MarshalJSON() ([]byte, error) {
	if utf8.Valid(b) {
		return json.Marshal(string(b))
	}
	return json.Marshal(encodedBody{base64.StdEncoding.EncodeToString(b)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (b *Body) UnmarshalJSON(text []byte) error {
	var plain string
	if json.Unmarshal(text, &plain) == nil {
		*b = Body(plain)
		return nil
	}
	var encoded encodedBody
	if err := json.Unmarshal(text, &encoded); err != nil {
		return errors.New(`a body is neither a text nor {"base64": …}`)
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded.Base64)
	if err != nil {
		return fmt.Errorf("a body is not base64: %w", err)
	}
	*b = decoded
	return nil
}

// Signature says what became of the checks of the two signatures.
type Signature struct {
	SHA256 Fact `json:"sha256"`
	SHA1   Fact `json:"sha1"`
}

// Fact is the outcome of one check.
type Fact string

const (
	Right   Fact = "right"
	Wrong   Fact = "wrong"
	Missing Fact = "missing"
	// Unchecked: there was a signature, and no app secret to check it with, or not
	// the whole body.
	Unchecked Fact = "unchecked"
)
