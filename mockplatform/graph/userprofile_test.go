package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const allFields = "fields=first_name,last_name,profile_pic,name,locale,timezone,gender"

// profile asks a server of this seed for somebody.
func profile(t *testing.T, seed int64, target string) map[string]any {
	t.Helper()
	s := graph.New(graph.Options{PageID: page, PageToken: token, Seed: seed, Journal: journal.New(1)})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request("GET", target+"access_token="+token, "", ""))
	var person map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &person); err != nil || w.Code != 200 {
		t.Fatalf("status %d, error %v: %s", w.Code, err, w.Body)
	}
	return person
}

func TestUserProfile(t *testing.T) {
	person := profile(t, 1, "/v23.0/1254459154682919?"+allFields+"&")
	for _, name := range []string{"id", "first_name", "last_name", "profile_pic", "name", "locale", "gender"} {
		if text, _ := person[name].(string); text == "" {
			t.Errorf("%s is %v", name, person[name])
		}
	}
	if _, ok := person["timezone"].(float64); !ok || len(person) != 8 || person["id"] != "1254459154682919" {
		t.Errorf("got %v", person)
	}
	if person["name"] != fmt.Sprint(person["first_name"], " ", person["last_name"]) {
		t.Errorf("the names do not fit: %v", person)
	}
	if u, err := url.Parse(person["profile_pic"].(string)); err != nil || u.Host != "example.com" {
		t.Errorf("picture %v, error %v", person["profile_pic"], err)
	}
	if some := profile(t, 1, "/1254459154682919?"); len(some) != 4 || some["first_name"] == nil || some["name"] != nil {
		t.Errorf("without fields: %v", some)
	}
}

func TestProfilesBelongToTheSeedAndThePerson(t *testing.T) {
	const one, other = "/1254459154682919?" + allFields + "&", "/1254459154682920?" + allFields + "&"
	if fmt.Sprint(profile(t, 1, one)) != fmt.Sprint(profile(t, 1, "/v2.6"+one)) {
		t.Error("the same person has two profiles")
	}
	names := map[any]bool{}
	for seed := range int64(20) {
		names[profile(t, seed, one)["name"]], names[profile(t, seed, other)["name"]] = true, true
	}
	if len(names) < 10 {
		t.Errorf("40 people have only %d names", len(names))
	}
}

func TestUserProfileIsRecorded(t *testing.T) {
	for query, right := range map[string]bool{"?access_token=" + token: true, "": false} {
		w, x := do(t, request("GET", "/1254459154682919"+query, "", ""))
		if (w.Code == 200) != right || x.Kind != journal.Graph || x.Person != "1254459154682919" {
			t.Errorf("status %d, recorded %+v", w.Code, x)
		}
	}
}
