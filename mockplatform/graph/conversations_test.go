package graph_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// write lets a person of this id write, as the journal has it.
func write(j *journal.Journal, object, items string) {
	j.Record(journal.Exchange{
		Direction: journal.ToReceiver, Kind: journal.Delivery, At: time.UnixMilli(1527459824000),
		Request: journal.Message{Method: "POST", Body: []byte(`{"object":"` + object + `","entry":[{"id":"` + page + `","time":1,"messaging":[` + items + `]}]}`)},
	})
}

// idOf is the id of the first thing in a list.
func idOf(t *testing.T, doc string) string {
	t.Helper()
	var list struct{ Data []struct{ ID string } }
	if err := json.Unmarshal([]byte(doc), &list); err != nil || len(list.Data) == 0 {
		t.Fatalf("error %v: %s", err, doc)
	}
	return list.Data[0].ID
}

func TestConversations(t *testing.T) {
	s, j := server(t)
	ask := asking(t, s)
	if _, doc := ask("GET", "/me/conversations", ""); doc != `{"data":[]}` {
		t.Errorf("at first: %s", doc)
	}
	write(j, "page", `{"sender":{"id":"1234"},"recipient":{"id":"`+page+`"},"timestamp":1527459820000,"message":{"mid":"m_first","text":"Hello?"}}`)
	write(j, "page", `{"sender":{"id":"1234"},"recipient":{"id":"`+page+`"},"timestamp":1527459820000,"message":{"mid":"m_first","text":"Hello?"}}`) // again
	write(j, "page", `{"sender":{"id":5678},"recipient":{"id":"`+page+`"},"timestamp":"1527459821000","message":{"mid":"m_other","attachments":[{"type":"image","payload":{"url":"https://example.com/a.png"}}]}},
		{"sender":{"id":"5678"},"recipient":{"id":"`+page+`"},"timestamp":1527459821000,"postback":{"mid":"m_p","payload":"P"}}`)
	write(j, "instagram", `{"sender":{"id":"9012"},"recipient":{"id":"17841"},"timestamp":1527459822000,"message":{"mid":"aWdone","text":"Hi"}}`)
	j.Record(journal.Exchange{Direction: journal.ToReceiver, Kind: journal.Delivery, Request: journal.Message{Body: []byte(`{"object":`)}}) // spoilt
	_, doc := ask("POST", "/me/messages", `{"recipient":{"id":"1234"},"message":{"text":"Good day."}}`)
	var sent struct {
		ID string `json:"message_id"`
	}
	if err := json.Unmarshal([]byte(doc), &sent); err != nil {
		t.Fatal(err)
	}
	write(j, "page", `{"sender":{"id":"`+page+`"},"recipient":{"id":"1234"},"timestamp":1527459824100,"message":{"mid":"`+sent.ID+`","is_echo":true,"text":"Good day."}}`)
	ask("POST", "/me/messages", `{"recipient":{"id":"1234"},"sender_action":"typing_on"}`)
	ask("POST", "/me/messages", `{"recipient":{"id":"5678"},"message":{"text":""}}`) // refused

	_, doc = ask("GET", "/v23.0/me/conversations?fields=participants,message_count,snippet,messages.limit(1){message}", "")
	id := idOf(t, doc)
	for _, text := range []string{`"message_count":2`, `"snippet":"Good day."`, `"email":"1234@facebook.com"`, `"name":"Café Referee"`, `"message_count":1`, `{"id":"` + sent.ID + `","message":"Good day."}`, "/v23.0/" + id + "/messages?", "fields=message"} {
		if !strings.Contains(doc, text) {
			t.Errorf("the list lacks %s: %s", text, doc)
		}
	}
	if strings.Contains(doc, "9012") {
		t.Errorf("the list has somebody on Instagram: %s", doc)
	}
	participants := func(id string) string {
		p := s.Person(id)
		return `{"email":"` + id + `@facebook.com","id":"` + id + `","name":"` + p.Name + `"}`
	}
	pageParty := `{"email":"` + page + `@facebook.com","id":"` + page + `","name":"Café Referee"}`
	for target, want := range map[string]string{
		"/" + id:                                                   `{"id":"` + id + `","link":"/` + page + `/inbox/` + id[2:] + `/?section=messages","updated_time":"2018-05-27T22:23:44+0000"}`,
		"/" + id + "?fields=can_reply":                             `{"can_reply":true,"id":"` + id + `"}`,
		"/" + id + "/messages?limit=1":                             `{"data":[{"created_time":"2018-05-27T22:23:44+0000","id":"` + sent.ID + `"}],"paging":`,
		"/" + id + "/messages?fields=id":                           `"id":"m_first"`,
		"/m_first?fields=id,created_time,from,to,message":          `{"created_time":"2018-05-27T22:23:40+0000","from":` + participants("1234") + `,"id":"m_first","message":"Hello?","to":{"data":[` + pageParty + `]}}`,
		"/" + sent.ID + "?fields=from":                             `{"from":` + pageParty + `,"id":"` + sent.ID + `"}`,
		"/m_other?fields=attachments":                              `"image_data":{"preview_url":"https://example.com/a.png","url":"https://example.com/a.png"}`,
		"/me?fields=conversations{messages{id}}":                   `{"id":"m_first"}`,
		"/me/conversations?user_id=5678":                           `"updated_time":"2018-05-27T22:23:41+0000"`,
		"/me/conversations?user_id=1":                              `{"data":[]}`,
		"/me/conversations?platform=instagram&fields=participants": `{"id":"9012","username":"` + s.Person("9012").Username + `"}`,
		"/me/conversations?fields=nonsuch":                         `nonexisting field (nonsuch) on node type (UnifiedThread)`,
		"/" + id + "/messages?fields=nonsuch":                      `nonexisting field (nonsuch) on node type (Message)`,
		"/t_1":                                                     `Object with ID 't_1' does not exist`,
		"/t_1/messages":                                            `Object with ID 't_1' does not exist`,
		"/m_nothing":                                               `Object with ID 'm_nothing' does not exist`,
	} {
		if _, doc := ask("GET", target, ""); !strings.Contains(doc, want) {
			t.Errorf("%s: %s, want %s", target, doc, want)
		}
	}
}

func TestModerateConversations(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	for body, want := range map[string]string{
		`{"user_ids":[{"id":"1234"}],"actions":["block_user"]}`:      `{"success":true}`,
		`{"user_ids":"[{id:1234}]","actions":"[\"move_to_spam\"]"}`:  `{"success":true}`,
		`{"user_ids":[],"actions":["block_user"]}`:                   "user_ids",
		`{"user_ids":[{"id":"x"}],"actions":["block_user"]}`:         "user_ids",
		`{"user_ids":[{"id":"1"}],"actions":["bite_user"]}`:          "actions",
		`{"user_ids":[{"id":"1"}]}`:                                  "actions",
		`{"user_ids":[{"id":"1"}],"actions":["block_user","a","b"]}`: "actions",
	} {
		if _, doc := ask("POST", "/me/moderate_conversations", body); !strings.Contains(doc, want) {
			t.Errorf("%s: %s", body, doc)
		}
	}
}

func TestThreadsAreReleasedAndExtended(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	for _, step := range []struct{ edge, body, want string }{
		{"extend_thread_control", `{"recipient":{"id":"1234"},"duration":604800}`, `{"success":true}`},
		{"extend_thread_control", `{"recipient":{"id":"1234"},"duration":"3600"}`, `{"success":true}`},
		{"extend_thread_control", `{"recipient":{"id":"1234"},"duration":2592001}`, "duration"},
		{"extend_thread_control", `{"recipient":{"id":"1234"},"duration":"long"}`, "duration"},
		{"extend_thread_control", `{}`, "recipient"},
		{"pass_thread_control", `{"recipient":{"id":"1234"},"target_app_id":1}`, `{"success":true}`},
		{"extend_thread_control", `{"recipient":{"id":"1234"},"duration":60}`, "another app is controlling this thread"},
		{"release_thread_control", `{"recipient":{"id":"1234"}}`, `{"success":true}`},
		{"messages", `{"recipient":{"id":"1234"},"message":{"text":"a"}}`, "message_id"},
		{"release_thread_control", `{}`, "recipient"},
	} {
		if _, doc := ask("POST", "/me/"+step.edge, step.body); !strings.Contains(doc, step.want) {
			t.Errorf("%s %s: %s", step.edge, step.body, doc)
		}
	}
}

func TestCustomLabels(t *testing.T) {
	s, j := server(t)
	ask := asking(t, s)
	_, doc := ask("POST", "/me/custom_labels", `{"page_label_name":"VIP"}`)
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(doc), &made); err != nil || len(made.ID) != 16 {
		t.Fatalf("error %v: %s", err, doc)
	}
	for _, step := range []struct{ method, target, body, want string }{
		{"POST", "/" + page + "/custom_labels", `{"name":"from before 18.0"}`, `"id"`},
		{"POST", "/me/custom_labels", `{}`, "page_label_name"},
		{"GET", "/me/custom_labels?fields=page_label_name&limit=1", "", `{"data":[{"id":"` + made.ID + `","page_label_name":"VIP"}],"paging":`},
		{"GET", "/" + made.ID + "?fields=page_label_name", "", `{"id":"` + made.ID + `","page_label_name":"VIP"}`},
		{"POST", "/" + made.ID + "/label", `{"user":"1234"}`, `{"success":true}`},
		{"POST", "/" + made.ID + "/label", `{"user":1234}`, `{"success":true}`},
		{"POST", "/" + made.ID + "/label", `{}`, "user"},
		{"GET", "/1234/custom_labels?fields=page_label_name", "", `{"data":[{"id":"` + made.ID + `","page_label_name":"VIP"}],"paging":`},
		{"GET", "/1234?fields=custom_labels", "", made.ID},
		{"GET", "/1235/custom_labels", "", `{"data":[]}`},
		{"DELETE", "/" + made.ID + "/label?user=1234", "", `{"success":true}`},
		{"DELETE", "/" + made.ID + "/label", "", "user"},
		{"GET", "/1234/custom_labels", "", `{"data":[]}`},
		{"GET", "/" + made.ID + "?fields=first_name", "", "node type (PageLabel)"},
		{"DELETE", "/" + made.ID, "", `{"success":true}`},
		{"DELETE", "/" + made.ID, "", "Unsupported delete request"},
	} {
		if _, doc := ask(step.method, step.target, step.body); !strings.Contains(doc, step.want) {
			t.Errorf("%s %s %s: %s", step.method, step.target, step.body, doc)
		}
	}
	labelled := j.Find(func(x journal.Exchange) bool { return x.Edge == "label" && x.Person == "1234" })
	if len(labelled) != 3 {
		t.Errorf("%d calls about the label of a person, want 3", len(labelled))
	}
}

func TestWelcomeMessageFlows(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	form := url.Values{"welcome_message_flow": {`[{"message":{"text":"a"}}]`}, "eligible_platforms": {`["messenger"]`}, "name": {"Driver sign up"}, "access_token": {token}}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request("POST", "/me/welcome_message_flows", formType, form.Encode()))
	var made struct {
		ID string `json:"flow_id"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || made.ID == "" {
		t.Fatalf("error %v: %s", err, w.Body)
	}
	const edge = "/me/welcome_message_flows"
	for _, step := range []struct{ method, target, body, want string }{
		{"GET", edge, "", `{"data":[{"eligible_platforms":["messenger"],"id":"` + made.ID + `","is_used_in_ad":false,"last_update_time":"2018-05-27T22:23:44+0000","name":"Driver sign up","welcome_message_flow":[{"message":{"text":"a"}}]}],"paging":`},
		{"POST", edge, `{"flow_id":"` + made.ID + `","name":"updated"}`, `{"success":true}`},
		{"GET", edge + "?fields=name&flow_id=" + made.ID, "", `{"id":"` + made.ID + `","name":"updated"}`},
		{"GET", edge + "?flow_id=1", "", "no flow with the id 1"},
		{"POST", edge, `{"flow_id":"1","name":"updated"}`, "no flow with the id 1"},
		{"POST", edge, `{"name":"a"}`, "welcome_message_flow: is missing"},
		{"POST", edge, `{"name":"a","welcome_message_flow":"a","eligible_platforms":[]}`, "welcome_message_flow: must be"},
		{"DELETE", edge + "?flow_id=" + made.ID, "", `{"success":true}`},
		{"DELETE", edge + "?flow_id=" + made.ID, "", "no flow"},
		{"GET", edge, "", `{"data":[]}`},
	} {
		if _, doc := ask(step.method, step.target, step.body); !strings.Contains(doc, step.want) {
			t.Errorf("%s %s %s: %s", step.method, step.target, step.body, doc)
		}
	}
}

// What is asked of an app, an account and a person by way of the page.
func TestSmallEdges(t *testing.T) {
	s, j := appServer(t, func(o *graph.Options) { o.Known = func(id string) bool { return id == "1234" } })
	ask := asking(t, s)
	for _, step := range []struct{ method, target, body, want string }{
		{"GET", "/me/insights/page_messages_total_messaging_connections?period=day", "", `{"data":[],"paging":{"next":"http://example.com/v23.0/` + page + `/insights/page_messages_total_messaging_connections?access_token=`},
		{"GET", "/me/insights?metric=page_messages_new_conversations_unique", "", `{"data":[],"paging":`},
		{"GET", "/me/accounts", "", `{"data":[{"access_token":"` + token + `","category":"Local Business","id":"` + page + `","name":"Café Referee","tasks":`},
		{"POST", "/me/unlink_accounts", `{"psid":"1234"}`, `{"result":"unlink account success"}`},
		{"POST", "/me/unlink_accounts", `{}`, "psid"},
		{"GET", "/me/messaging_feature_review", "", `{"data":[]}`},
		{"GET", "/1234/ids_for_apps", "", `{"data":[]`},
		{"GET", "/1235/ids_for_apps", "", `"error_subcode":33`},
		{"GET", "/me?fields=recipient&account_linking_token=1234.abc", "", `{"id":"` + page + `","recipient":"1234"}`},
		{"GET", "/me?fields=recipient&account_linking_token=1235.abc", "", `"code":10303`},
		{"GET", "/me?fields=recipient&account_linking_token=abc", "", `"code":10303`},
		{"GET", "/oauth/access_token?grant_type=client_credentials&client_id=" + app + "&client_secret=" + secret, "", `{"access_token":"` + appToken + `","token_type":"bearer"}`},
		{"POST", "/oauth/access_token", `{"grant_type":"fb_exchange_token","client_id":"` + app + `","client_secret":"` + secret + `","fb_exchange_token":"` + token + `"}`, `{"access_token":"` + token + `","expires_in":5184000,"token_type":"bearer"}`},
		{"GET", "/oauth/access_token?grant_type=fb_exchange_token&fb_exchange_token=x&client_id=" + app + "&client_secret=" + secret, "", `"code":190`},
		{"GET", "/oauth/access_token?grant_type=password&client_id=" + app + "&client_secret=" + secret, "", "grant_type"},
		{"GET", "/oauth/access_token?grant_type=client_credentials&client_id=" + app + "&client_secret=wrong", "", "Error validating client secret."},
		{"GET", "/oauth/access_token?grant_type=client_credentials&client_id=1", "", `"code":101`},
		{"GET", "/oauth/access_token", "", "Missing client_id parameter."},
	} {
		if _, doc := ask(step.method, step.target, step.body); !strings.Contains(doc, step.want) {
			t.Errorf("%s %s %s: %s, want %s", step.method, step.target, step.body, doc, step.want)
		}
	}
	for _, x := range j.Find(everything) {
		if text := x.Request.URL + string(x.Request.Body) + string(x.Doc) + string(x.Response.Body); strings.Contains(text, token) || strings.Contains(text, secret) {
			t.Errorf("the journal has a secret: %s", text)
		}
	}
}

// A profile names a picture that is there, at the address where the receiver reached
// the platform.
func TestPictures(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	get := func(link string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request("GET", link, "", ""))
		return w
	}
	var person struct {
		Picture string `json:"profile_pic"`
	}
	_, doc := ask("GET", "/1234?fields=profile_pic", "")
	if err := json.Unmarshal([]byte(doc), &person); err != nil || !strings.HasPrefix(person.Picture, "http://example.com/") {
		t.Fatalf("error %v: %s", err, doc)
	}
	first := get(person.Picture)
	if first.Code != 200 || first.Header().Get("Content-Type") != "image/png" || !strings.HasPrefix(first.Body.String(), "\x89PNG") {
		t.Errorf("status %d, type %s", first.Code, first.Header().Get("Content-Type"))
	}
	if other := get(strings.Replace(person.Picture, "1234", "1235", 1)); slices.Equal(other.Body.Bytes(), first.Body.Bytes()) {
		t.Error("two people look the same")
	}
	for _, link := range []string{"/_referee/pictures/", "/_referee/pictures/x.png", "/_referee/pictures/../1.png"} {
		if w := get(link); w.Code != 404 {
			t.Errorf("%s: status %d", link, w.Code)
		}
	}
	if _, doc := ask("GET", "/1234/picture?redirect=0", ""); !strings.Contains(doc, `"is_silhouette":false,"url":"`+person.Picture+`"`) {
		t.Errorf("where it is: %s", doc)
	}
	if _, doc := ask("GET", "/me?fields=picture", ""); !strings.Contains(doc, "/_referee/pictures/"+page+".png") {
		t.Errorf("the page's: %s", doc)
	}
	w := get("/1234/picture?type=large&access_token=" + token)
	if w.Code != 302 || w.Header().Get("Location") != person.Picture || w.Body.Len() > 0 {
		t.Errorf("status %d to %s: %s", w.Code, w.Header().Get("Location"), w.Body)
	}
}
