package mockplatform_test

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// memory is a store that outlives its platform.
type memory struct {
	mu      sync.Mutex
	pending map[string]outbox.Pending
	state   map[string][]byte
	err     error
}

func newMemory() *memory {
	return &memory{pending: map[string]outbox.Pending{}, state: map[string][]byte{}}
}

func (m *memory) SavePending(p outbox.Pending) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.Doc, p.Variants = bytes.Clone(p.Doc), slices.Clone(p.Variants)
	m.pending[p.ID] = p
	return m.err
}

func (m *memory) DeletePending(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.pending, id)
	return m.err
}

func (m *memory) Pending() ([]outbox.Pending, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []outbox.Pending
	for _, p := range m.pending {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b outbox.Pending) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return list, m.err
}

func (m *memory) SaveState(key string, doc []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	m.state[key] = bytes.Clone(doc)
	return nil
}

func (m *memory) State(key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	doc, ok := m.state[key]
	return doc, ok, m.err
}

func (m *memory) Clear() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.pending)
	clear(m.state)
	return m.err
}
