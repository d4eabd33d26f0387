package capture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Options configure a Writer. The zero value is ready for use.
type Options struct {
	// Prepare, if set, changes each record before it is written, in the writer's
	// goroutine: what takes time belongs here. Default: records are written as
	// they came.
	Prepare func(*Record)
	// Queue is how many records wait at most to be written. Default 4096.
	Queue int
	// QueueBytes is how many bytes of headers and bodies wait at most. Default
	// 64 MiB.
	QueueBytes int
}

// Writer appends records to a capture without ever making its callers wait:
// what it cannot take, or cannot write, is lost and counted. Each record is one
// line and one call of Write, so whoever is killed leaves at most one torn line,
// the last. It is safe for concurrent use.
type Writer struct {
	out     io.Writer
	options Options
	queue   chan Record
	ended   chan struct{} // closed when the last record is written

	mu      sync.Mutex
	closed  bool
	waiting int // records that were taken and not written yet
	bytes   int // of their headers and bodies
	loss    Loss
}

// Loss says how many records are not in the capture.
type Loss struct {
	Records int
	// Err is why the latest of them is not; nil if none was lost.
	Err error
}

// errFull is the reason for which a record is lost that came when too many
// others waited: they come faster than they can be written.
var errFull = errors.New("deliveries come faster than they can be written")

// NewWriter starts to write to out, which gets one call for each record. Close
// ends it.
func NewWriter(out io.Writer, o Options) *Writer {
	if o.Queue <= 0 {
		o.Queue = 4096
	}
	if o.QueueBytes <= 0 {
		o.QueueBytes = 64 << 20
	}
	w := &Writer{out: out, options: o, queue: make(chan Record, o.Queue), ended: make(chan struct{})}
	go w.run()
	return w
}

// Add hands a record over, with all that it refers to. It never waits.
func (w *Writer) Add(r Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	size := r.size()
	switch {
	case w.closed:
		w.loss.add(errors.New("the capture is closed"))
		return
	case w.bytes+size > w.options.QueueBytes && w.bytes > 0:
		w.loss.add(errFull)
		return
	}
	select {
	case w.queue <- r:
		w.waiting++
		w.bytes += size
	default:
		w.loss.add(errFull)
	}
}

func (l *Loss) add(err error) { *l = Loss{l.Records + 1, err} }

// Loss says what was lost until now.
func (w *Writer) Loss() Loss {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.loss
}

// Close writes what waits and returns what was lost. If ctx ends first, what
// still waits is lost too. It must be called once.
func (w *Writer) Close(ctx context.Context) Loss {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	close(w.queue)
	select {
	case <-w.ended:
		return w.Loss()
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return Loss{w.loss.Records + w.waiting, fmt.Errorf("the capture cannot be written: %w", context.Cause(ctx))}
}

// run writes until the queue is closed and empty.
func (w *Writer) run() {
	defer close(w.ended)
	var line bytes.Buffer
	for r := range w.queue {
		size := r.size()
		err := w.write(&line, r)
		w.mu.Lock()
		w.waiting--
		w.bytes -= size
		if err != nil {
			w.loss.add(err)
		}
		w.mu.Unlock()
		if line.Cap() > 1<<20 {
			line = bytes.Buffer{} // one large delivery must not hold its memory for ever
		}
	}
}

// write writes one record. A record that cannot be prepared is not written: it
// could hold what must not be on disk.
func (w *Writer) write(line *bytes.Buffer, r Record) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a record could not be prepared: %v", p)
		}
	}()
	if w.options.Prepare != nil {
		w.options.Prepare(&r)
	}
	line.Reset()
	r.Version = version
	encoder := json.NewEncoder(line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return err
	}
	if line.Len() > MaxLine {
		return fmt.Errorf("a record has %d MiB, more than the %d that can be read", line.Len()>>20, MaxLine>>20)
	}
	_, err = w.out.Write(line.Bytes())
	return err
}

// size is about how much memory a record holds.
func (r Record) size() int {
	n := r.Request.size()
	if r.Answer != nil {
		n += r.Answer.size()
	}
	return n
}

func (m Message) size() int {
	n := len(m.Target) + len(m.Body)
	for _, f := range m.Header {
		n += len(f.Name) + len(f.Value)
	}
	return n
}
