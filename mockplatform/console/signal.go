package console

import "sync"

// signal wakes whoever waits for it, however many they are.
type signal struct {
	mu      sync.Mutex
	waiting chan struct{}
}

// next is closed when the signal is given the next time.
func (s *signal) next() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil {
		s.waiting = make(chan struct{})
	}
	return s.waiting
}

// give wakes those who wait.
func (s *signal) give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting != nil {
		close(s.waiting)
		s.waiting = nil
	}
}
