package journal

import (
	"container/list"
	"fmt"
	"log/slog"
	"maps"
	"slices"
)

// Interrupted is what an exchange failed with when the process ended before its
// answer came. Whether its request arrived is not known.
const Interrupted = "interrupted: the platform was stopped before the answer came"

// Options configure a Journal. The zero value is ready for use.
type Options struct {
	// Limit is how many exchanges are kept. Default 10000.
	Limit int
	// MaxBytes is how many bytes the exchanges may have together, in memory and
	// about as many in the store. Default 32 MiB, which is room for 10000
	// exchanges of ordinary size.
	MaxBytes int
	// MaxBody is how many bytes of each body are kept; a larger Doc is left out.
	// Default 4 MiB, more than a delivery of 1000 events has.
	MaxBody int
	// Secrets are masked wherever they appear in what is recorded, if they have
	// 16 bytes or more; shorter ones could be ordinary words.
	Secrets []string
	// Store keeps the exchanges when the process ends. Default: nothing does.
	Store Store
	// Cleared is the number of the last exchange that was cleared from the store: what is
	// not there of later ones was dropped. Default 0: nothing was cleared.
	Cleared uint64
	// Logger is told when the store begins to fail, and when it works again.
	// Default: none.
	Logger *slog.Logger
}

// Store keeps the exchanges of one journal. Its methods are not called
// concurrently.
type Store interface {
	// Load returns the exchanges that are kept, in the order of their numbers
	// and without a gap, and the highest number that there ever was.
	Load() (kept []Exchange, last uint64, err error)
	// Write keeps these exchanges, new ones and new states of others, in the
	// order of their numbers, and drops those whose number is lower than first.
	// It does all of it or, with an error, nothing. When it returns, the
	// exchanges survive the death of the process.
	Write(changed []Exchange, first uint64) error
}

// New returns an empty journal in memory, for at most limit exchanges, at
// least 1, with these secrets. See Options for its other bounds.
func New(limit int, secrets ...string) *Journal {
	return empty(Options{Limit: max(limit, 1), Secrets: secrets})
}

// Open returns a journal with the exchanges of its store. Those without an
// answer were interrupted, and are settled as that.
func Open(o Options) (*Journal, error) {
	j := empty(o)
	if o.Store == nil {
		return j, nil
	}
	kept, last, err := o.Store.Load()
	if err != nil {
		return nil, err
	}
	j.first = last + 1 - uint64(len(kept))
	if j.first-1 > o.Cleared && len(kept) > 0 {
		j.dropped, j.lost.until = j.first-1-o.Cleared, kept[0].At
	}
	var interrupted []Exchange
	for _, x := range kept {
		if want := j.next(); x.Seq != want {
			return nil, fmt.Errorf("the store of the journal is damaged: exchange %d stands where %d should", x.Seq, want)
		}
		if !x.Settled() {
			x.Err = Interrupted
			interrupted = append(interrupted, x)
		}
		j.show(x)
	}
	if len(interrupted) == 0 {
		return j, nil
	}
	if err := o.Store.Write(interrupted, j.first); err != nil {
		return nil, err
	}
	return j, nil
}

func empty(o Options) *Journal {
	if o.Limit <= 0 {
		o.Limit = 10000
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 32 << 20
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 4 << 20
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Journal{
		opts:    o,
		mask:    newMask(o.Secrets),
		unsaved: map[uint64]Exchange{},
		first:   1,
		changes: list.New(),
		changed: make(chan struct{}),
	}
}

// Err says why the store does not have all that the journal has: its disk is
// full, for example. It is nil when nothing is missing, and always without a
// store.
//
// While the store fails, the journal goes on in memory, and writes what is
// missing as soon as the store takes something again. Until then what was
// recorded since does not survive the process; who must not lose it has to look
// here.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// Save writes what the store could not take, if there is anything, and returns Err.
func (j *Journal) Save() error {
	if j.Err() == nil {
		return nil
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	j.write(j.first)
	return j.Err()
}

// catchUp is how many exchanges are written at once after the store failed: as
// many as do not delay the recording.
const catchUp = 100

// save writes x to the store, and before it what the store could not take
// earlier. The caller holds writing.
func (j *Journal) save(x Exchange, first uint64) {
	if j.opts.Store == nil {
		return
	}
	j.unsaved[x.Seq] = x
	j.write(first)
}

// write writes what the store does not have, but for what is lower than first. The caller
// holds writing.
func (j *Journal) write(first uint64) {
	maps.DeleteFunc(j.unsaved, func(seq uint64, _ Exchange) bool { return seq < first })
	for seqs := range slices.Chunk(slices.Sorted(maps.Keys(j.unsaved)), catchUp) {
		var batch []Exchange
		for _, seq := range seqs {
			batch = append(batch, j.unsaved[seq])
		}
		if err := j.opts.Store.Write(batch, first); err != nil {
			j.fail(fmt.Errorf("%d exchanges of the journal are not saved: %w", len(j.unsaved), err))
			return
		}
		for _, seq := range seqs {
			delete(j.unsaved, seq)
		}
	}
	j.fail(nil)
}

// forget drops what is lower than first from the store, which is everything.
// The caller holds writing.
func (j *Journal) forget(first uint64) error {
	if j.opts.Store == nil {
		return nil
	}
	if err := j.opts.Store.Write(nil, first); err != nil {
		return fmt.Errorf("clear the journal: %w", err)
	}
	clear(j.unsaved)
	j.fail(nil)
	return nil
}

// fail notes that the store failed, or with nil that it has everything. It is
// logged when it begins and when it ends.
func (j *Journal) fail(err error) {
	j.mu.Lock()
	before := j.err
	j.err = err
	j.mu.Unlock()
	switch {
	case before == nil && err != nil:
		j.opts.Logger.Error("the journal goes on in memory alone", "error", err)
	case before != nil && err == nil:
		j.opts.Logger.Info("the journal is saved again")
	}
}
