package series

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// fill says what is written into a hole.
type fill int

const (
	digits      fill = iota // the number, in an id
	inTag                   // the number, in a text
	millis                  // the instant of the event, in milliseconds
	seconds                 // the same in seconds
	millisLater             // when the entry was sent
	secondsLater
)

// hole is a place of a body that differs from event to event.
type hole struct {
	at, width int
	fill      fill
}

// template is a body of one event, with holes.
type template struct {
	variant schemas.Variant
	object  string
	style   wire.Style
	secret  string // that signs it
	body    []byte
	holes   []hole
	// entry is where the entry stands in the body, of one that may have several.
	entry     [2]int
	batchable bool
}

// entryDelay is how many milliseconds later than its event an entry says that it was sent.
const entryDelay = int64(event.EntryDelay / time.Millisecond)

// sample is a number whose spelling is met nowhere else in a body.
const sample uint64 = 402_817_365_924

func newTemplate(v schemas.Variant, p people, secrets wire.Secrets) (template, error) {
	t := template{variant: v, object: v.Object, style: wire.StyleOf(v.Form, v.Field)}
	s := p.of(sample)
	ev, err := event.Build(v, s, 1, time.UnixMilli(1_609_287_351_846))
	if err != nil {
		return t, err
	}
	doc, err := event.Wrap(ev)
	if err != nil {
		return t, err
	}
	if t.body, err = wire.Encode(doc, t.style); err != nil {
		return t, fmt.Errorf("encode %s: %w", v.ID, err)
	}
	t.secret = secrets.For(t.body)
	at := ev.At.UnixMilli()
	for _, h := range []struct {
		text string
		skip int // of it, which all share
		fill fill
	}{
		{s.PSID, len(p.psid), digits},
		{s.GuestID, len(p.guest), digits},
		{s.UserRef, len(p.visitor), digits},
		{s.Tag, len(p.tag), inTag},
		{strconv.FormatInt(at, 10), 0, millis},
		{strconv.FormatInt(at+entryDelay, 10), 0, millisLater},
		{strconv.FormatInt(at/1000, 10), 0, seconds},
		{strconv.FormatInt((at+entryDelay)/1000, 10), 0, secondsLater},
	} {
		t.dig(h.text, h.skip, h.fill)
	}
	head := []byte(`{"object":"` + v.Object + `","entry":[`)
	if bytes.HasPrefix(t.body, head) && bytes.HasSuffix(t.body, []byte("]}")) {
		t.entry, t.batchable = [2]int{len(head), len(t.body) - len("]}")}, true
	}
	return t, nil
}

// dig makes a hole wherever a text stands that is in none yet.
func (t *template) dig(text string, skip int, of fill) {
	for from := 0; ; {
		i := bytes.Index(t.body[from:], []byte(text))
		if i < 0 {
			return
		}
		h := hole{at: from + i + skip, width: len(text) - skip, fill: of}
		from += i + len(text)
		taken := false
		for _, other := range t.holes {
			taken = taken || h.at < other.at+other.width && other.at < h.at+h.width
		}
		if !taken {
			t.holes = append(t.holes, h)
		}
	}
}

// write fills the holes of a copy of the body that begins at dst[0], shifted by so many
// bytes.
func (t *template) write(dst []byte, shift int, number, at uint64) {
	for _, h := range t.holes {
		to := dst[h.at-shift : h.at-shift+h.width]
		switch h.fill {
		case digits:
			putDigits(to, number)
		case inTag:
			putLetters(to, number)
		case millis:
			putDigits(to, at)
		case millisLater:
			putDigits(to, at+uint64(entryDelay))
		case seconds:
			putDigits(to, at/1000)
		case secondsLater:
			putDigits(to, (at+uint64(entryDelay))/1000)
		}
	}
}
