package anonymise_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/recorder/anonymise"
	"github.com/seed-11445fa1/referee/recorder/capture"
)

// lineOf is a record as it stands in a capture.
func lineOf(t interface{ Fatal(...any) }, r capture.Record) string {
	var line strings.Builder
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		t.Fatal(err)
	}
	return line.String()
}

func TestRecord(t *testing.T) {
	a := with(t)
	r := capture.Record{
		Request: capture.Message{
			Method: "POST", Target: "/webhook/4f1b0a9c2d77?hub.mode=subscribe&hub.verify_token=opensesame&lonely.1234567", Proto: "HTTP/1.1",
			Header: capture.Header{
				{Name: "Host", Value: "bot.example:8443"}, {Name: "user-agent", Value: "facebookexternalua"},
				{Name: "X-Hub-Signature-256", Value: "sha256=0123abcd"}, {Name: "X-Hub-Signature", Value: "opensesame"},
				{Name: "Authorization", Value: "Bearer opensesame"}, {Name: "X-Forwarded-For", Value: "203.0.113.77"},
				{Name: "X-Forwarded-Host", Value: "bot.example"}, {Name: "Content-Type", Value: "application/json; charset=UTF-8"},
			},
			Body: capture.Body(`{"sender":{"id":"1234567890123456"}}`),
		},
		Answer: &capture.Message{
			Status: 200, Proto: "HTTP/1.1", Body: capture.Body("1234567890123456"),
			Header: capture.Header{{Name: "Set-Cookie", Value: "sid=opensesame"}, {Name: "Server", Value: "opensesame/1.0"}, {Name: "Date", Value: "Thu, 26 Nov 2026 12:00:00 GMT"}},
		},
		Err: `it does not begin like a request: "POST /opensesame HTTP/3"`,
	}
	a.Record(&r)
	text := lineOf(t, r)
	for _, gone := range []string{"opensesame", "0123abcd", "203.0.113.77", "1234567890123456", "4f1b0a9c2d77", "lonely.1234567", "bot.example"} {
		if strings.Contains(text, gone) {
			t.Errorf("%s is still there: %s", gone, text)
		}
	}
	for _, stays := range []string{
		`"/webhook/`, "?hub.mode=subscribe&hub.verify_token=", ":8443", "facebookexternalua", `"sha256=…"`, "application/json; charset=UTF-8",
		"Thu, 26 Nov 2026 12:00:00 GMT", "it does not begin like a request: ", `"HTTP/1.1"`,
	} {
		if !strings.Contains(text, stays) {
			t.Errorf("%s is gone: %s", stays, text)
		}
	}
	if !strings.Contains(string(r.Request.Body), string(r.Answer.Body)) {
		t.Errorf("the answer repeats an id of the request, and has another stand-in: %s", text)
	}
	header := wire.Header(r.Request.Header)
	if header.Get("Host") != header.Get("X-Forwarded-Host")+":8443" {
		t.Errorf("one host has two stand-ins: %s", text)
	}
}

// TestSecretsGo: wherever a secret stands in a request or its answer, in whatever
// spelling, it is not in the record.
func TestSecretsGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err := anonymise.New(anonymise.Options{Key: [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))})
		if err != nil {
			t.Fatal(err)
		}
		secret := rapid.OneOf(rapid.StringMatching(`[a-z]{10,20}`), rapid.StringMatching(`[A-Za-z0-9]{10,40}`), rapid.StringMatching(`[0-9a-f]{16,64}`)).Draw(t, "secret")
		spelt := rapid.SampledFrom([]string{secret, percent(secret), strings.ToUpper(percent(secret)), secret[:3] + percent(secret[3:])}).Draw(t, "spelt")
		place := func(forms ...string) string {
			return strings.ReplaceAll(rapid.SampledFrom(forms).Draw(t, forms[0]), "S", spelt)
		}
		target := place("/hook/S", "/S", "/webhook/S/messenger.php", "/webhook?S", "/webhook?S=1", "/?hub.verify_token=S", "/?hub.mode=S", "/a.S-webhook", "http://S.example/webhook", "S:443", "/webhook?token=a;key=S")
		kind := place("application/json; profile=S", "application/S", "S", "application/json; S=1", `application/json; charset="S"`, "multipart/form-data; boundary=S", `multipart/mixed; boundary="S;a"`)
		r := capture.Record{
			Request: capture.Message{
				Method: place("POST", "S"), Target: target, Proto: place("HTTP/1.1", "S"),
				Header: capture.Header{
					{Name: "Host", Value: place("S", "S.example:80", "u:S@x", "[S]")}, {Name: "User-Agent", Value: place("S", "facebookexternalua S", "curl/8.5.0 (S)")},
					{Name: "content-type", Value: kind}, {Name: "X-Hub-Signature", Value: place("sha1=S", "S=1", "S")}, {Name: "Referer", Value: place("https://S/")},
				},
				Body: capture.Body(place("S", "--S\r\nContent-Disposition: form-data; name=\"p\"; filename=\"S\"\r\nX-Part: S\r\n\r\nS\r\n--S--\r\n", `{"sender":{"id":"S"}}`, "a=S&S=b")),
			},
			Answer: &capture.Message{
				Status: 200, Body: capture.Body(place("S", "<p>S</p>")),
				Header: capture.Header{{Name: "Server", Value: place("S", "nginx (S)")}, {Name: "X-Powered-By", Value: place("S")}, {Name: "Location", Value: place("/S")}},
			},
			Err: place(`"POST /S" is not a line of a header`, "dial tcp: lookup S.example: no such host"),
		}
		before := lineOf(t, r)
		a.Record(&r)
		text := lineOf(t, r)
		decoded := percentCode.Replace(text)
		if strings.Contains(text, spelt) || strings.Contains(decoded, secret) {
			t.Fatalf("%s is still there:\n%s\n%s", secret, before, text)
		}
	})
}

// percent spells a text in percent codes.
func percent(text string) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteString("%" + hex.EncodeToString([]byte{text[i]}))
	}
	return b.String()
}

// percentCode decodes the percent codes of letters and digits.
var percentCode = func() *strings.Replacer {
	var pairs []string
	for c := range byte(128) {
		code := percent(string(rune(c)))
		pairs = append(pairs, code, string(rune(c)), strings.ToUpper(code), string(rune(c)))
	}
	return strings.NewReplacer(pairs...)
}()

func TestRoutesStay(t *testing.T) {
	a := with(t)
	for _, target := range []string{
		"/", "/webhook", "/webhook/", "/api/v1/fb-webhook", "/v23.0/me/messages", "/messenger_webhook.php", "/Webhook/Facebook", "*",
		"/webhook?hub.mode=subscribe", "/cgi-bin/webhook.py?page_id",
	} {
		r := capture.Record{Request: capture.Message{Method: "POST", Target: target}}
		if a.Record(&r); r.Request.Target != target {
			t.Errorf("%s became %s", target, r.Request.Target)
		}
	}
}

func TestMediaTypesStay(t *testing.T) {
	a := with(t)
	for _, value := range []string{
		"application/json", "application/json; charset=utf-8", `Text/HTML;charset="ISO-8859-1"`, "application/x-www-form-urlencoded",
		"application/problem+json; version=1.1",
	} {
		r := capture.Record{Request: capture.Message{Header: capture.Header{{Name: "Content-Type", Value: value}}}}
		if a.Record(&r); r.Request.Header[0].Value != value {
			t.Errorf("%s became %s", value, r.Request.Header[0].Value)
		}
	}
}

// TestMultipart: what the header says of a body of parts is true of its stand-in.
func TestMultipart(t *testing.T) {
	for _, keep := range [][]string{nil, {"Content-Type"}} {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, value := range map[string]string{"payload": `{"sender":{"id":"1234567890123456"},"timestamp":1527459824000}`, "note": "open sesame"} {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		file, err := w.CreateFormFile("upload", "opensesame.txt")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write([]byte("sesame")); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r := capture.Record{Request: capture.Message{
			Method: "POST", Target: "/", Header: capture.Header{{Name: "Content-Type", Value: w.FormDataContentType()}}, Body: body.Bytes(),
		}}
		size := body.Len()
		with(t, keep...).Record(&r)
		if len(r.Request.Body) != size || strings.Contains(string(r.Request.Body), "sesame") {
			t.Errorf("%s became %s", &body, r.Request.Body)
		}
		_, parameters, err := mime.ParseMediaType(r.Request.Header[0].Value)
		if err != nil || (parameters["boundary"] == w.Boundary()) != (keep != nil) {
			t.Errorf("with %v kept the boundary %s became %s, %v", keep, w.Boundary(), parameters["boundary"], err)
		}
		form, err := multipart.NewReader(bytes.NewReader(r.Request.Body), parameters["boundary"]).ReadForm(1 << 20)
		if err != nil {
			t.Fatalf("%v in %s", err, r.Request.Body)
		}
		if len(form.Value["payload"]) != 1 || !strings.HasSuffix(form.Value["payload"][0], `"},"timestamp":1527459824000}`) || len(form.Value["note"]) != 1 || len(form.File["upload"]) != 1 {
			t.Errorf("the stand-in has the parts %+v", form)
		}
	}
}

func TestKeep(t *testing.T) {
	record := func() capture.Record {
		return capture.Record{
			Request: capture.Message{
				Method: "POST", Target: "/opensesame/webhook?hub.verify_token=abracadabra&lamp=aladdin",
				Header: capture.Header{{Name: "Host", Value: "bot.example"}, {Name: "user-agent", Value: "curl/8.5.0"}, {Name: "Content-Type", Value: "text/plain; cave=forty"}, {Name: "X-Cave", Value: "thieves"}},
				Body:   capture.Body(`{"lamp":"genie","payload":"magic","path":"carpet"}`),
			},
			Answer: &capture.Message{Status: 200, Header: capture.Header{{Name: "Server", Value: "alibaba/2"}}},
		}
	}
	values := []string{"opensesame", "abracadabra", "lamp=aladdin", "bot.example", "curl/8.5.0", "cave=forty", "thieves", "genie", "magic", "carpet", "alibaba/2"}
	for _, c := range []struct {
		keep  string
		stays []string
	}{
		{"path", []string{"opensesame"}}, {"hub.verify_token", []string{"abracadabra"}}, {"query:lamp", []string{"lamp=aladdin"}}, {"member:lamp", []string{"genie"}},
		{"Host", []string{"bot.example"}}, {"user-agent", []string{"curl/8.5.0"}}, {"User-Agent", []string{"curl/8.5.0"}}, {"Server", []string{"alibaba/2"}},
		{"Content-Type", []string{"cave=forty"}}, {"header:x-cave", []string{"thieves"}}, {"payload", []string{"magic"}}, {"/lamp", []string{"genie"}},
	} {
		r := record()
		with(t, c.keep).Record(&r)
		text := strings.ReplaceAll(lineOf(t, r), `\"`, `"`)
		for _, value := range values {
			if strings.Contains(text, value) != slices.Contains(c.stays, value) {
				t.Errorf("with %s kept, %s is there: %v: %s", c.keep, value, !slices.Contains(c.stays, value), text)
			}
		}
	}
}

func TestKeepIsChecked(t *testing.T) {
	for keep, says := range map[string]string{
		"": "names nothing", "/": "names nothing", "entry/id": "names nothing", "*": "names nothing", "cookie:sid": "names nothing", "header:": "names nothing",
		"payloda": "is the name of nothing that is known", "Hots": "is the name of nothing that is known",
		"X-Hub-Signature-256": "would confirm a guess", "header:x-hub-signature": "would confirm a guess",
	} {
		_, err := anonymise.New(anonymise.Options{Keep: []string{"payload", keep}})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", keep, err)
		}
	}
	var unknown anonymise.UnknownName
	_, err := anonymise.New(anonymise.Options{Keep: []string{"*", "payloda"}})
	if !errors.As(err, &unknown) || !slices.Contains(unknown.Known, "payload") || !slices.Contains(unknown.Known, "User-Agent") {
		t.Errorf("the error is %v", err)
	}
}

// FuzzTarget: whatever a target is, its form stays, and it is read alike.
func FuzzTarget(f *testing.F) {
	for _, target := range []string{"/hook/9f8e7d?a=%6d%79&b", "http://u:p@x.example:80/a?b=c", "x:443", "/%", "/a%2Fb?%41=%zz&=&&hub.mode=subscribe", "*", "?", "//"} {
		f.Add(target)
	}
	a := with(f)
	f.Fuzz(func(t *testing.T, target string) {
		r := capture.Record{Request: capture.Message{Target: target}}
		a.Record(&r)
		got := r.Request.Target
		if len(got) != len(target) || !bytes.Equal(form([]byte(got)), form([]byte(target))) {
			t.Fatalf("%q became %q", target, got)
		}
		before, errBefore := url.ParseRequestURI(target)
		after, errAfter := url.ParseRequestURI(got)
		if errBefore == nil && strings.HasPrefix(target, "/") && (errAfter != nil || len(before.Query()) < len(after.Query())) {
			t.Fatalf("%q became %q: %v, then %v", target, got, errBefore, errAfter)
		}
	})
}
