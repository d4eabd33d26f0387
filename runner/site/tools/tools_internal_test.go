package tools

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// ask asks a tool, and reads its answer.
func ask[A any](t *testing.T, tool string, question map[string]any) (answer A) {
	t.Helper()
	text, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	said := New(schemas.AsOf).Call(tool, text)
	if err := json.Unmarshal(said, &answer); err != nil {
		t.Fatalf("%s: %v: %s", tool, err, said)
	}
	return answer
}

type refusal struct{ Error string }

// indented is a referral with a number for a text and a member that nobody knows.
const indented = `{
  "object": "page",
  "entry": [{"id": "1", "time": 1458692752478, "messaging": [{
    "sender": {"id": "2"}, "recipient": {"id": "1"}, "timestamp": 1458692752478,
    "referral": {"ref": "ü", "ad_id": 6, "source": "ADS", "type": "OPEN_THREAD", "campaign": 1,
      "ads_context_data": {"ad_title": "x", "photo_url": "https://x.example/", "post_id": "1", "product_id": "4"}}}]
  }]
}`

func TestValidateSaysWhere(t *testing.T) {
	t.Parallel()
	said := ask[validated](t, "validate", map[string]any{"text": indented})
	if said.Valid != 0 || said.Invalid != 1 || len(said.Payloads) != 1 {
		t.Fatalf("it is %+v", said)
	}
	p := said.Payloads[0]
	want := map[string]place{"/entry/0/messaging/0/referral/ad_id": {Line: 5, Column: 39}, "/entry/0/messaging/0/referral/campaign": {Line: 5, Column: 94}}
	for _, problem := range p.Problems {
		if problem.Place == nil || *problem.Place != want[problem.Pointer] {
			t.Errorf("%+v is at %+v, not at %+v", problem, problem.Place, want[problem.Pointer])
		}
		delete(want, problem.Pointer)
	}
	if len(want) > 0 || len(p.Events) != 1 || p.Events[0].Nearest == nil || !strings.HasPrefix(p.Events[0].Nearest.ID, "referral.ads") {
		t.Errorf("not told: %v; it is %+v", want, p)
	}
}

func TestValidateNamesTheVariant(t *testing.T) {
	t.Parallel()
	const body = `{"object":"page","entry":[{"id":"1","time":1458692752478,"messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"referral":{"ref":"r","ad_id":"6","source":"ADS","type":"OPEN_THREAD"}}]}]}`
	said := ask[validated](t, "validate", map[string]any{"text": "\n\n" + body + "\n" + body})
	if said.Valid != 2 || len(said.Payloads) != 2 {
		t.Fatalf("it is %+v", said)
	}
	for i, p := range said.Payloads {
		if len(p.Events) != 1 || len(p.Events[0].Variants) == 0 || p.Events[0].Variants[0].ID != "referral.ads-without-context" || p.Events[0].Variants[0].Title == "" {
			t.Errorf("payload %d is %+v", i, p)
		}
		if at := p.Events[0].Place; at == nil || at.Line != 3+i || at.Column != 71 {
			t.Errorf("payload %d has its event at %+v", i, at)
		}
	}
	// Of a day before there were ads with such a context, and of text that is no payload.
	old := ask[validated](t, "validate", map[string]any{"text": strings.ReplaceAll(indented, `"campaign": 1,`, ""), "as_of": "v3.0"})
	if problems := old.Payloads[0].Problems; !slices.ContainsFunc(problems, func(p oneProblem) bool { return strings.HasSuffix(p.Pointer, "/ads_context_data") }) {
		t.Errorf("on that day there is wrong %+v", problems)
	}
	broken := ask[validated](t, "validate", map[string]any{"text": "{\n  \"object\": \"page\",\n  \"entry\": [}\n}"}).Payloads
	if len(broken) != 1 || broken[0].Place == nil || *broken[0].Place != (place{Line: 3, Column: 13}) || broken[0].Valid {
		t.Errorf("what is not JSON is %+v", broken)
	}
}

// TestExactBytes: a file is taken byte for byte.
func TestExactBytes(t *testing.T) {
	t.Parallel()
	body := []byte("{\"a\":\"\xff\"}\r\n")
	want := wire.Sign("a secret", body)
	got := ask[signed](t, "sign", map[string]any{"bytes": body, "text": "something else", "secret": "a secret"})
	if got.SHA256 != want.SHA256 || got.SHA1 != want.SHA1 || got.Bytes != len(body) {
		t.Errorf("the signatures are %+v, not %+v", got, want)
	}
	for signature, fits := range map[string]bool{want.SHA256: true, want.SHA1: true, want.SHA256[:70]: false, "": false} {
		got := ask[verified](t, "verify", map[string]any{"bytes": body, "secret": "a secret", "signature": signature})
		if got.Fits != fits || fits == (got.Problem != "") {
			t.Errorf("%q: %+v", signature, got)
		}
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	type report struct {
		Samples int
		Drift   []struct{ ID, Class, Where string }
	}
	line := func(referral string) string {
		return `{"object":"page","entry":[{"id":"1","time":1458692752478,"messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"referral":` + referral + `}]}]}`
	}
	plain, more := line(`{"ref":"r","source":"SHORTLINK","type":"OPEN_THREAD"}`), line(`{"ref":"r","source":"SHORTLINK","type":"OPEN_THREAD","campaign":"c"}`)
	said := ask[report](t, "drift", map[string]any{"text": plain + "\n" + more})
	if said.Samples != 2 || len(said.Drift) != 1 || said.Drift[0].Where != "the text:2" || !strings.Contains(said.Drift[0].ID, "campaign") {
		t.Errorf("the drift is %+v", said)
	}
	same := ask[report](t, "drift", map[string]any{"text": more, "against": map[string]any{"text": more}})
	if same.Samples != 1 || len(same.Drift) != 0 {
		t.Errorf("nothing changed, and the drift is %+v", same)
	}
}

func TestSince(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string // "date pointer"
	}{
		"members that came one after the other": {indented, []string{"2020-12-15 /entry/0/messaging/0/referral/ads_context_data", "2021-08-04 /entry/0/messaging/0/referral/ads_context_data/product_id"}},
		"one that went": {strings.Replace(indented, `"campaign": 1`, `"origin_domain": "https://x.example/"`, 1), []string{
			"2017-12 /entry/0/messaging/0/referral/origin_domain", "2020-11-02 /entry/0/messaging/0/referral/origin_domain gone",
			"2020-12-15 /entry/0/messaging/0/referral/ads_context_data", "2021-08-04 /entry/0/messaging/0/referral/ads_context_data/product_id",
		}},
	} {
		said := ask[dated](t, "since", map[string]any{"text": c.text})
		var got []string
		for _, s := range said.Steps {
			what := s.Date + " " + s.Pointer
			if s.Gone {
				what += " gone"
			}
			got = append(got, what)
			if s.Change == "" || s.Source == "" || s.Place == nil || s.Message == "" {
				t.Errorf("%s: not all is told of %+v", name, s)
			}
		}
		if !slices.Equal(got, c.want) || said.First == "" {
			t.Errorf("%s: %q, and the history begins with %q", name, got, said.First)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tool     string
		question map[string]any
		says     string
	}{
		"an unknown tool":    {"judge", nil, "there are drift, sign, since, validate, verify"},
		"an unknown member":  {"sign", map[string]any{"Salt": "x"}, `unknown field "Salt"`},
		"no secret":          {"sign", map[string]any{"text": "{}"}, "which secret"},
		"nothing":            {"validate", map[string]any{"text": " \n"}, "there is no payload"},
		"another document":   {"validate", map[string]any{"text": "# A title"}, "the text:1 is text that is not JSON"},
		"an unknown day":     {"validate", map[string]any{"text": "{}", "as_of": "yesterday"}, "yesterday"},
		"a payload too many": {"since", map[string]any{"text": "{}", "index": 1}, "there is no payload 1"},
		"earlier payloads":   {"drift", map[string]any{"text": "{}", "against": map[string]any{"text": "x"}}, "of the earlier payloads"},
	} {
		if said := ask[refusal](t, c.tool, c.question); !strings.Contains(said.Error, c.says) {
			t.Errorf("%s: it says %q, and not %q", name, said.Error, c.says)
		}
	}
}

// FuzzCall: whatever is pasted, each tool answers with JSON. One that panicked would be
// gone from the page.
func FuzzCall(f *testing.F) {
	for _, text := range []string{indented, "", "{}\n{}", "[]", `{"object":"page","entry":[{"messaging":[{}]}]}`, `{"version":1,"request":{"body":"{}"}}`, "\xff", `{"value":{"referral":1},"field":""}`} {
		f.Add([]byte(text))
	}
	t := New(schemas.AsOf)
	f.Fuzz(func(test *testing.T, text []byte) {
		question, err := json.Marshal(map[string]any{"bytes": text})
		if err != nil {
			test.Fatal(err)
		}
		for _, tool := range []string{"validate", "since", "drift"} {
			if said := t.Call(tool, question); !json.Valid(said) {
				test.Errorf("%s answers %q", tool, said)
			}
		}
	})
}

// TestToolsStaySmall keeps out what a page would have to load for nothing.
func TestToolsStaySmall(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		inside, own := strings.CutPrefix(path, "github.com/seed-11445fa1/referee/")
		if own && !strings.HasPrefix(inside, "schemas") && !slices.Contains([]string{"mockplatform/wire", "recorder/capture", "runner/payload", "runner/site/tools"}, inside) || path == "net/http" {
			t.Errorf("the tools depend on %s", path)
		}
	}
}
