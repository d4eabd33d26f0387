package reference

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"
)

// Meta redelivers for an hour before it gives a receiver up.
// See https://developers.facebook.com/docs/messenger-platform/webhooks.
const (
	memorySpan  = time.Hour
	memoryLimit = 200_000 // identities, about 30 MB
)

// identity returns the mid of an event. Postbacks had none before 2021 and
// referrals have none to this day; for these it is a hash of the whole event,
// whatever the order of its members.
func identity(e event) string {
	for _, member := range []string{"postback", "message"} {
		part, _ := e[member].(object)
		if mid, ok := part["mid"].(string); ok && mid != "" {
			return "mid " + mid
		}
	}
	// Marshal sorts the members. It cannot fail on what Decode made.
	canonical, _ := json.Marshal(e)
	sum := sha256.Sum256(canonical)
	return "sha256 " + hex.EncodeToString(sum[:])
}

// memory knows which identities were met within a span of time. It is bounded:
// the oldest ones go when there are too many.
type memory struct {
	now   func() time.Time
	span  time.Duration
	limit int

	mu    sync.Mutex
	known map[string]struct{}
	order []sighting // oldest first
}

type sighting struct {
	identity string
	at       time.Time
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, span: memorySpan, limit: memoryLimit, known: map[string]struct{}{}}
}

// first tells whether the identity is new, and remembers it.
func (m *memory) first(identity string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	for len(m.order) > 0 && now.Sub(m.order[0].at) >= m.span {
		m.forgetOldest()
	}
	if _, ok := m.known[identity]; ok {
		return false
	}
	if len(m.order) == m.limit {
		m.forgetOldest()
	}
	m.known[identity] = struct{}{}
	m.order = append(m.order, sighting{identity, now})
	return true
}

func (m *memory) forgetOldest() {
	delete(m.known, m.order[0].identity)
	m.order = m.order[1:]
}
