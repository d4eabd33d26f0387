package graph_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const formType = "application/x-www-form-urlencoded"

// A parameter is the same in whichever way a client writes it.
func TestSpellingsOfParameters(t *testing.T) {
	const text = `{"message":{"text":"a"},"recipient":{"id":"1234"}}`
	image := `{"message":{"attachment":{"payload":{"is_reusable":"true","url":"https://example.com/a.png"},"type":"image"}},"recipient":{"id":"1234"}}`
	for name, tt := range map[string]struct{ query, contentType, body, want string }{
		"brackets in a form":          {"", formType, "recipient[id]=1234&message[text]=a", text},
		"brackets, encoded":           {"", formType, "recipient%5Bid%5D=1234&message%5Btext%5D=a", text},
		"brackets in the query":       {"&recipient[id]=1234&message[text]=a", "", "", text},
		"brackets, deep":              {"", formType, "recipient[id]=1234&message[attachment][type]=image&message[attachment][payload][url]=https://example.com/a.png&message[attachment][payload][is_reusable]=true", image},
		"true as PHP writes it":       {"", formType, "recipient[id]=1234&message[attachment][type]=image&message[attachment][payload][url]=https://example.com/a.png&message[attachment][payload][is_reusable]=1", strings.Replace(image, `"true"`, `"1"`, 1)},
		"brackets with JSON in them":  {"", formType, `recipient[id]=1234&message[attachment]={"type":"image","payload":{"url":"https://example.com/a.png","is_reusable":"true"}}`, image},
		"brackets in parts":           {"", "multipart/form-data; boundary=b", inParts("recipient[id]", "1234", "message[text]", "a"), text},
		"a form without a type":       {"", "", "recipient=%7B%22id%22%3A%221234%22%7D&message=%7B%22text%22%3A%22a%22%7D", text},
		"a form as plain text":        {"", "text/plain", "recipient[id]=1234&message[text]=a", text},
		"JSON without a type":         {"", "", `{"recipient":{"id":"1234"},"message":{"text":"a"}}`, text},
		"JSON text in JSON":           {"", "application/json", `{"recipient":"{\"id\":\"1234\"}","message":"{\"text\":\"a\"}"}`, text},
		"JSON text, deep":             {"", "application/json", `{"recipient":{"id":"1234"},"message":{"attachment":"{\"type\":\"image\",\"payload\":\"{\\\"url\\\":\\\"https://example.com/a.png\\\",\\\"is_reusable\\\":\\\"true\\\"}\"}"}}`, image},
		"single quotes":               {"", formType, url.Values{"recipient": {"{'id':'1234'}"}, "message": {"{'text':'a'}"}}.Encode(), text},
		"bare names":                  {"", formType, url.Values{"recipient": {`{id:"1234"}`}, "message": {`{ text : a }`}}.Encode(), text},
		"quotes in single quotes":     {"", formType, url.Values{"recipient": {"{'id':'1234'}"}, "message": {`{'text':'it\'s "so"'}`}}.Encode(), `{"message":{"text":"it's \"so\""},"recipient":{"id":"1234"}}`},
		"text that looks like JSON":   {"", "application/json", `{"recipient":{"id":"1234"},"message":{"text":"{\"a\":1}","metadata":"[1]"}}`, `{"message":{"metadata":"[1]","text":"{\"a\":1}"},"recipient":{"id":"1234"}}`},
		"a payload that is JSON text": {"", "application/json", `{"recipient":{"id":"1234"},"message":{"text":"a","quick_replies":[{"content_type":"text","title":"b","payload":"{\"a\":1}"}]}}`, `{"message":{"quick_replies":[{"content_type":"text","payload":"{\"a\":1}","title":"b"}],"text":"a"},"recipient":{"id":"1234"}}`},
		"a list in brackets":          {"", formType, "recipient[id]=1234&message[text]=a&message[quick_replies][0][content_type]=user_email&message[quick_replies][1][content_type]=user_phone_number", `{"message":{"quick_replies":[{"content_type":"user_email"},{"content_type":"user_phone_number"}],"text":"a"},"recipient":{"id":"1234"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, x := do(t, request("POST", right+escaped(tt.query), tt.contentType, tt.body))
			if w.Code != 200 || x.Person != "1234" || x.Kind != journal.Send {
				t.Fatalf("status %d, person %q: %s", w.Code, x.Person, w.Body)
			}
			if got := plainJSON(t, x.Doc); got != plainJSON(t, []byte(tt.want)) {
				t.Errorf("read as %s, want %s", got, tt.want)
			}
		})
	}
}

// escaped lets brackets stand in a query.
func escaped(query string) string { return strings.NewReplacer("[", "%5B", "]", "%5D").Replace(query) }

// inParts is the body of a form in parts with the boundary "b".
func inParts(fields ...string) string {
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		b.WriteString("--b\r\nContent-Disposition: form-data; name=\"" + fields[i] + "\"\r\n\r\n" + fields[i+1] + "\r\n")
	}
	return b.String() + "--b--\r\n"
}

func TestListsOfFields(t *testing.T) {
	for _, query := range []string{"fields=name,category", "fields[0]=name&fields[1]=category", "fields[]=name&fields[]=category", `fields=["name","category"]`, "fields=['name','category']"} {
		s, _ := server(t)
		status, doc := asking(t, s)("GET", "/me?"+escaped(query), "")
		if want := `{"category":"Local Business","id":"` + page + `","name":"Café Referee"}`; status != 200 || doc != want {
			t.Errorf("%s: %s", query, doc)
		}
	}
}

// What is neither JSON nor nearly so stays text, and is told as the wrong type.
func TestTextThatIsNoObject(t *testing.T) {
	for _, recipient := range []string{"{'id':", "{id}", "{'id':'1'", "{'id' '1'}", "{'id':'1'}}", "[object Object]", "{,}", "{:1}", "{\"a\":\xff}", strings.Repeat("[", 100)} {
		w, _ := do(t, request("POST", right, formType, url.Values{"recipient": {recipient}, "message": {`{"text":"a"}`}}.Encode()))
		if _, _, _, code, _ := graphError(t, w); code != 100 {
			t.Errorf("%q: %s", recipient, w.Body)
		}
	}
}

// A POST can be another method, for clients that can send no other.
func TestMethodOverride(t *testing.T) {
	for name, tt := range map[string]struct{ method, query, contentType, body, want string }{
		"delete in the query": {"POST", "?method=delete&fields=greeting", "", "", `{"result":"success"}`},
		"delete in a form":    {"POST", "", formType, "method=DELETE&fields=greeting", `{"result":"success"}`},
		"delete in JSON":      {"POST", "", "application/json", `{"method":"delete","fields":["greeting"]}`, `{"result":"success"}`},
		"get":                 {"POST", "?method=get", "", "", `{"data":[]}`},
		"post":                {"POST", "?method=post", "application/json", `{"greeting":[{"locale":"default","text":"a"}]}`, `{"result":"success"}`},
		"a GET stays one":     {"GET", "?method=delete&fields=greeting", "", "", `{"data":[]}`},
		"no method":           {"POST", "?method=brew&fields=greeting", "", "", `"code":100`},
	} {
		s, j := server(t)
		r := request(tt.method, "/me/messenger_profile"+tt.query, tt.contentType, tt.body)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s: %s", name, w.Body)
		}
		x := j.Find(everything)[0]
		if x.Request.Method != tt.method || strings.Contains(string(x.Doc), "delete") && tt.method == "POST" {
			t.Errorf("%s: recorded %s %s", name, x.Request.Method, x.Doc)
		}
	}
}

// Whatever stands in a form, its parameters are JSON.
func FuzzForm(f *testing.F) {
	f.Add("recipient[id]=1&message[text]=a&fields[]=a&fields[]=b&a[b=c&[d]=e")
	f.Add("recipient={'id':'1'}&message={text:a,b:[1,'\\'']}")
	f.Fuzz(func(t *testing.T, form string) {
		_, x := do(t, request("POST", right, formType, form))
		if x.Doc != nil && !json.Valid(x.Doc) {
			t.Errorf("%q is read as %q", form, x.Doc)
		}
	})
}
