package payload

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// batchSize is how many payloads go to a core at a time.
const batchSize = 64

// batch is some payloads and what became of them.
type batch[T any] struct {
	payloads []Payload
	results  []T
	done     chan struct{}
}

// Each lets look examine each payload of the sources, on every core, and hands
// the results to take in the order of the payloads. worker counts from 0 to
// Workers()-1 and tells the goroutine that look runs in. Each returns the first
// error, of a source, of take, or of ctx; ErrNone where there is no payload.
//
// Memory is bounded by a few batches, whatever the length of the sources.
func Each[T any](ctx context.Context, sources []Source, look func(worker int, p Payload) T, take func(Payload, T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	work := make(chan *batch[T], Workers())
	ordered := make(chan *batch[T], 2*Workers())

	var unread error // does not end the group: what was read before it is looked at
	group.Go(func() error {
		defer close(work)
		defer close(ordered)
		unread = cut(ctx, sources, func(payloads []Payload) error {
			b := &batch[T]{payloads: payloads, results: make([]T, len(payloads)), done: make(chan struct{})}
			for _, queue := range []chan *batch[T]{ordered, work} {
				select {
				case queue <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
		return nil
	})
	for worker := range Workers() {
		group.Go(func() error {
			for b := range work {
				for i, p := range b.payloads {
					b.results[i] = look(worker, p)
				}
				close(b.done)
			}
			return nil
		})
	}
	none := true
	group.Go(func() error {
		for b := range ordered {
			select {
			case <-b.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			for i, p := range b.payloads {
				none = false
				if err := take(p, b.results[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	switch err := group.Wait(); {
	case err != nil:
		return err
	case unread == nil && none:
		return ErrNone
	}
	return unread
}

// Workers is how many goroutines look at payloads.
func Workers() int { return runtime.GOMAXPROCS(0) }

// cut cuts the payloads of the sources into batches.
func cut(ctx context.Context, sources []Source, send func([]Payload) error) error {
	var next []Payload
	flush := func() error {
		full := next
		next = nil
		if len(full) == 0 {
			return nil
		}
		return send(full)
	}
	for _, s := range sources {
		err := s.each(func(p Payload) error {
			if next = append(next, p); len(next) < batchSize {
				return ctx.Err()
			}
			return flush()
		})
		if err != nil {
			if sendErr := flush(); sendErr != nil {
				return sendErr
			}
			return err
		}
	}
	return flush()
}
