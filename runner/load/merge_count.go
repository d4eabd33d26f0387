package load

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/series"
)

// merging counts what became of the events of a series, of which several machines know
// something. It looks at one block of deliveries after the other, so that memory does not
// grow with their number.
type merging struct {
	series     *series.Series
	senders    []*source
	collectors []*source

	calibrated bool   // somebody knows how often an event shows
	once       []int  // that number, by variant
	unsteady   string // a variant of which events showed now so often and now otherwise

	handledOf  []uint64 // events, by variant
	lostOf     []uint64 // acknowledged, and not handled
	duplicated uint64
	recovered  uint64
	unexpected uint64
	strange    uint64 // not acknowledged, and never sent
}

// source is a result that is read event by event.
type source struct {
	Document
	states             stateReader
	sent, acknowledged uint64 // events
	refused            uint64 // events that were not acknowledged
}

// block is what is known of the events of some deliveries that follow each other.
type block struct {
	delivery, event uint64 // the numbers of the first
	handled         []uint16
	refused         []bool // as collectors were told
	of              []*source
	states          []byte
}

// blockEvents is how many events a block has, or those of one delivery.
const blockEvents = 1 << 16

// count looks at all events.
func (m *merging) count(ctx context.Context) error {
	m.handledOf, m.lostOf = make([]uint64, m.series.Len()), make([]uint64, m.series.Len())
	if err := m.learn(); err != nil {
		return err
	}
	width := uint64(m.series.Width())
	deliveries := max(1, blockEvents/width)
	n := deliveries * width
	b := block{handled: make([]uint16, n), refused: make([]bool, n), of: make([]*source, n), states: make([]byte, n)}
	filler := m.series.Filler()
	for _, s := range m.blocks(deliveries, width) {
		for i := s[0]; i <= s[1]; i++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			b.delivery, b.event = i*deliveries, i*n
			if err := m.look(&b, deliveries, filler); err != nil {
				return err
			}
		}
	}
	for _, s := range m.senders {
		switch r := s.Result; {
		case s.sent != r.Events:
			return s.wrong("it says that %d events were sent, and of its part of the series %d are known to be: is the mix the one of that load?", r.Events, s.sent)
		case r.Tally != nil && s.acknowledged != r.Acknowledged:
			return s.wrong("it says that %d events were acknowledged, and its tally that %d were", r.Acknowledged, s.acknowledged)
		}
	}
	for _, s := range slices.Concat(m.senders, m.collectors) {
		if s.Result.Unexpected != nil {
			m.unexpected += *s.Result.Unexpected
		}
	}
	return nil
}

// learn adds up how often the events of calibration showed, at whichever machine.
func (m *merging) learn() error {
	variants := map[string]int{}
	for i := range m.series.Len() {
		variants[m.series.Variant(i).ID] = i
	}
	m.once = make([]int, m.series.Len())
	shown, of := map[uint64]int{}, map[uint64]int{}
	for _, s := range slices.Concat(m.senders, m.collectors) {
		if s.Result.Tally == nil {
			continue
		}
		for _, c := range s.Result.Tally.Calibration {
			shown[c.Event] += c.Shown
			if c.Variant == "" {
				continue
			}
			i, known := variants[c.Variant]
			if !known {
				return s.wrong("the variant %s of its calibration is not in the mix", c.Variant)
			}
			of[c.Event] = i
		}
	}
	each := make([][]int, m.series.Len())
	for event, i := range of {
		each[i] = append(each[i], shown[event])
	}
	for i, shown := range each {
		once, steady := onceOf(shown)
		if m.once[i] = once; !steady && m.unsteady == "" {
			m.unsteady = m.series.Variant(i).ID
		}
	}
	m.calibrated = slices.Max(m.once) > 0
	return nil
}

// blocks are the numbers of the blocks that have events of some result, from one to another
// each.
func (m *merging) blocks(deliveries, width uint64) (spans [][2]uint64) {
	for _, s := range m.senders {
		if p := s.Result.Part; p.Deliveries > 0 {
			spans = append(spans, [2]uint64{p.First / deliveries, (p.end() - p.Step) / deliveries})
		}
	}
	for _, s := range slices.Concat(m.senders, m.collectors) {
		for _, r := range s.states.ranges {
			if r.Events > 0 {
				spans = append(spans, [2]uint64{r.First / (deliveries * width), (r.First + r.Events - 1) / (deliveries * width)})
			}
		}
	}
	slices.SortFunc(spans, func(a, b [2]uint64) int { return cmp.Compare(a[0], b[0]) })
	joined := spans[:0]
	for _, s := range spans {
		if last := len(joined) - 1; last >= 0 && s[0] <= joined[last][1] {
			joined[last][1] = max(joined[last][1], s[1])
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// look looks at the events of a block.
func (m *merging) look(b *block, deliveries uint64, filler *series.Filler) error {
	clear(b.handled)
	clear(b.refused)
	clear(b.of)
	for _, c := range m.collectors {
		if err := c.states.fill(b.states, b.event); err != nil {
			return c.wrong("%w", err)
		}
		for i, state := range b.states {
			if state&^stateRefused == notSent {
				return c.wrong("its tally says of event %d that it was not sent, which who collects cannot know", b.event+uint64(i))
			}
			b.handled[i] += uint16(state &^ stateRefused)
			b.refused[i] = b.refused[i] || state&stateRefused != 0
		}
	}
	width := uint64(m.series.Width())
	for _, s := range m.senders {
		if err := s.states.fill(b.states, b.event); err != nil {
			return s.wrong("%w", err)
		}
		p := s.Result.Part
		for n := p.from(b.delivery); n < min(p.end(), b.delivery+deliveries); n += p.Step {
			for i, variant := range filler.Variants(n) {
				if err := m.event(b, s, n*width+uint64(i)-b.event, variant); err != nil {
					return err
				}
			}
		}
	}
	for i, s := range b.of {
		if s == nil {
			m.unexpected += uint64(b.handled[i])
			if b.refused[i] {
				m.strange++
			}
		}
	}
	return nil
}

// event counts an event that a sender says it sent, unless its tally says that it did not.
func (m *merging) event(b *block, s *source, i uint64, variant int) error {
	refused := b.refused[i]
	if s.Result.Tally != nil {
		state := b.states[i]
		if state&^stateRefused == notSent {
			return nil
		}
		b.handled[i] += uint16(state &^ stateRefused)
		refused = state&stateRefused != 0
	}
	if other := b.of[i]; other != nil {
		return s.wrong("it has sent event %d, and %s has too: each machine sends a part of the series that is its own, with --first or an execution segment", b.event+i, other.File)
	}
	b.of[i] = s
	s.sent++
	if refused {
		s.refused++
	} else {
		s.acknowledged++
	}
	times := int(b.handled[i])
	switch {
	case times == 0 && !refused:
		m.lostOf[variant]++
	case times > 0 && refused:
		m.recovered++
	}
	if times > 0 {
		m.handledOf[variant]++
	}
	if once := m.once[variant]; once > 0 && times > once {
		m.duplicated++
	}
	return nil
}

// handled is how many events were.
func (m *merging) handled() (all uint64) {
	for _, n := range m.handledOf {
		all += n
	}
	return all
}

// lost is how many events were acknowledged and not handled, of those of which it shows, and
// unshown how many of which it does not, of which variants. silent is a variant of which
// nobody knows whether it does.
func (m *merging) lost() (all, unshown uint64, variants []string, silent string) {
	for i, n := range m.lostOf {
		switch {
		case m.calibrated && m.once[i] == 0:
			if unshown += n; n > 0 {
				variants = append(variants, m.series.Variant(i).ID)
			}
		case !m.calibrated && m.handledOf[i] == 0 && n > 0:
			return 0, 0, nil, m.series.Variant(i).ID
		default:
			all += n
		}
	}
	return all, unshown, variants, ""
}
