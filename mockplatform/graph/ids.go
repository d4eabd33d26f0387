package graph

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
)

// ids makes the ids that belong to one call: the same for the same seed and
// the same number of the call.
type ids struct {
	seed int64
	call uint64
}

// text returns n characters of URL-safe base64, at most 86; label tells ids of
// one call apart.
func (i ids) text(label string, n int) string {
	data := binary.BigEndian.AppendUint64(nil, uint64(i.seed))
	data = binary.BigEndian.AppendUint64(data, i.call)
	sum := sha512.Sum512(append(data, label...))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:n]
}

// message is the id of a sent message, "m_" and text, as Meta's are since 2018.
func (i ids) message() string { return "m_" + i.text("message", 86) }

// trace is the fbtrace_id of an error.
func (i ids) trace() string { return "A" + i.text("trace", 22) }
