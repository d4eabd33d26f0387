package graph

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"strconv"
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
	sum := i.sum(label)
	return base64.RawURLEncoding.EncodeToString(sum[:])[:n]
}

// number returns any number.
func (i ids) number(label string) uint64 {
	sum := i.sum(label)
	return binary.BigEndian.Uint64(sum[:])
}

func (i ids) sum(label string) [sha512.Size]byte {
	data := binary.BigEndian.AppendUint64(nil, uint64(i.seed))
	data = binary.BigEndian.AppendUint64(data, i.call)
	return sha512.Sum512(append(data, label...))
}

// message is the id of a sent message, "m_" and text, as Meta's are since 2018.
func (i ids) message() string { return "m_" + i.text("message", 86) }

// object is the id of an object, such as an upload: 16 digits and below 2^53, so
// that a receiver may keep it as a JavaScript number.
func (i ids) object(label string) string {
	const least = 1_000_000_000_000_000
	return strconv.FormatUint(least+i.number(label)%(8*least), 10)
}

// trace is the fbtrace_id of an error.
func (i ids) trace() string { return "A" + i.text("trace", 22) }
