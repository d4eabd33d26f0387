package command

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/recorder"
	"github.com/seed-11445fa1/referee/recorder/anonymise"
	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/suggest"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/plural"
)

const (
	// lastAnswers is how long deliveries under way have for their answers when the
	// recording ends: a little more than Meta waits for them.
	lastAnswers = 6 * time.Second
	// lastRecords is how long the records that wait then have to reach the disk.
	lastRecords = 10 * time.Second
	// lossReports is how often losses are reported at most.
	lossReports = time.Second
	// mostMemory is from where on memory is collected more often, in bytes.
	mostMemory = 512 << 20
)

// recordFlags are the flags of record.
type recordFlags struct {
	listen, forward, out string
	keys                 wire.Secrets
	certificate, key     string
	keep                 []string
	transportFlags
	quiet bool
}

func newRecord(h *Host) *cobra.Command {
	var f recordFlags
	cmd := &cobra.Command{
		Use:   "record --forward URL --out FILE",
		Short: "Pass deliveries on to a receiver, and keep a capture",
		Long: `Pass on whatever comes, byte for byte and in both directions, check signatures and
payloads on the way, and append each request with its answer to a capture: a file
with a JSON object on each line, which validate, drift and replay read.

Personal data and secrets do not reach the disk. Ids, names, texts and addresses are
replaced by others of the same form, the same value by the same one within a
recording, so that relations survive. So are Host, Server and User-Agent (but not
Meta's own), parameters of Content-Type, and all of a path and a query but the words
that many have, such as webhook and hub.mode. Signatures are kept as facts: right,
wrong, missing.

--keep names what may stay: a member of bodies, a parameter of queries or a field of
headers that is known (payload, hub.verify_token, User-Agent), any other as member:NAME,
query:NAME or header:NAME, a place by a JSON pointer, or path for the path of requests.

The capture never delays a delivery. What cannot be written is lost, counted and
reported, and the exit code is 3.`,
		Example: `  referee record --listen 127.0.0.1:8090 --forward http://127.0.0.1:3000 \
      --out captures/today.ndjson --app-secret s
  referee record --forward http://127.0.0.1:3000 --out c.ndjson --quiet \
      --keep payload,ref --keep '/entry/*/id,path,User-Agent'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.record(cmd.Context(), h) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8090", "the `HOST:PORT` that senders reach; port 0 is any free one")
	flags.StringVar(&f.forward, "forward", "", "the `URL` of the receiver, without a path: requests keep their own")
	flags.StringVar(&f.out, "out", "", "append to this `FILE`")
	flags.StringVar(&f.keys.App, "app-secret", "", "the `SECRET` to check signatures with; without it, they are passed on unchecked")
	config.MustDeclare(flags, "instagram-secret", &f.keys.Instagram)
	flags.StringSliceVar(&f.keep, "keep", nil, "what stays as it is, with all below it: `NAMES` of members, parameters, header fields, or path; JSON pointers in which * is any one step")
	flags.StringVar(&f.certificate, "tls-cert", "", "serve TLS with the certificate in this `FILE`")
	flags.StringVar(&f.key, "tls-key", "", "the `FILE` with the key of the certificate")
	f.transport(flags)
	flags.BoolVar(&f.quiet, "quiet", false, "print no line for each request")
	cmd.MarkFlagsRequiredTogether("tls-cert", "tls-key")
	return cmd
}

func (f *recordFlags) record(ctx context.Context, h *Host) error {
	switch {
	case f.forward == "":
		return errors.New("where is the receiver? give --forward http://127.0.0.1:3000")
	case f.out == "":
		return errors.New("where to? give --out FILE; what is in it stays")
	}
	o := anonymise.Options{Keep: f.keep}
	if _, err := rand.Read(o.Key[:]); err != nil { // it is never written, so nobody can go back
		return trouble(err)
	}
	a, err := anonymise.New(o)
	if err != nil {
		return fmt.Errorf("--keep: %w", meant(err))
	}
	quoting, err := anonymise.New(o) // for another goroutine
	if err != nil {
		return err
	}
	proxied := recorder.Options{Forward: f.forward}
	if proxied.TLS, err = f.meta(); err != nil {
		return err
	}
	planned, err := recorder.New(proxied)
	if err != nil {
		return fmt.Errorf("--forward: %w", err)
	}
	listener, scheme, err := f.listener()
	if err != nil {
		return err
	}
	if planned.Loops(ctx, listener.Addr()) {
		listener.Close()
		return fmt.Errorf("--forward: %s is the recorder itself, which listens on %s; give the address of the receiver", f.forward, listener.Addr())
	}
	file, err := payload.OpenCapture(f.out)
	if err != nil {
		listener.Close()
		return trouble(err)
	}
	if n := file.Mended(); n > 0 {
		fmt.Fprintf(h.Stderr, "referee: %s ended in the middle of a record; its last %d bytes were taken away\n", f.out, n)
	}

	if _, chosen := h.LookupEnv("GOGC"); !chosen {
		defer debug.SetGCPercent(debug.SetGCPercent(recorder.GCPercent))
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(mostMemory))
	}
	// The first reading takes much longer than all others: not while deliveries wait.
	if _, err := schemas.Read([]byte(`{"object":"page","entry":[]}`)); err != nil {
		return trouble(err)
	}
	var sum recording
	unread := loss{quoting: quoting}
	w := capture.NewWriter(file, capture.Options{Prepare: func(r *capture.Record) {
		recorder.Check(f.keys, r)
		a.Record(r)
		line := sum.add(*r) // its stand-ins are read alike, and may be printed
		if !f.quiet {
			fmt.Fprintln(h.Stderr, line)
		}
	}})
	proxied.Done, proxied.Unread = w.Add, unread.add
	proxy, err := recorder.New(proxied)
	if err != nil {
		return err
	}
	fmt.Fprintf(h.Stdout, "recording what comes to %s://%s and goes on to %s; Ctrl-C ends it\n", scheme, listener.Addr(), f.forward)

	served := make(chan error, 1)
	go func() { served <- proxy.Serve(listener) }()
	err = f.watch(ctx, served, h.Stderr, func() capture.Loss { return unread.and(w.Loss()) })
	proxy.Close(within(lastAnswers))
	lost := unread.and(w.Close(within(lastRecords)))
	return errors.Join(trouble(err), f.end(h, &sum, lost), trouble(file.Close()))
}

// meant adds to an error about a name those that it may have been meant to be.
func meant(err error) error {
	var unknown anonymise.UnknownName
	if !errors.As(err, &unknown) {
		return err
	}
	near := suggest.Names(unknown.Name, unknown.Known)
	if len(near) == 0 {
		return err
	}
	return fmt.Errorf("%w; did you mean %s?", err, strings.Join(near, ", "))
}

// watch reports what is lost until the recording ends, and says why if that is
// nobody's wish.
func (f *recordFlags) watch(ctx context.Context, served <-chan error, to io.Writer, lost func() capture.Loss) error {
	tick := time.NewTicker(lossReports)
	defer tick.Stop()
	for reported := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case err := <-served:
			return err
		case <-tick.C:
			if l := lost(); l.Records > reported {
				reported = l.Records
				fmt.Fprintf(to, "referee: %s\n", report.Clean(lossText(l)))
			}
		}
	}
}

// end writes the sum, and makes a loss the end of the command.
func (f *recordFlags) end(h *Host, sum *recording, lost capture.Loss) error {
	sum.mu.Lock() // where the disk hangs, records are still on their way
	defer sum.mu.Unlock()
	if err := report.WriteRecording(h.Stdout, sum.Recording, h.page(h.Stdout)); err != nil {
		return trouble(err)
	}
	if lost.Records == 0 {
		return nil
	}
	return &exit{code: runner.ExitTrouble, err: errors.New(lossText(lost) + "; every delivery went through")}
}

func lossText(l capture.Loss) string {
	return fmt.Sprintf("%s missing from the capture: %v", plural.Count(l.Records, "request"), l.Err)
}

// within is a context that ends after a time.
func within(d time.Duration) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(d, func() { cancel(fmt.Errorf("it took more than %s", d)) })
	return ctx
}

// recording is the sum of what passes. It is safe for concurrent use.
type recording struct {
	mu sync.Mutex
	report.Recording
}

func (r *recording) add(x capture.Record) (line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.Add(x)
}

// loss counts connections that could not be read. It is safe for concurrent use.
type loss struct {
	mu      sync.Mutex
	quoting *anonymise.Anonymiser // of what the reasons quote
	capture.Loss
}

func (l *loss) add(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Records, l.Err = l.Records+1, errors.New("what passed cannot be read as HTTP/1.1: "+l.quoting.Failure(err.Error()))
}

// and is the sum with another loss, whose reason counts if it has one.
func (l *loss) and(other capture.Loss) capture.Loss {
	l.mu.Lock()
	defer l.mu.Unlock()
	if other.Err == nil {
		other.Err = l.Err
	}
	other.Records += l.Records
	return other
}

// listener listens, with TLS if there is a certificate.
func (f *recordFlags) listener() (listener net.Listener, scheme string, err error) {
	if _, port, err := net.SplitHostPort(f.listen); err != nil || !isPort(port) {
		return nil, "", fmt.Errorf("--listen is %q; give a host and a port, such as 127.0.0.1:8090", f.listen)
	}
	var pair tls.Certificate
	if f.certificate != "" {
		if pair, err = tls.LoadX509KeyPair(f.certificate, f.key); err != nil {
			return nil, "", fmt.Errorf("--tls-cert, --tls-key: %w", err)
		}
	}
	listener, err = net.Listen("tcp", f.listen)
	if err != nil {
		return nil, "", trouble(fmt.Errorf("%w; choose another address with --listen, such as 127.0.0.1:0 for any free port", err))
	}
	if f.certificate == "" {
		return listener, "http", nil
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}}), "https", nil
}
