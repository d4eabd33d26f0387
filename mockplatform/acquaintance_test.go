package mockplatform_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// The Graph API shows people whom the platform knows by name, and whoever sent
// something, in whatever form, or whom its options know; nobody else.
func TestWhomTheGraphKnows(t *testing.T) {
	t.Parallel()
	bot := newBot(t)
	p := started(t, mockplatform.Options{Known: func(id string) bool { return id == "6001" }})
	ada, err := p.Person("Ada")
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range []string{
		`{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"sender":{"id":"5001"},"recipient":{"id":"1"}},{"sender":{"id":5002},"recipient":{"id":"1"}}]}]}`,
		`{"object":"page","entry":[{"id":"1","time":1,"standby":[{"sender":{"id":"1"},"recipient":{"id":"5003"},"message":{"mid":"m_5004","text":"5005"}}]}]}`,
	} {
		if _, err := p.Deliver(t.Context(), mockplatform.Delivery{URL: bot.URL, Doc: json.RawMessage(doc)}); err != nil {
			t.Fatal(err)
		}
	}
	for id, known := range map[string]bool{
		ada.PSID: true, ada.GuestID: true, ada.UserRef: false, p.Session("Bob").PSID: false,
		"5001": true, "5002": true, "5003": true, "5004": false, "5005": false, "500": false, "6001": true,
	} {
		resp, err := http.Get(p.GraphURL() + "/v23.0/" + id + "?access_token=" + mockplatform.DefaultPageToken)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if (resp.StatusCode == 200) != known {
			t.Errorf("%s: status %d, known is %t", id, resp.StatusCode, known)
		}
	}
}
