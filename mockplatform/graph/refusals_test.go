package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
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
	Name, Edge, Type, Message, Source, Inferred string
	Code, Subcode, Status                       int
	Instagram                                   *struct {
		Code, Subcode, Status int
		Type, Message         string
	}
	Judged         bool
	Refused, Taken []json.RawMessage
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

// judging returns a server of its own, in which an attachment was uploaded and a
// persona made, and what fills the placeholders of a row.
func judging(t *testing.T, strict bool) (*graph.Server, *journal.Journal, func(json.RawMessage) string) {
	t.Helper()
	j := journal.New(100, token)
	s := graph.New(graph.Options{
		PageID: page, PageToken: token, AppID: app, Seed: 1, Journal: j, Strict: strict,
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
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request("POST", "/v26.0/me/"+call.edge+"?access_token="+token, "application/json", call.body))
		var answer map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer[call.member] == "" {
			t.Fatalf("%s: %s", name, w.Body)
		}
		made[name] = answer[call.member]
	}
	long := regexp.MustCompile(`\{([0-9]+)\}`)
	return s, j, func(body json.RawMessage) string {
		text := string(body)
		for name, value := range made {
			text = strings.ReplaceAll(text, name, value)
		}
		return long.ReplaceAllStringFunc(text, func(match string) string {
			n, _ := strconv.Atoi(match[1 : len(match)-1])
			return strings.Repeat("å", n)
		})
	}
}

// Each rule refuses what it says, with the error that it says; a lenient Graph API
// takes it where the form is right, and warns. What a rule has beside that is taken.
func TestRefusals(t *testing.T) {
	for _, row := range refusalRows(t) {
		t.Run(row.Name, func(t *testing.T) {
			t.Parallel()
			if !strings.HasPrefix(row.Source, "https://") || row.Status == 0 || len(row.Refused) == 0 {
				t.Errorf("a row has a source, a status and a call that it refuses: %+v", row)
			}
			target := "/v26.0/me/" + row.Edge + "?access_token=" + token
			post := func(s *graph.Server, body string) *httptest.ResponseRecorder {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, request("POST", target, "application/json", body))
				return w
			}
			words := regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(row.Message), ".+")
			for _, call := range row.Refused {
				s, j, filled := judging(t, true)
				body := filled(call)
				w := post(s, body)
				var answer struct {
					Error struct {
						Message, Type string
						Code          int
						Subcode       int    `json:"error_subcode"`
						Trace         string `json:"fbtrace_id"`
					}
				}
				if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || schemas.Validate("graph.error", w.Body.Bytes()) != nil {
					t.Errorf("%s: %s", body, w.Body)
				}
				e := answer.Error
				if w.Code != row.Status || e.Code != row.Code || e.Subcode != row.Subcode || e.Type != row.Type || !regexp.MustCompile("^"+words+"$").MatchString(e.Message) {
					t.Errorf("%s is answered with %d %s", body, w.Code, w.Body)
				}
				all := j.Find(everything)
				if last := all[len(all)-1]; !strings.Contains(last.Err, "the rule "+row.Name+": ") || strings.Contains(last.Err, "Meta's words may differ") != (row.Inferred != "") {
					t.Errorf("the journal says %q", last.Err)
				}
				if at := row.Instagram; at != nil {
					r := request("POST", target, "application/json", body)
					r.Host = "graph.instagram.com"
					w := httptest.NewRecorder()
					s.ServeHTTP(w, r)
					if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
						t.Fatal(err)
					}
					if got := answer.Error; w.Code != at.Status || got.Message != at.Message || got.Type != at.Type || got.Code != at.Code || got.Subcode != at.Subcode {
						t.Errorf("Instagram answers %s with %d %s", body, w.Code, w.Body)
					}
				}
				lenient, j, filled := judging(t, false)
				w = post(lenient, filled(call))
				all = j.Find(everything)
				warned := false
				for _, warning := range all[len(all)-1].Warnings {
					warned = warned || warning.Rule == row.Name && warning.Text == e.Message && warning.Certain == row.Judged
				}
				if !warned {
					t.Errorf("%s: a lenient Graph API answers %d %s and warns of %+v", body, w.Code, w.Body, all[len(all)-1].Warnings)
				}
			}
			for _, call := range row.Taken {
				s, _, filled := judging(t, true)
				if w := post(s, filled(call)); w.Code != 200 {
					t.Errorf("%s is answered with %d %s", filled(call), w.Code, w.Body)
				}
				lenient, j, filled := judging(t, false)
				if w := post(lenient, filled(call)); w.Code != 200 {
					t.Errorf("%s: %s", filled(call), w.Body)
				}
				all := j.Find(everything)
				if warnings := all[len(all)-1].Warnings; len(warnings) > 0 {
					t.Errorf("%s: it warns of %+v", filled(call), warnings)
				}
			}
		})
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
	const account = "17842136120632384"
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
