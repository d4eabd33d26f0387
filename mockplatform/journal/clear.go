package journal

import "container/list"

// Clear forgets all exchanges, and numbers the next ones from 1 again.
func (j *Journal) Clear() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring, j.last, j.dropped, j.changes = nil, 0, 0, list.New()
	return nil
}

// Last is the number of the newest exchange that there was, 0 before the first.
func (j *Journal) Last() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}
