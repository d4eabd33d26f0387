package graph_test

import (
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const uploadPath = "/v23.0/me/message_attachments?access_token=" + token

// parts is a form with a message and, if there are any bytes, a file.
func parts(t *testing.T, message, file string) (contentType, body string) {
	t.Helper()
	var b strings.Builder
	form := multipart.NewWriter(&b)
	if err := form.WriteField("message", message); err != nil {
		t.Fatal(err)
	}
	if file != "" {
		part, err := form.CreateFormFile("filedata", "shirt.png")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(part, file)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return form.FormDataContentType(), b.String()
}

func TestUploads(t *testing.T) {
	inParts, form := parts(t, `{"attachment":{"type":"image","payload":{"is_reusable":true}}}`, "\x89PNG\r\n")
	inLargeParts, largeForm := parts(t, `{"attachment":{"type":"video"}}`, strings.Repeat("x", 3*graph.MaxBody))
	for name, tt := range map[string]struct{ contentType, body string }{
		"by URL":       {"application/json", `{"message":{"attachment":{"type":"image","payload":{"url":"http://www.example.com/image.jpg","is_reusable":true}}}}`},
		"as a form":    {"application/x-www-form-urlencoded", `message=%7B%22attachment%22%3A%7B%22type%22%3A%22image%22%2C%22payload%22%3A%7B%22url%22%3A%22https%3A%2F%2Fa%2F%22%7D%7D%7D`},
		"in parts":     {inParts, form},
		"a large file": {inLargeParts, largeForm},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", uploadPath, tt.contentType, tt.body))
			var got struct {
				ID string `json:"attachment_id"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || len(got.ID) != 16 || strings.Trim(got.ID, "0123456789") != "" {
				t.Errorf("status %d, error %v: %s", w.Code, err, w.Body)
			}
			if x.Kind != journal.Graph || x.Err != "" || x.Request.Cut != (len(tt.body) > graph.MaxBody) || len(x.Request.Body) > graph.MaxBody {
				t.Errorf("recorded %d bytes, cut %v, error %q", len(x.Request.Body), x.Request.Cut, x.Err)
			}
		})
	}
}

func TestAnUploadCanBeSent(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	seen := map[string]bool{}
	for range 2 {
		_, doc := ask("POST", uploadPath, `{"message":{"attachment":{"type":"image","payload":{"url":"https://example.com/a.png"}}}}`)
		seen[doc] = true
		status, sent := ask("POST", right, `{"recipient":{"id":"1"},"message":{"attachment":{"type":"image","payload":`+doc+`}}}`)
		if status != 200 || !strings.Contains(sent, `"message_id":"m_`) {
			t.Errorf("status %d: %s", status, sent)
		}
	}
	if len(seen) != 2 {
		t.Errorf("two uploads have the ids %v", seen)
	}
}

// Each of several images of a message is looked at.
func TestSeveralAttachments(t *testing.T) {
	for second, want := range map[string]int{"https://example.com/b.png": 200, "b.png": 400} {
		w, _ := do(t, request("POST", right, "application/json", `{"recipient":{"id":"1"},"message":{"attachments":[
			{"type":"image","payload":{"url":"https://example.com/a.png"}},{"type":"image","payload":{"url":"`+second+`"}}]}}`))
		if w.Code != want || strings.Contains(w.Body.String(), "2018008") != (want == 400) {
			t.Errorf("%s: %d %s", second, w.Code, w.Body)
		}
	}
}

func TestUploadErrors(t *testing.T) {
	inParts, form := parts(t, `{"attachment":{"type":"image","payload":{}}}`, "")
	for name, tt := range map[string]struct {
		contentType, body string
		subcode           int
		explain           string
	}{
		"no message":         {"", `{"attachment":{"type":"image"}}`, 0, `lacks the member "message"`},
		"no type":            {"", `{"message":{"attachment":{"payload":{"url":"https://a/"}}}}`, 0, `lacks the member "type"`},
		"no URL, no file":    {"", `{"message":{"attachment":{"type":"image"}}}`, 0, "neither a url"},
		"parts without file": {inParts, form, 0, "neither a url"},
		"an empty URL":       {"", `{"message":{"attachment":{"type":"image","payload":{"url":""}}}}`, 2018008, "not an absolute one"},
		"a file URL":         {"", `{"message":{"attachment":{"type":"image","payload":{"url":"file:///etc/passwd"}}}}`, 2018008, "not an absolute one"},
		"no URL at all":      {"", `{"message":{"attachment":{"type":"image","payload":{"url":"http://[::1"}}}}`, 2018008, "not an absolute one"},
		"an image as video":  {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=message\r\n\r\n" + `{"attachment":{"type":"video","payload":{}}}` + "\r\n--b\r\nContent-Disposition: form-data; name=filedata; filename=a.png\r\nContent-Type: image/png\r\n\r\nPNG\r\n--b--\r\n", 2018047, "is image/png"},
		"broken parts":       {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=message\r\n\r\n{", 0, "the form cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", uploadPath, tt.contentType, tt.body))
			_, _, _, code, subcode := graphError(t, w)
			if code != 100 || subcode != tt.subcode || !strings.Contains(x.Err, tt.explain) {
				t.Errorf("got %s, recorded %q", w.Body, x.Err)
			}
		})
	}
}

func TestUploadsHaveALimit(t *testing.T) {
	contentType, body := parts(t, `{"attachment":{"type":"video"}}`, strings.Repeat("x", graph.MaxUpload))
	s, j := server(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request("POST", uploadPath, contentType, body))
	if _, _, _, code, subcode := graphError(t, w); code != 100 || subcode != 2018109 {
		t.Errorf("got %s", w.Body)
	}
	if x := j.Find(everything)[0]; x.Err != "the form has more than 25 MiB" || !x.Request.Cut || len(s.Uploads()) > 0 {
		t.Errorf("recorded %q, kept %+v", x.Err, s.Uploads())
	}
	if w := post(s, graph.ReceiptsPath, contentType, body); w.Code != 413 {
		t.Errorf("a receipt: status %d", w.Code)
	}
}
