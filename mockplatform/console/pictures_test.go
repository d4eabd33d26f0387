package console_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// drawing is a small picture.
func drawing(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// upload sends a form with a file to an edge of the Graph API, and reads its answer.
func (b *bot) upload(edge string, fields map[string]string, data []byte, into any) {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := form.WriteField(name, value); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("filedata", "shoe.png")
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := http.Post(b.graph+"/v23.0/me/"+edge+"?access_token="+mockplatform.DefaultPageToken, form.FormDataContentType(), &body)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 || json.Unmarshal(text, into) != nil {
		b.t.Fatalf("%s: %d %s %v", edge, answer.StatusCode, text, err)
	}
}

// TestPicturesOfMessages: what was uploaded and what is on this machine is shown, and
// nothing else is fetched, wherever an address leads.
func TestPicturesOfMessages(t *testing.T) {
	d := open(t, nil)
	d.person("Ada", "person")
	shown := drawing(t)
	var fetched atomic.Int32
	elsewhere := "http://192.0.2.1/shoe.png" // kept for documentation
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetched.Add(1)
		switch r.URL.Path {
		case "/shoe.png":
			_, _ = w.Write(shown)
		case "/moved.png":
			http.Redirect(w, r, "/shoe.png", http.StatusFound)
		case "/away.png":
			http.Redirect(w, r, elsewhere, http.StatusFound)
		case "/page.png":
			w.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(w, "<!DOCTYPE html><script>alert(1)</script>")
		case "/large.png":
			_, _ = w.Write(append(shown, make([]byte, 8<<20)...))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(shop.Close)
	var uploaded struct {
		ID string `json:"attachment_id"`
	}
	d.bot.upload("message_attachments", map[string]string{"message": `{"attachment": {"type": "image", "payload": {"is_reusable": true}}}`}, shown, &uploaded)
	psid := d.thread("Ada").Person.PSID
	d.bot.upload("messages", map[string]string{"recipient": `{"id": "` + psid + `"}`, "message": `{"attachment": {"type": "image", "payload": {}}}`}, shown, new(map[string]any))
	sent := d.wait("kind=send").Seq
	local := strings.Replace(shop.URL, "127.0.0.1", "localhost", 1)
	for query, want := range map[string]string{
		"source=" + uploaded.ID:                              "",
		fmt.Sprintf("exchange=%d", sent):                     "",
		"source=" + url.QueryEscape(shop.URL+"/shoe.png"):    "",
		"source=" + url.QueryEscape(local+"/shoe.png"):       "",
		"source=" + url.QueryEscape(shop.URL+"/moved.png"):   "",
		"source=" + url.QueryEscape(shop.URL+"/away.png"):    "nothing else is fetched",
		"source=" + url.QueryEscape(elsewhere):               "nothing else is fetched",
		"source=" + url.QueryEscape("http://shop.example/a"): "nothing else is fetched",
		"source=" + url.QueryEscape("file:///etc/passwd"):    "unsupported protocol",
		"source=" + url.QueryEscape(shop.URL+"/page.png"):    "no picture",
		"source=" + url.QueryEscape(shop.URL+"/large.png"):   "more than 8 MiB",
		"source=" + url.QueryEscape(shop.URL+"/none.png"):    "answers 404",
		"source=1": "nothing is known",
		"":         "nothing is known",
	} {
		status, answer := d.raw("GET", "api/v1/pictures?"+query, nil, nil)
		switch {
		case want == "" && (status != 200 || !bytes.Equal(answer, shown)):
			t.Errorf("%s: %d %.200s", query, status, answer)
		case want != "" && (status != 404 || !strings.Contains(string(answer), want)):
			t.Errorf("%s: %d %.200s, want %q", query, status, answer, want)
		}
	}
	before := fetched.Load()
	if status, _ := d.raw("GET", "api/v1/pictures?source="+url.QueryEscape(shop.URL+"/shoe.png"), nil, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}); status != 403 || fetched.Load() != before {
		t.Errorf("a page of another origin is answered %d, and fetches", status)
	}
}

// A file that a person has is where a receiver can fetch it.
func TestFilesOfPeople(t *testing.T) {
	d := open(t, nil)
	status, answer := d.raw("POST", "api/v1/files?name="+url.QueryEscape("en sko.png"), drawing(t), http.Header{"Content-Type": {"image/png"}})
	var made struct{ URL string }
	if err := json.Unmarshal(answer, &made); err != nil || status != 201 {
		t.Fatalf("%d %s", status, answer)
	}
	for range 10 { // what comes after it leaves it alone
		d.raw("POST", "api/v1/files", bytes.Repeat([]byte("other"), 100), http.Header{"Content-Type": {"text/plain"}})
	}
	got, err := http.Get(made.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if data, err := io.ReadAll(got.Body); err != nil || !bytes.Equal(data, drawing(t)) || got.Header.Get("Content-Type") != "image/png" {
		t.Errorf("%d bytes, %v, %v", len(data), got.Header, err)
	}
	// The console shows it, and the portrait, without a call in the journal.
	last := d.platform.Journal().Last()
	d.person("Ada", "person")
	for _, at := range []string{made.URL, d.thread("Ada").Person.Identity.Picture} {
		if status, answer := d.raw("GET", "api/v1/pictures?source="+url.QueryEscape(at), nil, nil); status != 200 || !bytes.HasPrefix(answer, []byte("\x89PNG")) {
			t.Errorf("%s: %d %.200s", at, status, answer)
		}
	}
	if now := d.platform.Journal().Last(); now != last {
		t.Errorf("the journal went from %d to %d", last, now)
	}
	for size, want := range map[int]int{0: 400, 8<<20 + 1: 413} {
		if status, answer := d.raw("POST", "api/v1/files", make([]byte, size), http.Header{"Content-Type": {"image/png"}}); status != want {
			t.Errorf("%d bytes: %d %s", size, status, answer)
		}
	}
}
