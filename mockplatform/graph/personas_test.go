package graph_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// create makes a persona and returns its id.
func create(t *testing.T, ask func(method, target, body string) (int, string), name string) string {
	t.Helper()
	status, doc := ask("POST", "/v23.0/me/personas", fmt.Sprintf(`{"name":%q,"profile_picture_url":"https://example.com/a.png"}`, name))
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(doc), &made); err != nil || status != 200 || len(made.ID) != 16 || doc != `{"id":"`+made.ID+`"}` {
		t.Fatalf("status %d, error %v: %s", status, err, doc)
	}
	return made.ID
}

func TestPersonas(t *testing.T) {
	s, j := server(t)
	ask := asking(t, s)
	if _, doc := ask("GET", "/me/personas", ""); doc != `{"data":[]}` {
		t.Errorf("at first: %s", doc)
	}
	id := create(t, ask, "Zoë")
	node := `{"id":"` + id + `","name":"Zoë","profile_picture_url":"https://example.com/a.png"}`
	for _, step := range []struct {
		method, target, body, want string
	}{
		{"GET", "/" + id, "", node},
		{"GET", "/v23.0/" + id + "?fields=name", "", `{"id":"` + id + `","name":"Zoë"}`},
		{"POST", "/me/messages", `{"recipient":{"id":"1"},"message":{"text":"a"},"persona_id":"` + id + `"}`, `"message_id":"m_`},
		{"POST", "/me/messages", `{"recipient":{"id":"1"},"sender_action":"typing_on","persona_id":"` + id + `"}`, `{"recipient_id":"1"}`},
		{"DELETE", "/" + id, "", `{"success":true}`},
		{"DELETE", "/" + id, "", `Unsupported delete request.`},
		{"GET", "/me/personas", "", `{"data":[]}`},
		{"GET", "/" + id, "", `"first_name"`}, // a number like any other
	} {
		if _, doc := ask(step.method, step.target, step.body); !strings.Contains(doc, step.want) {
			t.Errorf("%s %s %s: %s, want %s", step.method, step.target, step.body, doc, step.want)
		}
	}
	for _, x := range j.Find(func(x journal.Exchange) bool { return x.Request.Method == "DELETE" }) {
		if x.Person != "" {
			t.Errorf("a persona is taken for a person: %+v", x)
		}
	}
}

// A list is read forwards and backwards with the cursors that come with it.
func TestPagesOfPersonas(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	var made []string
	for i := range 30 {
		made = append(made, create(t, ask, fmt.Sprint("Persona ", i)))
	}
	type page struct {
		Data   []struct{ ID, Name string }
		Paging struct {
			Cursors struct{ Before, After string }
		}
	}
	read := func(query string) (p page) {
		status, doc := ask("GET", "/me/personas?"+query, "")
		if err := json.Unmarshal([]byte(doc), &p); err != nil || status != 200 {
			t.Fatalf("status %d, error %v: %s", status, err, doc)
		}
		return p
	}
	if p := read(""); len(p.Data) != 25 {
		t.Errorf("%d on the first page, want 25", len(p.Data))
	}
	var found []string
	last := page{}
	for p := read("limit=12"); len(p.Data) > 0; p = read("limit=12&after=" + p.Paging.Cursors.After) {
		for _, one := range p.Data {
			found = append(found, one.ID)
		}
		last = p
	}
	if !slices.Equal(found, made) {
		t.Errorf("found %d of %d personas: %v", len(found), len(made), found)
	}
	if p := read("limit=12&before=" + last.Paging.Cursors.Before); len(p.Data) != 12 || p.Data[0].ID != made[12] {
		t.Errorf("before the last page: %+v", p)
	}
	for _, query := range []string{"after=nonsense", "before=!", "after=MTIz"} {
		if _, doc := ask("GET", "/me/personas?"+query, ""); !refused(doc, "must be a cursor of this list") {
			t.Errorf("%s: %s", query, doc)
		}
	}
}

func TestPersonaErrors(t *testing.T) {
	for body, explain := range map[string]string{
		`{"name":"Zoë"}`: `lacks the member \"profile_picture_url\"`,
		`{"profile_picture_url":"https://example.com/a.png"}`:                                          `lacks the member \"name\"`,
		`{"name":"` + strings.Repeat("ë", 51) + `","profile_picture_url":"https://example.com/a.png"}`: `must not be longer than 50`,
		`{"name":"Zoë","profile_picture_url":"a.png"}`:                                                 `/profile_picture_url`,
		`{"name":`: "not JSON",
	} {
		s, _ := server(t)
		if status, doc := asking(t, s)("POST", "/me/personas", body); status != 400 || !refused(doc, explain) {
			t.Errorf("%s: status %d: %s", body, status, doc)
		}
	}
}
