package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const (
	// streamPiece is how many exchanges one event of a stream has at most.
	streamPiece = 200
	// heartbeat is how often a stream shows that it is alive.
	heartbeat = 15 * time.Second
)

// Changes is an event of the stream.
type Changes struct {
	Exchanges []Summary `json:"exchanges" doc:"Exchanges that came or changed, each once and in its last state"`
	First     uint64    `json:"first" doc:"The lowest number that is kept: what is lower was dropped, or forgotten by a reset"`
	Dropped   uint64    `json:"dropped" doc:"How many exchanges the journal dropped because it was full"`
}

func (s *Server) registerStream() {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Changes](), true, "Changes")
	huma.Register(s.api, huma.Operation{
		OperationID: "stream-exchanges", Method: http.MethodGet, Path: apiPrefix + "stream", Tags: []string{"exchanges"},
		Summary: "The exchanges as they come and change, as server-sent events",
		Description: "Each event is called changes; its id is the version from which the stream goes on, given as the header Last-Event-ID or as since. " +
			"A version of another process is answered with an event called restart: what was read before is void. A slow reader misses intermediate states. " +
			"An event called setup, without an id, says that something else was steered: the clock, the receiver, a rule.",
		Responses: map[string]*huma.Response{"200": {Description: "The stream", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: schema}}}},
	}, func(ctx context.Context, in *struct {
		Since string `query:"since" doc:"A version; default: the beginning"`
		Last  string `header:"Last-Event-ID"`
	}) (*huma.StreamResponse, error) {
		select {
		case s.streams <- struct{}{}:
		default:
			return nil, huma.Error503ServiceUnavailable(fmt.Sprintf("%d pages and programs follow the exchanges already; close one of them", maxStreams))
		}
		since := in.Since
		if in.Last != "" {
			since = in.Last
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			defer func() { <-s.streams }()
			hc.SetHeader("Content-Type", "text/event-stream")
			if err := s.stream(ctx, newPatientWriter(hc), since); err != nil {
				s.opts.Logger.Debug("an event stream ended", "error", err)
			}
		}}, nil
	})
}

// version is what the changes of this process are asked for by.
func (s *Server) version(n uint64) string {
	return s.meter.process + "-" + strconv.FormatUint(n, 10)
}

// stream writes changes until ctx ends or nobody reads any more. It keeps no
// queue: what is not written yet stays in the journal.
func (s *Server) stream(ctx context.Context, w *patientWriter, since string) error {
	process, number, _ := strings.Cut(since, "-")
	version, err := strconv.ParseUint(number, 10, 64)
	if since != "" && (process != s.meter.process || err != nil) {
		if _, err := fmt.Fprint(w, "event: restart\ndata: {}\n\n"); err != nil {
			return err
		}
		version = 0
	}
	if _, err := fmt.Fprint(w, "retry: 500\n\n"); err != nil {
		return err
	}
	pulse := time.NewTicker(heartbeat)
	defer pulse.Stop()
	var first uint64
	steered := s.steered.next()
	for {
		c := s.platform.Journal().Since(version, streamPiece)
		if len(c.Exchanges) > 0 || c.First != first {
			if err := s.writeChanges(w, c); err != nil {
				return err
			}
			first = c.First
		}
		version = c.Version
		select {
		case <-c.More:
		case <-steered:
			steered = s.steered.next() // before it is told, so that nothing is missed
			if _, err := fmt.Fprint(w, "event: setup\ndata: {}\n\n"); err != nil {
				return err
			}
		case <-pulse.C:
			if _, err := fmt.Fprint(w, ": alive\n\n"); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Server) writeChanges(w *patientWriter, c journal.Changes) error {
	data, err := json.Marshal(Changes{Exchanges: s.summaries(c.Exchanges), First: c.First, Dropped: s.platform.Journal().Dropped()})
	if err != nil {
		return err
	}
	var event bytes.Buffer
	fmt.Fprintf(&event, "event: changes\nid: %s\ndata: %s\n\n", s.version(c.Version), data)
	_, err = w.Write(event.Bytes())
	return err
}

// patientWriter writes an answer that comes in parts. Each part has to be read
// within writeTime; a reader that does not keep up loses its connection.
type patientWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func newPatientWriter(hc huma.Context) *patientWriter {
	_, w := humago.Unwrap(hc)
	return &patientWriter{w: w, control: http.NewResponseController(w)}
}

func (p *patientWriter) Write(part []byte) (int, error) {
	// Not every ResponseWriter can set one.
	_ = p.control.SetWriteDeadline(time.Now().Add(writeTime))
	n, err := p.w.Write(part)
	if err != nil {
		return n, err
	}
	if err := p.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return n, err
	}
	return n, nil
}
