package graph_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// chain sends a batch that is given as JSON, and returns what its elements were
// answered, null for nothing.
func chain(t *testing.T, elements string) (answers []*elementAnswer, recorded []journal.Exchange) {
	t.Helper()
	s, j := server(t)
	w := post(s, "/?access_token="+token, "application/json", `{"batch":`+elements+`}`)
	if err := json.Unmarshal(w.Body.Bytes(), &answers); err != nil || w.Code != 200 {
		t.Fatalf("status %d, error %v: %s", w.Code, err, w.Body)
	}
	return answers, j.Find(everything)[1:]
}

const makePersona = `"method":"post","relative_url":"me/personas","body":"name=Zo&profile_picture_url=https://example.com/a.png"`

// An element uses the answer of another, which is left out then.
func TestBatchReferences(t *testing.T) {
	encoded := url.Values{"recipient": {`{"id":"1"}`}, "message": {`{"text":"a"}`}, "persona_id": {"{result=make:$.id}"}}.Encode()
	for name, use := range map[string]string{
		"in the path":         `{"method":"GET","relative_url":"{result=make:$.id}?fields=name"}`,
		"in the query":        `{"method":"get","relative_url":"me?after={result=make:$.id}"}`,
		"escaped in the path": `{"method":"GET","relative_url":"%7Bresult=make:$.id%7D"}`,
		"in a form":           `{"method":"POST","relative_url":"me/messages","body":"recipient={\"id\":\"1\"}&message={\"text\":\"a\"}&persona_id={result=make:$['id']}"}`,
		"in an encoded form":  `{"method":"POST","relative_url":"me/messages","body":"` + encoded + `"}`,
		"in JSON":             `{"method":"POST","relative_url":"me/messages","body":"{\"recipient\":{\"id\":\"1\"},\"message\":{\"text\":\"a\"},\"persona_id\":\"{result=make:$.id}\"}"}`,
	} {
		answers, recorded := chain(t, `[{"name":"make",`+makePersona+`},`+use+`]`)
		if len(answers) != 2 || answers[0] != nil || answers[1] == nil || answers[1].Code != 200 {
			t.Errorf("%s: %+v", name, answers)
			continue
		}
		if len(recorded) != 2 {
			t.Errorf("%s: recorded %d exchanges", name, len(recorded))
			continue
		}
		var made struct{ ID string }
		if err := json.Unmarshal(recorded[0].Response.Body, &made); err != nil {
			t.Fatal(err)
		}
		if x := recorded[1]; !strings.Contains(x.Request.URL+string(x.Request.Body), made.ID) {
			t.Errorf("%s: recorded %s %s", name, x.Request.URL, x.Request.Body)
		}
	}
}

func TestBatchPaths(t *testing.T) {
	for path, want := range map[string]string{
		"$.data.*.id":              "page,app",
		"$.data[0].id":             "page",
		"$.data[*].id":             "page,app",
		"$.data.1.id":              "app",
		"$.data[9].id":             "",
		"$.nothing":                "",
		"$..id":                    "",
		"$.paging.cursors['next']": "",
	} {
		answers, recorded := chain(t, `[{"name":7,"method":"GET","relative_url":"me/subscribed_apps","omit_response_on_success":false},
			{"method":"GET","relative_url":"me/personas?after={result=7:`+path+`}"}]`)
		if answers[0] == nil || answers[0].Code != 200 {
			t.Errorf("%s: the first is left out", path)
		}
		want := map[string]string{"page,app": app, "page": app, "app": "", "": ""}[want] // there is one app
		if got := recorded[1].Request.URL; got != "/me/personas?after="+want {
			t.Errorf("%s: asked for %s", path, got)
		}
	}
}

// What cannot be done because something else failed is not tried, and null.
func TestBatchDependencies(t *testing.T) {
	answers, recorded := chain(t, `[
		{"method":"GET","relative_url":"me","depends_on":"fails"},
		{"name":"fails","method":"GET","relative_url":"me/nothing"},
		{"method":"GET","relative_url":"{result=fails:$.id}"},
		{"name":"well","method":"GET","relative_url":"me"},
		{"method":"GET","relative_url":"me?fields=category","depends_on":"well"},
		{"name":"last","method":"GET","relative_url":"me","omit_response_on_success":true},
		{"method":"GET","relative_url":"me/nothing","omit_response_on_success":"true"}
	]`)
	for i, code := range []int{0, 400, 0, 200, 200, 0, 400} {
		if got := answers[i]; (got == nil) != (code == 0) || got != nil && got.Code != code {
			t.Errorf("answer %d: %+v", i, got)
		}
	}
	if len(recorded) != 5 {
		t.Errorf("recorded %d exchanges, want 5", len(recorded))
	}
	for _, x := range recorded {
		if x.Response.Status == 0 {
			t.Errorf("not answered: %+v", x)
		}
	}
}

func TestBatchReferencesThatCannotBe(t *testing.T) {
	for elements, explanation := range map[string]string{
		`[{"method":"GET","relative_url":"{result=x:$.id}"}]`:                                                                             `/batch/0: refers to the result of \"x\"`,
		`[{"method":"GET","relative_url":"me","depends_on":"x"}]`:                                                                         `/batch/0: depends on \"x\"`,
		`[{"name":"a","method":"GET","relative_url":"me","depends_on":"a"}]`:                                                              `depends on itself`,
		`[{"name":"a","method":"GET","relative_url":"me","depends_on":"b"},{"name":"b","method":"GET","relative_url":"{result=a:$.id}"}]`: `depends on itself`,
	} {
		s, j := server(t)
		w := post(s, "/?access_token="+token, "application/json", `{"batch":`+elements+`}`)
		if !refused(plainJSON(t, w.Body.Bytes()), explanation) {
			t.Errorf("%s: %s", elements, w.Body)
		}
		if n := len(j.Find(everything)); n != 1 {
			t.Errorf("%s: recorded %d exchanges", elements, n)
		}
	}
	for _, text := range []string{"{result=x}", "{result=:id}", "%7Bresult=x%7D", "{result={}"} { // not a reference
		answers, _ := chain(t, `[{"method":"GET","relative_url":"me?after=`+text+`"}]`)
		if answers[0] == nil || answers[0].Code != 200 {
			t.Errorf("%s: %+v", text, answers[0])
		}
	}
}

// Every element refers to all before it: that is done in no time.
func TestBatchOfManyReferences(t *testing.T) {
	var elements []string
	for i := range 50 {
		var refs strings.Builder
		for k := range i {
			fmt.Fprintf(&refs, "{result=%d:$.id}", k)
		}
		elements = append(elements, fmt.Sprintf(`{"name":%d,"method":"GET","relative_url":"me?after=%s"}`, i, refs.String()))
	}
	answers, _ := chain(t, "["+strings.Join(elements, ",")+"]")
	if answers[48] != nil || answers[49] == nil || answers[49].Code != 200 {
		t.Errorf("got %+v, %+v", answers[48], answers[49])
	}
}

func TestBatchAttachedFiles(t *testing.T) {
	const attachment = `message={"attachment":{"type":"image","payload":{}}}`
	elements := `[
		{"method":"POST","relative_url":"me/message_attachments","body":"` + strings.ReplaceAll(attachment, `"`, `\"`) + `","attached_files":"one"},
		{"method":"POST","relative_url":"me/message_attachments","body":"` + strings.ReplaceAll(attachment, `"`, `\"`) + `","attached_files":"two"},
		{"method":"POST","relative_url":"me/message_attachments","body":"` + strings.ReplaceAll(attachment, `"`, `\"`) + `","attached_files":"three"},
		{"method":"POST","relative_url":"me/message_attachments","body":"` + strings.ReplaceAll(attachment, `"`, `\"`) + `"}
	]`
	body := strings.TrimSuffix(inParts("access_token", token, "batch", elements), "--b--\r\n") +
		"--b\r\nContent-Disposition: form-data; name=\"one\"; filename=\"1.png\"\r\n\r\nfirst\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"two\"; filename=\"2.png\"\r\n\r\nsecond\r\n--b--\r\n"
	s, _ := server(t)
	answers := answersOf(t, post(s, "/", "multipart/form-data; boundary=b", body))
	for i, text := range []string{"attachment_id", "attachment_id", "File three has not been attached", "neither a url"} {
		if !strings.Contains(answers[i].Body, text) {
			t.Errorf("answer %d: %+v", i, answers[i])
		}
	}
	found := s.Uploads()
	if len(found) != 2 || found[0].Name != "1.png" || found[1].Name != "2.png" {
		t.Fatalf("uploads %+v", found)
	}
	if f, _ := s.File(found[0].ID); string(f.Data) != "first" {
		t.Errorf("the file is %q", f.Data)
	}
}
