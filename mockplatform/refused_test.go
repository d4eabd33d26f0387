package mockplatform_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestRefusedCalls(t *testing.T) {
	p := started(t, mockplatform.Options{})
	call := func(path, body string) {
		t.Helper()
		resp, err := http.Post(p.GraphURL()+path+"?access_token="+mockplatform.DefaultPageToken, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if list := p.RefusedCalls(); len(list) != 0 {
		t.Errorf("got %+v", list)
	}
	p.Script("9", fault.RateLimited())
	for _, c := range [][2]string{
		{"/me/messages", `{"recipient":{"id":"1"},"message":{"text":"a"}}`},
		{"/me/messages", `{"recipient":{"id":"9"},"message":{"text":"a"}}`}, // refused on purpose
		{"/me/messages", `{"message":{"text":"a"}}`},
		{"/me/feed", `{}`},
		{"/", `{"batch":[{"method":"POST","relative_url":"me/feed"},{"method":"GET","relative_url":"me"}]}`},
		{"/me/messages", `{"message":{"text":"a"}}`},
		{"/_referee/receipts", `{}`},
	} {
		call(c[0], c[1])
	}
	p.Journal().Record(journal.Exchange{
		Kind: journal.Send, Edge: "messages", Request: journal.Message{Method: "POST"},
		Response: journal.Message{Status: 413, Body: []byte("too large\n")}, Err: "the body is too large",
	})
	list := p.RefusedCalls()
	if len(list) != 3 {
		t.Fatalf("got %+v", list)
	}
	if c := list[0]; c.Method != "POST" || c.Edge != "messages" || c.Code != 100 || c.Count != 2 || c.First != 3 ||
		c.Message != "(#100) The parameter recipient is required" || !strings.Contains(c.Problem, "recipient") {
		t.Errorf("got %+v", c)
	}
	if c := list[1]; c.Edge != "feed" || c.Code != 100 || c.Subcode != 33 || c.Count != 2 || !strings.Contains(c.Message, "Unsupported post request") {
		t.Errorf("got %+v", c)
	}
	if c := list[2]; c.Edge != "messages" || c.Code != 0 || c.Message != "" || c.Count != 1 || !strings.Contains(c.Problem, "too large") {
		t.Errorf("got %+v", c)
	}
}
