package series

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// MaxEvents is how many events a series can have: their numbers have 12 digits in ids,
// and 40 bits in tags.
const MaxEvents = 1 << 39

const (
	numberDigits = 12 // of a number in an id
	tagLetters   = 8  // of a number in a tag
	letters      = "abcdefghijklmnopqrstuvwxyz234567"
)

// people names the people of a series. All of one seed share the beginnings of their ids,
// of which those of another seed have others.
type people struct {
	psid, guest, visitor string // in front of the number
	tag                  string
	session              event.Session // what they share
}

func newPeople(seed int64, pageID string) people {
	of := event.NewSession(seed, "series", pageID)
	p := people{psid: of.PSID[:4], guest: of.GuestID[:4], visitor: of.UserRef[:13], tag: of.Tag[:2], session: of}
	if p.guest == p.psid { // a guest must not be taken for a person
		p.guest = strconv.Itoa((int(p.psid[0]-'0'))%8+1) + p.psid[1:]
	}
	return p
}

// of is the session of the person whose event has this number.
func (p people) of(number uint64) event.Session {
	s := p.session
	digits := fmt.Sprintf("%0*d", numberDigits, number)
	s.Name = digits
	s.PSID, s.GuestID, s.UserRef = p.psid+digits, p.guest+digits, p.visitor+digits
	tag := make([]byte, tagLetters)
	putLetters(tag, number)
	s.Tag = p.tag + string(tag)
	return s
}

// number reads the number out of an id by which a receiver calls somebody.
func (p people) number(id string) (number uint64, ok bool) {
	for _, before := range []string{p.psid, p.guest, p.visitor} {
		digits, is := strings.CutPrefix(id, before)
		if !is || len(digits) != numberDigits {
			continue
		}
		if n, err := strconv.ParseUint(digits, 10, 64); err == nil && n < MaxEvents {
			return n, true
		}
	}
	return 0, false
}

// putDigits writes a number over all of dst.
func putDigits(dst []byte, n uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
}

// putLetters writes a number over all of dst, 5 bits a letter.
func putLetters(dst []byte, n uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = letters[n%32]
		n /= 32
	}
}
