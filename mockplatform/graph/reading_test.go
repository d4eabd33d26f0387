package graph_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// A list is read to its end and back by the links in it alone.
func TestListsAreReadByTheirLinks(t *testing.T) {
	s, j := server(t)
	ask := asking(t, s)
	var made []string
	for i := range 30 {
		made = append(made, create(t, ask, fmt.Sprint("Persona ", i)))
	}
	type part struct {
		Data   []struct{ ID, Name, URL string }
		Paging struct{ Next, Previous string }
	}
	read := func(link string) (p part) {
		t.Helper()
		w := httptest.NewRecorder() // the link has the token in it
		s.ServeHTTP(w, request("GET", link, "", ""))
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 200 {
			t.Fatalf("%s: status %d, error %v: %s", link, w.Code, err, w.Body)
		}
		return p
	}
	first := "/v22.0/me/personas?fields=name&limit=12&access_token=" + token
	var found []string
	last := part{}
	for link := first; link != ""; {
		last = read(link)
		for _, one := range last.Data {
			found = append(found, one.ID)
			if one.Name == "" || one.URL != "" {
				t.Errorf("the link forgot the fields: %+v", one)
			}
		}
		if link = last.Paging.Next; link != "" && !strings.HasPrefix(link, "http://example.com/v22.0/"+page+"/personas?") {
			t.Errorf("the next page is at %s", link)
		}
	}
	if !slices.Equal(found, made) {
		t.Errorf("found %d of %d: %v", len(found), len(made), found)
	}
	if back := read(last.Paging.Previous); len(back.Data) != 12 || back.Data[0].ID != made[12] || back.Paging.Previous == "" || back.Paging.Next == "" {
		t.Errorf("before the last page: %+v", back)
	}
	if p := read(first); p.Paging.Previous != "" {
		t.Errorf("before the first page: %+v", p.Paging)
	}
	for _, x := range j.Find(everything) {
		if strings.Contains(string(x.Response.Body), token) {
			t.Fatalf("the journal has the token: %s", x.Response.Body)
		}
	}
}

func TestManyByID(t *testing.T) {
	s, j := server(t)
	ask := asking(t, s)
	persona := create(t, ask, "Zoë")
	for target, want := range map[string]string{
		"/?ids=" + persona + "&fields=name":                          `{"` + persona + `":{"id":"` + persona + `","name":"Zoë"}}`,
		"/v23.0?fields=name&ids=" + persona + ",me":                  `{"` + persona + `":{"id":"` + persona + `","name":"Zoë"},"me":{"id":"` + page + `","name":"Café Referee"}}`,
		"/personas?fields=name&ids=me":                               `{"me":{"data":[{"id":"` + persona + `","name":"Zoë"}],"paging":`,
		"/?ids=" + persona + ",x":                                    "Unsupported get request. Object with ID 'x' does not exist",
		"/?ids=" + persona + ",me&fields=name,profile_picture":       "(#100) Tried accessing nonexisting field (profile_picture) on node type (MessagingPersona)",
		"/?ids=" + strings.TrimSuffix(strings.Repeat("1,", 51), ","): "(#100) Too many IDs. Maximum: 50. Provided: 51.",
		"/?fields=name&ids[0]=me&ids[1]=" + persona:                  `"Zoë"`,
	} {
		if _, doc := ask("GET", escaped(target), ""); !strings.Contains(doc, want) {
			t.Errorf("%s: %s, want %s", target, doc, want)
		}
	}
	for _, x := range j.Find(func(x journal.Exchange) bool { return strings.Contains(x.Request.URL, "ids=") }) {
		if x.Kind != journal.Graph || x.Person != "" || x.Token != journal.TokenRight || x.Response.Status == 0 {
			t.Errorf("recorded %+v", x)
		}
	}
	if w := post(s, "/?ids=me", "", ""); w.Code != 400 {
		t.Errorf("a POST: %s", w.Body)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request("GET", "/?ids=me", "", ""))
	if _, _, _, code, _ := graphError(t, w); code != 2500 {
		t.Errorf("without a token: %s", w.Body)
	}
}

// headerOf is a header of an answer, however its name is spelled: a recorder keeps
// Meta's spelling.
func headerOf(w *httptest.ResponseRecorder, name string) string {
	for spelled, values := range w.Header() {
		if strings.EqualFold(spelled, name) {
			return values[0]
		}
	}
	return ""
}

func TestETag(t *testing.T) {
	s, j := server(t)
	get := func(target, tag string) *httptest.ResponseRecorder {
		r := request("GET", target+"access_token="+token, "", "")
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	w := get("/me?", "")
	tag := headerOf(w, "ETag")
	if len(tag) != 42 || w.Code != 200 {
		t.Fatalf("status %d, tag %s", w.Code, tag)
	}
	for given, status := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, `"x"`: 200, tag[:41]: 200} {
		if w := get("/me?", given); w.Code != status || (w.Body.Len() == 0) != (status == 304) || headerOf(w, "ETag") != tag {
			t.Errorf("%s: status %d: %s", given, w.Code, w.Body)
		}
	}
	if w := get("/me?fields=category&", tag); w.Code != 200 || headerOf(w, "ETag") == tag {
		t.Errorf("another answer: status %d", w.Code)
	}
	if w := get("/nothing?", tag); headerOf(w, "ETag") != "" {
		t.Errorf("an error has the tag %s", headerOf(w, "ETag"))
	}
	if n := len(j.Find(func(x journal.Exchange) bool { return x.Response.Status == 304 })); n != 3 {
		t.Errorf("%d in the journal, want 3", n)
	}
}

func TestGzip(t *testing.T) {
	s, j := server(t)
	s.Script("1234", fault.ServerError())
	for name, tt := range map[string]struct {
		accept, body string
		zipped       bool
	}{
		"asked for":         {"gzip, deflate, br", `{"recipient":{"id":"1"},"message":{"text":"a"}}`, true},
		"of any quality":    {"deflate;q=1, GZIP ; q=0.5", `{}`, true},
		"not asked for":     {"", `{"recipient":{"id":"1"},"message":{"text":"a"}}`, false},
		"refused":           {"gzip;q=0", `{}`, false},
		"spoilt by a fault": {"gzip", `{"recipient":{"id":"1234"},"message":{"text":"a"}}`, false},
	} {
		r := request("POST", right, "application/json", tt.body)
		r.Header.Set("Accept-Encoding", tt.accept)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != tt.zipped {
			t.Errorf("%s: compressed %t", name, got)
			continue
		}
		if !tt.zipped {
			continue
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if found := j.Find(everything); err != nil || string(found[len(found)-1].Response.Body) != string(plain) || !json.Valid(plain) {
			t.Errorf("%s: error %v: %s", name, err, plain)
		}
	}
}

func TestUsageAndChallenge(t *testing.T) {
	for target, want := range map[string]string{
		"/me?access_token=" + token:           "",
		"/me?access_token=wrong":              `OAuth "Facebook Platform" "invalid_token" "Invalid OAuth access token."`,
		"/me/feed?access_token=" + token:      "",
		"/me?fields=x{&access_token=" + token: "",
	} {
		w, x := do(t, request("GET", target, "", ""))
		if got := headerOf(w, "WWW-Authenticate"); got != want {
			t.Errorf("%s: %q", target, got)
		}
		var usage map[string]int
		if err := json.Unmarshal([]byte(x.Response.Header.Get("x-app-usage")), &usage); err != nil || len(usage) != 3 {
			t.Errorf("%s: usage %v, error %v", target, usage, err)
		}
	}
}

func TestFields(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	create(t, ask, "Zoë")
	for _, tt := range []struct{ target, fields, want string }{
		{"/me", "name", `{"id":"` + page + `","name":"Café Referee"}`},
		{"/me", " name , id ", `{"id":"` + page + `","name":"Café Referee"}`},
		{"/me", "name,", `{"id":"` + page + `","name":"Café Referee"}`},
		{"/me", "name.as(title)", `{"id":"` + page + `","title":"Café Referee"}`},
		{"/me", "fan_count,posts.limit(2).order(new){message,from{id}}", `{"id":"` + page + `"}`}, // it exists, without a value here
		{"/me", "nonsuch", "(#100) Tried accessing nonexisting field (nonsuch) on node type (Page)"},
		{"/app", "nonsuch", "(#100) Tried accessing nonexisting field (nonsuch) on node type (Application)"},
		{"/me/personas", "nonsuch", "(#100) Tried accessing nonexisting field (nonsuch) on node type (MessagingPersona)"},
		{"/me/subscribed_apps", "nonsuch", "nonexisting field (nonsuch)"},
		{"/1234", "first_name,nonsuch", "(#100) Tried accessing nonexisting field (nonsuch) on node type (User)"},
		{"/1234", "is_payment_enabled", `{"id":"1234"}`},
		{"/me", "name}", `Syntax error \"Expected end of string instead of \"}\".\" at character 4: name}`},
		{"/me", "name{id", `Syntax error`},
		{"/me", "posts.limit", `Syntax error \"Expected (.\"`},
		{"/me", "posts.limit(2", `Syntax error \"Expected ).\"`},
		{"/me", ",", `Syntax error \"Expected name.\" at character 0: ,`},
		{"/me", strings.Repeat("a{", 20), `Syntax error`},
	} {
		_, doc := ask("GET", tt.target+"?fields="+url.QueryEscape(tt.fields), "")
		if !strings.Contains(doc, tt.want) {
			t.Errorf("%s %s: %s, want %s", tt.target, tt.fields, doc, tt.want)
		}
	}
}

func FuzzFields(f *testing.F) {
	f.Add("a.limit(2){b,c{d}},e")
	f.Fuzz(func(t *testing.T, fields string) {
		w, _ := do(t, request("GET", "/me?access_token="+token+"&fields="+url.QueryEscape(fields), "", ""))
		if w.Code != 200 && !strings.Contains(w.Body.String(), `"error"`) {
			t.Errorf("%q: %s", fields, w.Body)
		}
	})
}
