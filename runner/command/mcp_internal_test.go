package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/runner/mcp"
)

// agent is a client that is connected to a server with this configuration, whose folder is
// that of the configuration.
type agent struct {
	*sdk.ClientSession
	folder string
	stop   func()     // ends the server
	served chan error // its end
}

// newAgent connects a client. progressed hears what it is told of a run.
func newAgent(t *testing.T, configuration string, progressed func(*sdk.ProgressNotificationParams)) agent {
	t.Helper()
	a := agent{folder: t.TempDir(), served: make(chan error, 1)}
	file := filepath.Join(a.folder, "referee.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(configuration, "FOLDER", a.folder)), 0o600); err != nil {
		t.Fatal(err)
	}
	h := &Host{Stderr: io.Discard, LookupEnv: func(string) (string, bool) { return "", false }}
	host := agentHost{Host: h, variables: variables(newRoot(h)), file: file}
	server := mcp.New(mcp.Options{Referee: host.referee, Folder: a.folder, Version: "test"})
	ours, theirs := sdk.NewInMemoryTransports()
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	go func() { a.served <- server.Serve(ctx, ours) }()
	t.Cleanup(stop)
	client := sdk.NewClient(&sdk.Implementation{Name: "test"}, &sdk.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) {
			if progressed != nil {
				progressed(r.Params)
			}
		},
	})
	var err error
	if a.ClientSession, err = client.Connect(t.Context(), theirs, nil); err != nil {
		t.Fatal(err)
	}
	return a
}

// call calls a tool with arguments in JSON. What it answers has no more bytes than it may.
func (a agent) call(t *testing.T, tool, arguments string) (text string, failed bool, members map[string]any) {
	t.Helper()
	params := &sdk.CallToolParams{Name: tool, Arguments: json.RawMessage(arguments)}
	params.SetProgressToken(tool + arguments)
	result, err := a.CallTool(t.Context(), params)
	if err != nil {
		t.Fatalf("%s %s: %v", tool, arguments, err)
	}
	if len(result.Content) != 1 {
		t.Fatalf("%s %s answers %d contents", tool, arguments, len(result.Content))
	}
	text = result.Content[0].(*sdk.TextContent).Text
	structured, err := json.Marshal(result.StructuredContent)
	if err == nil && !result.IsError {
		err = json.Unmarshal(structured, &members)
	}
	if err != nil {
		t.Fatal(err)
	}
	if size := len(text) + len(structured); size > mcp.MaxAnswer {
		t.Errorf("%s %s answers %d bytes, more than %d", tool, arguments, size, mcp.MaxAnswer)
	}
	return text, result.IsError, members
}

// TestAgentTools has a client call every tool, rightly and wrongly.
func TestAgentTools(t *testing.T) {
	t.Parallel()
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "signed "+fmt.Sprint(r.Header.Get("X-Hub-Signature-256") != ""))
	}))
	defer bot.Close()
	a := newAgent(t, "reference: true\nhtml: FOLDER/kept/report.html\njunit: FOLDER/junit.xml\napp-secret: a secret of this test\n", nil)
	defer a.Close()
	for name, text := range map[string]string{
		"right.json":   `{"object":"page","entry":[{"id":"1","time":1458692752500,"messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"message":{"mid":"m_1","text":"hi"}}]}]}`,
		"other.json":   `{"name":"a project"}`,
		"variant.json": `{"id":"message.ours"}`,
	} {
		if err := os.WriteFile(filepath.Join(a.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "outside.json")
	if err := os.WriteFile(outside, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(a.folder, "link.json")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(a.folder, "linked"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(a.folder, "linked", "in.json")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ tool, arguments, says string }{
		{"result", `{}`, `^! there is no result yet: call run first$`},

		{"run", `{"only":["handshake.challenge"],"reports":["html"]}`, `(?s)^Partial: what was selected is met \(1 passed.*report html: \S+/kept/report.html\n.*report junit: `},
		{"run", `{"only":["handshak"]}`, "^! only \"handshak\" fits no requirement; give an id that `referee requirements` lists"},
		{"run", `{"onyl":["handshake"]}`, `^! run has no argument "onyl"; did you mean only\?$`},
		{"run", `{"causes":0}`, `^! causes of run is 0; it has to be a whole number from 1 to 20$`},
		{"run", `{"features":["repl"]}`, `^! features of run is \["repl"\]; .*one of replies, receipts,`},
		{"run", `{"url":"http://192.0.2.1/webhook"}`, `^! url is "http://192.0.2.1/webhook"; a client may name addresses of this machine alone`},
		{"run", `{"url":"localhost"}`, `^! url is "localhost"; it has to be the address of a webhook`},
		{"run", `{"command":"touch never"}`, `^! run has no argument "command"`},
		{"run", `{"as_of":"yesterday"}`, `^! "yesterday" is neither a date`},

		{"explain", `{"id":"signature.missing","stack":"express"}`, "(?s)^signature.missing \\(MUST\\): .*why: .*source: https://.*fix for express: .*```js\n.*timingSafeEqual"},
		{"explain", `{"id":"refuses.event-without-sender"}`, `(?s)^refuses.event-without-sender \(MUST\): .*why: .*fix: .*breaks: `},
		{"explain", `{"id":"signature.mising"}`, `^! there is no requirement or cause "signature.mising"; did you mean signature.missing`},
		{"explain", `{}`, `^! explain needs id. The id of a requirement`},

		{"validate", `{"files":["right.json"]}`, `(?s)^1 payload, 1 event: 1 valid, 0 not\n- right.json \(valid\): message.text\n$`},
		{"validate", `{"payload":"{\"object\":\"page\",\"entry\":[{\"id\":\"1\",\"time\":1,\"messaging\":[{\"referral\":{\"ref\":12345678901234567890}}]}]}"}`, `(?s)0 valid, 1 not\n- payload \(not valid\): nearest .*/entry/0/messaging/0/referral/ref: is a number`},
		{"validate", `{"payload":"{\n"}`, `(?s)0 valid, 1 not\n- .*the document is not JSON`},
		{"validate", `{"files":["other.json"]}`, `^! .*other.json is a JSON object with the members name, and neither a payload`},
		{"validate", `{"files":["` + filepath.ToSlash(outside) + `"]}`, `^! read \S+: a client may name what is in \S+ alone`},
		{"validate", `{"files":["link.json"]}`, `^! read link.json: a client may name what is in \S+ alone`},
		{"validate", `{"files":["linked"]}`, `^! read \S+linked/in.json: a client may name what is in \S+ alone`},
		{"validate", `{"files":[""]}`, `^! a path is empty; "." is all of \S+$`},
		{"validate", `{"files":["none.json"]}`, `^! read none.json: .*paths start at`},
		{"validate", `{"payload":"{}","files":["right.json"]}`, `^! payload and files both say what is looked at`},
		{"validate", `{}`, `^! what is looked at\? give payload`},
		{"validate", `{"payload":"` + strings.Repeat(`{}\n`, 20) + `"}`, `(?m)^1\d payloads not shown: give fewer at once$`},
		{"validate", `{"payload":"{}","as_of":"v99.0"}`, `(?s)note: --as-of: v99.0 is newer than what is known here`},

		{"emit", `{"variant":"message.text","seed":7}`, `(?s)^\{"object":"page","entry":.*\nX-Hub-Signature-256: sha256=[0-9a-f]{64}\n$`},
		{"emit", `{"variant":"message.text","send":true,"url":"` + bot.URL + `"}`, `(?s)^message.text to http://127.0.0.1:\d+: status 200 after \d+ ms\n   answer: signed true\n$`},
		{"emit", `{"variant":"message.text","curl":true,"url":"` + bot.URL + `"}`, `(?s)\ncurl .*http://127.0.0.1:\d+/?'?\n$`},
		{"emit", `{"variant":"message.text","send":true,"url":"http://127.0.0.1:1/"}`, `^! send message.text to http://127.0.0.1:1/: nothing listens`},
		{"emit", `{"variant":"message.text","send":true}`, `^! where to\? give url`},
		{"emit", `{"variant":"message.text","send":true,"url":"https://example.com/"}`, `^! url is "https://example.com/"; a client may name`},
		{"emit", `{"variant":"message.tex"}`, "^! there is no variant \"message.tex\"; did you mean message.text"},
		{"emit", `{"variant":"message.text","at":"noon"}`, `^! at is "noon"; it has to be an instant such as`},
		{"emit", `{"variant":"message.text","at":"0001-01-01T00:00:00Z"}`, `^! .*is before 1970`},
		{"emit", `{"variant":"variant.json"}`, `^! \S+variant.json is no variant file`},

		{"variants", `{}`, `(?s)^- \S+: .*\n\d+ more: narrow it with search, or call again with after \d+\n$`},
		{"variants", `{"search":"REFERRAL ads video"}`, `(?s)^- referral.ads-video: `},
		{"variants", `{"id":"referral.ads"}`, `(?s)^referral.ads \(documented\): .*\n\{"sender":\{"id":"\{\{psid\}\}"\}`},
		{"variants", `{"id":"referral.add"}`, `^! there is no variant "referral.add"; did you mean`},
		{"variants", `{"search":"teapot"}`, `^! no variant has the words "teapot"`},
		{"variants", `{"after":99999}`, `^! after is 99999, and there are \d+$`},

		{"requirements", `{}`, `(?s)^- handshake: \d+ MUST, \d+ SHOULD\n- signature: `},
		{"requirements", `{"topic":"signature","level":"MUST","search":"missing"}`, `(?m)^- signature.missing \(MUST\): `},
		{"requirements", `{"topic":"signatur"}`, `^! there is no requirement with topic "signatur"`},
	} {
		text, failed, _ := a.call(t, test.tool, test.arguments)
		if failed {
			text = "! " + text
		}
		if !regexp.MustCompile(test.says).MatchString(text) {
			t.Errorf("%s %s says\n%s\nand not %s", test.tool, test.arguments, text, test.says)
		}
		if strings.Contains(text, "a secret of this test") {
			t.Errorf("%s %s tells the secret: %s", test.tool, test.arguments, text)
		}
	}
	for _, file := range []string{"kept/report.html", "junit.xml"} {
		if _, err := os.Stat(filepath.Join(a.folder, file)); err != nil {
			t.Error(err)
		}
	}
}

// TestAgentWithoutReceiver wants to hear what to do where no configuration names a bot.
func TestAgentWithoutReceiver(t *testing.T) {
	t.Parallel()
	a := newAgent(t, "junit: FOLDER/junit.xml\n", nil)
	defer a.Close()
	text, failed, _ := a.call(t, "run", `{}`)
	if !failed || !strings.Contains(text, "names no receiver; let `referee init` write one in a shell") {
		t.Errorf("it says %s", text)
	}
	// The report says so too: those of the run before would be green.
	junit, err := os.ReadFile(filepath.Join(a.folder, "junit.xml"))
	if err != nil || !strings.Contains(string(junit), "names no receiver") {
		t.Errorf("the report is %s, %v", junit, err)
	}
}

// sloppy shakes hands, and does nearly all else wrongly.
func sloppy(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, "challenge: "+r.URL.Query().Get("hub.challenge")+strings.Repeat("<p>and a long page</p>\n", 200))
		return
	}
	body, _ := io.ReadAll(r.Body)
	switch text := string(body); {
	case !strings.Contains(text, `"mid"`):
		http.Error(w, strings.Repeat("TypeError: Cannot read properties of undefined (reading 'mid') <&> ", 100), http.StatusInternalServerError)
	case strings.Contains(text, `"attachments"`), strings.Contains(text, `"quick_reply"`):
		w.WriteHeader(http.StatusNotImplemented)
	case strings.Contains(text, "instagram"):
		w.WriteHeader(http.StatusNotFound)
	}
}

// TestAgentJudgesManyDefects has a run of a bot with many defects stay small, and the rest
// of them be asked for.
func TestAgentJudgesManyDefects(t *testing.T) {
	t.Parallel()
	bot := httptest.NewServer(http.HandlerFunc(sloppy))
	defer bot.Close()
	progressed := make(chan *sdk.ProgressNotificationParams, 100)
	a := newAgent(t, "patience: 0.05\n", func(p *sdk.ProgressNotificationParams) { progressed <- p })
	defer a.Close()
	text, failed, members := a.call(t, "run", `{"url":"`+bot.URL+`/webhook","only":["handshake","envelope","signature.missing"],"keep_going":true,"causes":3}`)
	if failed || members["verdict"] != "nonconformant" || members["exit_code"] != 1.0 {
		t.Fatalf("it says %s", text)
	}
	shown, more := 0, 0
	next := members
	seen := map[string]bool{}
	for range 100 {
		for _, list := range []string{"causes", "unexplained"} {
			all, _ := next[list].([]any)
			for _, one := range all {
				cause := one.(map[string]any)
				if id := cause["id"].(string); seen[id] {
					t.Errorf("%s is told twice", id)
				} else {
					seen[id] = true
				}
				if cause["title"] == "" || cause["level"] == "" || cause["remedy"] == "" {
					t.Errorf("the cause is %v", cause)
				}
				shown++
			}
		}
		if next["more"] == nil {
			break
		}
		if more == 0 {
			more = int(next["more"].(float64)) + shown
		}
		_, _, next = a.call(t, "result", fmt.Sprintf(`{"after":%v}`, next["after"]))
	}
	if shown < 5 || shown != more {
		t.Errorf("%d causes are told, of %d", shown, more)
	}
	for id := range seen {
		if text, failed, _ := a.call(t, "result", fmt.Sprintf(`{"id":%q}`, id)); failed || !strings.HasPrefix(text, id+" (") {
			t.Errorf("of %s it says %s", id, text)
		}
		break // one is enough: another test has all lengths
	}
	if text, failed, _ := a.call(t, "result", `{"id":"handshake.challenge"}`); failed || !strings.HasPrefix(text, "handshake.challenge (MUST, failed): ") {
		t.Errorf("of a requirement it says %s", text)
	}
	if text, failed, _ := a.call(t, "result", `{"id":"handshake.chalenge"}`); !failed || !strings.Contains(text, "did you mean handshake.challenge") {
		t.Errorf("of an unknown one it says %s", text)
	}
	told, part := "", -1.0
	for !strings.Contains(told, "stopping the receiver") {
		p := <-progressed
		if p.Progress <= part || p.Progress > p.Total {
			t.Errorf("progress is %v after %v, of %v", p.Progress, part, p.Total)
		}
		told, part = told+p.Message+"\n", p.Progress
	}
	for _, phase := range []string{"starting the receiver", "calibration: ", "judging ", "judged ", "confirming what was found"} {
		if !strings.Contains(told, phase) {
			t.Errorf("progress has no %q:\n%s", phase, told)
		}
	}
}

// TestAgentSkillIsTrue has a client do what the skill says, where that needs no bot.
func TestAgentSkillIsTrue(t *testing.T) {
	t.Parallel()
	a := newAgent(t, "seed: 1\n", nil)
	defer a.Close()
	answers := map[string]string{
		"explain":  `(?s)^signature.missing .*fix for express: `,
		"variants": `(?m)^- referral.ads: `,
		"emit":     `(?s)^\{"object":"page".*X-Hub-Signature-256: sha256=`,
		"run":      `^Partial: what was selected is met`,
	}
	tool := ""
	for _, code := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(mcp.Skill, -1) {
		word := strings.Join(strings.Fields(code[1]), " ")
		switch {
		case regexp.MustCompile(`^[a-z]+$`).MatchString(word):
			tool = word
		case !strings.HasPrefix(word, "{"), strings.Contains(word, "http://"), tool == "run" && !strings.Contains(word, `"reference"`), answers[tool] == "":
		default:
			if text, failed, _ := a.call(t, tool, word); failed || !regexp.MustCompile(answers[tool]).MatchString(text) {
				t.Errorf("%s %s says\n%s", tool, word, text)
			}
			delete(answers, tool)
		}
	}
	if len(answers) > 0 {
		t.Errorf("the skill has no example of %v", answers)
	}
}
