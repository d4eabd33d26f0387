package mockplatform_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// A receiver that asks who somebody is gets the name under which the person is known
// here.
func TestTheGraphAPIShowsPeopleByTheirNames(t *testing.T) {
	p := started(t, mockplatform.Options{})
	for name, want := range map[string][2]string{
		"Grace Brewster Hopper": {"Grace", "Brewster Hopper"}, "Ada": {"Ada", ""}, "さくら": {"さくら", ""},
	} {
		person, err := p.Person(name)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.Get(p.GraphURL() + "/v23.0/" + person.PSID + "?fields=name,first_name,last_name&access_token=" + mockplatform.DefaultPageToken)
		if err != nil {
			t.Fatal(err)
		}
		var shown struct {
			Name  string
			First string `json:"first_name"`
			Last  string `json:"last_name"`
		}
		err = json.NewDecoder(resp.Body).Decode(&shown)
		resp.Body.Close()
		who := p.Identity(person)
		if err != nil || shown.First != want[0] || shown.Last == "" || want[1] != "" && shown.Last != want[1] || shown.Name != shown.First+" "+shown.Last || who.Name != shown.Name {
			t.Errorf("%s: %+v, %v; here %s", name, shown, err, who.Name)
		}
		portrait, err := http.Get(who.Picture)
		if err != nil {
			t.Fatal(err)
		}
		if portrait.Body.Close(); portrait.StatusCode != 200 || portrait.Header.Get("Content-Type") != "image/png" {
			t.Errorf("%s: the portrait is %s %v", name, portrait.Status, portrait.Header)
		}
		if !regexp.MustCompile(`^\+120255501\d\d$`).MatchString(who.Phone) || !regexp.MustCompile(`^[a-z0-9.]+@example\.com$`).MatchString(who.Email) {
			t.Errorf("%s: phone %s, e-mail %s", name, who.Phone, who.Email)
		}
	}
}
