package runner_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

// queue answers events behind their acknowledgement: a message to the sender of each,
// by so many WORKERS that take WORK for one.
type queue struct {
	events chan json.RawMessage
	work   time.Duration
	// before, if set, looks at an event before it is worked on.
	before func(event json.RawMessage)
}

func newQueue() *queue {
	workers, err := strconv.Atoi(os.Getenv("WORKERS"))
	if err != nil {
		workers = 1
	}
	q := &queue{events: make(chan json.RawMessage, 100_000)}
	q.work, _ = time.ParseDuration(os.Getenv("WORK"))
	for range workers {
		go func() {
			for event := range q.events {
				if q.before != nil {
					q.before(event)
				}
				<-time.After(q.work)
				reply(event)
			}
		}()
	}
	return q
}

// add takes the events of a body.
func (q *queue) add(body []byte) {
	var envelope struct {
		Entry []struct{ Messaging []json.RawMessage }
	}
	if json.Unmarshal(body, &envelope) != nil {
		return
	}
	for _, entry := range envelope.Entry {
		for _, event := range entry.Messaging {
			q.events <- event
		}
	}
}

// reply sends one message to whom an event is from.
func reply(event json.RawMessage) {
	var from struct{ Sender json.RawMessage }
	if json.Unmarshal(event, &from) == nil && from.Sender != nil {
		send(from.Sender)
	}
}

// send sends one message to somebody.
func send(recipient json.RawMessage) {
	message, _ := json.Marshal(map[string]any{"recipient": recipient, "messaging_type": "RESPONSE", "message": map[string]string{"text": "hello"}})
	r, err := http.Post(os.Getenv("REFEREE_GRAPH_URL")+"/v26.0/me/messages?access_token="+os.Getenv("REFEREE_PAGE_TOKEN"), "application/json", bytes.NewReader(message))
	if err == nil {
		r.Body.Close()
	}
}

func init() {
	// A receiver that believes everybody.
	played["credulous"] = func() http.Handler {
		q := newQueue()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				webhook("", os.Getenv("REFEREE_VERIFY_TOKEN"))(w, r)
				return
			}
			body, err := io.ReadAll(r.Body)
			if err == nil {
				q.add(body)
			}
		})
	}
	// A receiver that checks signatures, and goes on to write to everybody whom it has
	// met, a message every 100 ms.
	played["storm"] = func() http.Handler {
		q := newQueue()
		q.before = func(event json.RawMessage) {
			go func() {
				for {
					reply(event)
					<-time.After(100 * time.Millisecond)
				}
			}()
		}
		right := webhook(os.Getenv("REFEREE_APP_SECRET"), os.Getenv("REFEREE_VERIFY_TOKEN"))
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			answered := &statusWriter{ResponseWriter: w}
			right(answered, r)
			if r.Method == http.MethodPost && answered.status == 0 {
				q.add(body)
			}
		})
	}
}

// statusWriter notes a status other than 200.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
