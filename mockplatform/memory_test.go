package mockplatform_test

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// memory is a store that outlives its platform.
type memory struct {
	mu      sync.Mutex
	pending map[string]outbox.Pending
	state   map[string][]byte
	files   []file
	err     error
	cleared error // the error from the next Clear on
}

type file struct {
	id          string
	about, data []byte
}

func newMemory() *memory {
	return &memory{pending: map[string]outbox.Pending{}, state: map[string][]byte{}}
}

// size is how many deliveries and documents are kept.
func (m *memory) size() (pending, documents int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.pending), len(m.state)
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

func (m *memory) SaveFile(id string, about, data []byte, forget ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	m.files = slices.DeleteFunc(m.files, func(f file) bool { return slices.Contains(forget, f.id) })
	m.files = append(m.files, file{id, bytes.Clone(about), bytes.Clone(data)})
	return nil
}

func (m *memory) Files(f func(id string, about, data []byte) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range m.files {
		if err := f(one.id, one.about, one.data); err != nil {
			return err
		}
	}
	return m.err
}

func (m *memory) State(key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	doc, ok := m.state[key]
	return doc, ok, m.err
}

func (m *memory) Clear(keep ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.pending)
	m.files = nil
	maps.DeleteFunc(m.state, func(key string, _ []byte) bool { return !slices.Contains(keep, key) })
	err := m.err
	if m.cleared != nil {
		m.err = m.cleared
	}
	return err
}
