package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// refusal is a row of refusals.json as the test reads it: by itself, so that a member
// that nothing reads is found.
type refusal struct {
	Name, Type, Message, Source, Inferred string
	Code, Subcode, Status                 int
	Instagram                             *struct {
		Code, Subcode, Status int
		Type, Message         string
	}
	Judged, Always bool
	Refused, Taken map[string][]json.RawMessage
}

func refusalRows(t *testing.T) []refusal {
	t.Helper()
	text, err := os.ReadFile("refusals.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []refusal
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// judged is a server of its own, in which an attachment was uploaded, and a persona and a
// label were made.
type judged struct {
	*graph.Server
	journal *journal.Journal
	made    map[string]string
}

var long = regexp.MustCompile(`\{([0-9]+)\}`)

// filled puts in place of the placeholders of a row what they stand for.
func (s judged) filled(text string) string {
	for name, value := range s.made {
		text = strings.ReplaceAll(text, name, value)
	}
	return long.ReplaceAllStringFunc(text, func(match string) string {
		n, _ := strconv.Atoi(match[1 : len(match)-1])
		return strings.Repeat("å", n)
	})
}

// make makes a call of a row, and returns what the journal has of it too.
func (s judged) make(t *testing.T, asked string, params json.RawMessage, host string) (*httptest.ResponseRecorder, journal.Exchange) {
	t.Helper()
	if asked == "DELETE page/messenger_profile" { // of a profile that has something
		s.make(t, "POST page/messenger_profile", json.RawMessage(`{"get_started":{"payload":"P"},"persistent_menu":[{"locale":"default","call_to_actions":[]}]}`), "")
	}
	method, path, _ := strings.Cut(asked, " ")
	object, name, _ := strings.Cut(path, "/")
	switch object {
	case "page":
		object = "me"
	case "instagram":
		object = instagram
	case "label":
		object = s.made["{label}"]
	}
	target, body := "/v26.0/"+object+"/"+name+"?access_token="+token, s.filled(string(params))
	if method != "POST" {
		var members map[string]string
		if err := json.Unmarshal([]byte(body), &members); err != nil {
			t.Fatalf("%s of %s: %v", body, asked, err)
		}
		for name, value := range members {
			target += "&" + name + "=" + url.QueryEscape(value)
		}
		body = ""
	}
	r := request(method, target, "application/json", body)
	if host != "" {
		r.Host = host
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	all := s.journal.Find(everything)
	return w, all[len(all)-1]
}

const instagram = "17842136120632384"

func judging(t *testing.T, strict bool) judged {
	t.Helper()
	j := journal.New(100, token)
	s := graph.New(graph.Options{
		PageID: page, InstagramID: instagram, PageToken: token, AppID: app, Seed: 1, Journal: j, Strict: strict,
		Clock: func() time.Time { return time.UnixMilli(1795959879172) }, Version: "v26.0", Day: "2026-11-28",
		Known: func(id string) bool { return id != "5678" },
		Contact: func(id string) (time.Time, bool) {
			return map[string]time.Time{"1739141089378194": time.UnixMilli(1795959879172), "9012": time.UnixMilli(1795959879172).Add(-25 * time.Hour), "3456": {}}[id], id != "5678"
		},
	})
	t.Cleanup(s.Close)
	made := map[string]string{"{psid}": "1739141089378194", "{nobody}": "5678", "{late}": "9012", "{never}": "3456", "{page}": page}
	for name, call := range map[string]struct{ edge, body, member string }{
		"{attachment}": {"message_attachments", `{"message":{"attachment":{"type":"image","payload":{"url":"https://example.com/a.png","is_reusable":true}}}}`, "attachment_id"},
		"{persona}":    {"personas", `{"name":"Ada","profile_picture_url":"https://example.com/a.png"}`, "id"},
		"{label}":      {"custom_labels", `{"page_label_name":"VIP"}`, "id"},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request("POST", "/v26.0/me/"+call.edge+"?access_token="+token, "application/json", call.body))
		var answer map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer[call.member] == "" {
			t.Fatalf("%s: %s", name, w.Body)
		}
		made[name] = answer[call.member]
	}
	return judged{s, j, made}
}

// Each rule refuses what it says, with the error that it says. A lenient Graph API warns
// of it, and takes it where the form is right and something can come of it. What a rule
// has beside that is taken.
func TestRefusals(t *testing.T) {
	for _, row := range refusalRows(t) {
		t.Run(row.Name, func(t *testing.T) {
			t.Parallel()
			if !strings.HasPrefix(row.Source, "https://") || row.Status == 0 || len(row.Refused) == 0 {
				t.Errorf("a row has a source, a status and a call that it refuses: %+v", row)
			}
			for asked, calls := range row.Refused {
				if len(calls) == 0 {
					t.Errorf("%s has no call that is refused", asked)
				}
				for _, params := range calls {
					tryRefused(t, row, asked, params)
				}
			}
			for asked, calls := range row.Taken {
				for _, params := range calls {
					for _, strict := range []bool{true, false} {
						if w, x := judging(t, strict).make(t, asked, params, ""); w.Code != 200 || len(x.Warnings) > 0 {
							t.Errorf("%s %s: %d %s, and it warns of %+v", asked, params, w.Code, w.Body, x.Warnings)
						}
					}
				}
			}
		})
	}
}

// errorOf is the error in an answer, without its trace.
func errorOf(t *testing.T, w *httptest.ResponseRecorder) (e struct {
	Message, Type string
	Code          int
	Subcode       int `json:"error_subcode"`
}) {
	t.Helper()
	answer := struct{ Error any }{&e}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || schemas.Validate("graph.error", w.Body.Bytes()) != nil {
		t.Errorf("no error of Meta's: %d %s", w.Code, w.Body)
	}
	return e
}

// tryRefused tries one call that a rule refuses.
func tryRefused(t *testing.T, row refusal, asked string, params json.RawMessage) {
	t.Helper()
	words := regexp.MustCompile("^" + regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(row.Message), ".+") + "$")
	isOfRow := func(w *httptest.ResponseRecorder) bool {
		e := errorOf(t, w)
		return w.Code == row.Status && e.Code == row.Code && e.Subcode == row.Subcode && e.Type == row.Type && words.MatchString(e.Message)
	}
	s := judging(t, true)
	w, x := s.make(t, asked, params, "")
	if !isOfRow(w) {
		t.Errorf("%s %s is answered with %d %s", asked, params, w.Code, w.Body)
	}
	if !strings.Contains(x.Err, "the rule "+row.Name+": ") || strings.Contains(x.Err, "Meta's words may differ") != (row.Inferred != "") {
		t.Errorf("%s %s: the journal says %q", asked, params, x.Err)
	}
	said := errorOf(t, w).Message
	if at := row.Instagram; at != nil {
		w, _ := s.make(t, asked, params, "graph.instagram.com")
		if e := errorOf(t, w); w.Code != at.Status || e.Message != at.Message || e.Type != at.Type || e.Code != at.Code || e.Subcode != at.Subcode {
			t.Errorf("Instagram answers %s %s with %d %s", asked, params, w.Code, w.Body)
		}
	}
	w, x = judging(t, false).make(t, asked, params, "")
	warned := slices.ContainsFunc(x.Warnings, func(warning journal.Warning) bool {
		return warning.Rule == row.Name && warning.Text == said && warning.Certain == row.Judged
	})
	if !warned || (row.Always || w.Code != 200) && !isOfRow(w) {
		t.Errorf("%s %s: a lenient Graph API answers %d %s and warns of %+v", asked, params, w.Code, w.Body, x.Warnings)
	}
}

// A tag that has an end is taken until then, and a template too.
func TestRefusalsHaveDays(t *testing.T) {
	for day, want := range map[string]int{"2026-04-26": 200, "2026-04-27": 400} {
		j := journal.New(10, token)
		s := graph.New(graph.Options{PageID: page, PageToken: token, AppID: app, Journal: j, Day: day, Strict: true})
		t.Cleanup(s.Close)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request("POST", fmt.Sprintf("/me/messages?access_token=%s", token), "application/json",
			`{"recipient":{"id":"1739141089378194"},"message":{"text":"t"},"messaging_type":"MESSAGE_TAG","tag":"ACCOUNT_UPDATE"}`))
		if w.Code != want {
			t.Errorf("on %s: %d %s", day, w.Code, w.Body)
		}
	}
}

// The account on Instagram sends by its own id, and is nobody to write to.
func TestTheAccountOnInstagram(t *testing.T) {
	const account = instagram
	s := graph.New(graph.Options{
		PageID: page, InstagramID: account, PageToken: token, AppID: app, Journal: journal.New(10, token), Day: "2026-11-28", Strict: true,
	})
	t.Cleanup(s.Close)
	post := func(to string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request("POST", "/v26.0/"+account+"/messages?access_token="+token, "application/json", `{"recipient":{"id":"`+to+`"},"message":{"text":"t"}}`))
		return w
	}
	if w := post("1739141089378194"); w.Code != 200 || !strings.Contains(w.Body.String(), "message_id") {
		t.Errorf("it sends: %d %s", w.Code, w.Body)
	}
	if w := post(account); w.Code != 400 || !strings.Contains(w.Body.String(), "2534014") {
		t.Errorf("to itself: %d %s", w.Code, w.Body)
	}
}
