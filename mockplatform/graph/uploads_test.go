package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestUploadsAreKept(t *testing.T) {
	s, j := server(t)
	ask := asking(t, s)
	inParts, form := parts(t, `{"attachment":{"type":"image","payload":{"is_reusable":true}}}`, "\x89PNG\r\n")
	post(s, uploadPath, inParts, form)
	ask("POST", uploadPath, `{"message":{"attachment":{"type":"video","payload":{"url":"https://example.com/a.mp4"}}}}`)
	ask("POST", uploadPath, `{"message":{"attachment":{"type":"video","payload":{"url":"file:///a.mp4"}}}}`) // refused
	post(s, "/me/message_attachments", inParts, form)                                                        // no token

	found := s.Uploads()
	if len(found) != 2 {
		t.Fatalf("uploads %+v", found)
	}
	at := time.UnixMilli(1527459824000)
	want := graph.Upload{ID: found[0].ID, Type: "image", Name: "shirt.png", ContentType: "application/octet-stream", Size: 6, Reusable: true, At: at, Exchange: 1}
	if found[0] != want {
		t.Errorf("got %+v, want %+v", found[0], want)
	}
	if want := (graph.Upload{ID: found[1].ID, Type: "video", URL: "https://example.com/a.mp4", At: at, Exchange: 2}); found[1] != want {
		t.Errorf("got %+v, want %+v", found[1], want)
	}
	if f, ok := s.File(found[0].ID); !ok || string(f.Data) != "\x89PNG\r\n" || f.Name != "shirt.png" {
		t.Errorf("the file is %+v, %v", f, ok)
	}
	if f, ok := s.FileOf(2); !ok || f.Data != nil || f.URL != "https://example.com/a.mp4" {
		t.Errorf("the file of the second call is %+v, %v", f, ok)
	}
	for _, id := range []string{"1", ""} {
		if f, ok := s.File(id); ok {
			t.Errorf("%s has the file %+v", id, f)
		}
	}
	for _, call := range []uint64{0, 3} {
		if f, ok := s.FileOf(call); ok {
			t.Errorf("call %d has the file %+v", call, f)
		}
	}
	if x := j.Find(everything)[0]; !strings.Contains(string(x.Response.Body), found[0].ID) {
		t.Errorf("answered %s", x.Response.Body)
	}
}

// A file can be sent without an upload before it; it has an id for the receiver
// only if the receiver wants to send it again.
func TestFilesInMessages(t *testing.T) {
	s, j := server(t)
	for i, reusable := range []bool{true, false} {
		contentType, body := parts(t, fmt.Sprintf(`{"attachment":{"type":"image","payload":{"is_reusable":%v}}}`, reusable), "PNG")
		body = strings.Replace(body, `name="message"`, `name="recipient"`+"\r\n\r\n"+`{"id":"1234"}`+"\r\n--"+strings.TrimPrefix(contentType, "multipart/form-data; boundary=")+"\r\nContent-Disposition: form-data; name=\"message\"", 1)
		w := post(s, right, contentType, body)
		var got struct {
			Message    string `json:"message_id"`
			Attachment string `json:"attachment_id"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || got.Message == "" {
			t.Fatalf("status %d, error %v: %s", w.Code, err, w.Body)
		}
		up := s.Uploads()[i]
		if up.Name != "shirt.png" || up.Size != 3 || up.Reusable != reusable || up.Exchange != uint64(i+1) {
			t.Errorf("kept %+v", up)
		}
		if reusable && got.Attachment != up.ID || !reusable && got.Attachment != "" {
			t.Errorf("reusable %v: answered %s", reusable, w.Body)
		}
	}
	if x := j.Find(everything)[0]; x.Kind != journal.Send || x.Person != "1234" {
		t.Errorf("recorded %+v", x)
	}
}

// Forms that do not end are read four at a time, so that they cannot fill the
// memory; other calls go on, and the next form is read when one is through.
func TestFormsAreReadInTurn(t *testing.T) {
	s, j := server(t)
	front := httptest.NewServer(s)
	defer front.Close()
	// With Expect, a client sends the body when the server begins to read it.
	transport := &http.Transport{ExpectContinueTimeout: time.Hour}
	defer transport.CloseIdleConnections()
	contentType, form := parts(t, `{"attachment":{"type":"image"}}`, "PNG")
	done := make(chan error, 6)
	upload := func(ctx context.Context) *io.PipeWriter {
		body, w := io.Pipe()
		r, err := http.NewRequestWithContext(ctx, "POST", front.URL+uploadPath, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Expect", "100-continue")
		go func() {
			resp, err := transport.RoundTrip(r)
			if err == nil {
				err = resp.Body.Close()
			}
			done <- err
		}()
		return w
	}
	begin := func(w io.Writer) error {
		_, err := io.WriteString(w, form[:10])
		return err
	}
	end := func(w *io.PipeWriter) {
		if _, err := io.WriteString(w, form[10:]); err != nil {
			t.Error(err)
		}
		w.Close()
	}
	var slow []*io.PipeWriter
	for range 4 {
		slow = append(slow, upload(t.Context()))
		if err := begin(slow[len(slow)-1]); err != nil {
			t.Fatal(err)
		}
	}

	impatient, cancel := context.WithCancel(t.Context())
	upload(impatient)
	var free atomic.Bool
	fifth := upload(t.Context())
	begun := make(chan bool, 1)
	go func() {
		if err := begin(fifth); err != nil {
			t.Error(err)
		}
		begun <- free.Load()
	}()
	resp, err := front.Client().Post(front.URL+right, "application/json", strings.NewReader(`{"recipient":{"id":"1"},"message":{"text":"a"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != 200 {
		t.Errorf("another call: status %d", resp.StatusCode)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the first to end is not the one that was given up: %v", err)
	}
	free.Store(true)
	end(slow[0])
	if !<-begun {
		t.Error("a fifth form was read before one of the four was through")
	}
	for _, w := range append(slow[1:], fifth) {
		end(w)
	}
	for range 5 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if len(s.Uploads()) != 5 || len(j.Find(everything)) < 6 { // the one that was given up may be recorded
		t.Errorf("%d uploads, %d exchanges", len(s.Uploads()), len(j.Find(everything)))
	}
}

// What a person sends is there for a receiver to fetch, and nothing that a browser
// would show.
func TestFilesOfPeople(t *testing.T) {
	s, _ := server(t)
	path, err := s.KeepFile("söt.html", "text/html", []byte("<p>"))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != 200 || w.Body.String() != "<p>" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename") || w.Header().Get("Content-Type") != "text/html" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	w = httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", path+"0", nil))
	if w.Code != 404 {
		t.Errorf("of a file that is not there: %d %q", w.Code, w.Body)
	}
}
