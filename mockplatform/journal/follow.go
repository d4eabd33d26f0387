package journal

import "context"

// Follow calls each with every exchange that is kept, in the order of arrival,
// and then with each that is recorded or amended, until ctx ends. Of changes of one
// exchange in quick succession it may see only the last, and it does not see an
// exchange that was dropped in the meantime. each must not modify what it is given.
func (j *Journal) Follow(ctx context.Context, each func(Exchange)) {
	entries, version, changed := j.all()
	for {
		for _, e := range entries {
			each(e.x)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
		entries, version, changed = j.since(version)
	}
}
