package site_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/site"
	"github.com/seed-11445fa1/referee/runner/site/static"
)

// patience is how long a page may take to show what it must: the schemas are compiled in
// it, on a machine that does much else.
const patience = 2 * time.Minute

// tab is a page in a browser. Whatever it reports as an error or a warning, such as what
// its policy refused, fails the test.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func openTab(t *testing.T, browser context.Context, width int64, scheme, url string) tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	messages := chromedp.Console(ctx)
	var listening sync.WaitGroup
	listening.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if strings.Contains(m.Text, "net::ERR_NETWORK_CHANGED") {
				continue // somebody made or removed a network of this machine, as tests with containers do
			}
			if m.IsException() || m.Type == "error" || m.Type == "warning" {
				t.Errorf("the page reports: %s (%s)", m.Text, m.URL)
			}
		}
	})
	t.Cleanup(func() {
		cancel()
		listening.Wait()
	})
	b := tab{t, ctx}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	b.do("set the size", chromedp.EmulateViewport(width, 900))
	b.open(url)
	return b
}

func (b tab) open(url string) {
	b.t.Helper()
	b.do("open "+url, chromedp.Navigate(url))
}

func (b tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		ctx, cancel := context.WithTimeout(b.ctx, time.Second)
		defer cancel()
		text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href.slice(0, 200) + "\n" + document.body.innerText`))
		b.t.Fatalf("%s: %v; the page shows:\n%s", what, err, text)
	}
}

// holds waits until an expression is true.
func (b tab) holds(what, expression string) {
	b.t.Helper()
	look := chromedp.Evaluate[bool](fmt.Sprintf(
		`new Promise((done) => { const look = () => (%s) ? done(true) : setTimeout(look, 10); look(); })`, expression), chromedp.EvalAwaitPromise)
	b.do(what, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := look(ctx, t)
		for err != nil && ctx.Err() == nil && strings.Contains(err.Error(), "navigated") { // a link was followed meanwhile
			_, err = look(ctx, t)
		}
		return chromedp.Void{}, err
	})
}

// sees waits until what a selector means shows a text.
func (b tab) sees(selector, text string) {
	b.t.Helper()
	b.holds(fmt.Sprintf("%s shows %q", selector, text),
		fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility() && e.innerText.includes(%q))`, selector, text))
}

// paste puts a text into a field as the clipboard does.
func (b tab) paste(field, text string) {
	b.t.Helper()
	b.do("paste into "+field, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
		const field = document.querySelector('[name="%s"]');
		field.focus();
		field.select();
		document.execCommand("insertText", false, %q);
	})()`, field, text)))
}

// key presses a key, such as Enter, with Ctrl held down.
func (b tab) ctrl(key string) {
	b.t.Helper()
	b.do("press Ctrl-"+key, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(
		`void document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: %q, ctrlKey: true, bubbles: true, cancelable: true }))`, key)))
}

func value[T any](b tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// shot takes a picture of the whole page, into the folder that REFEREE_SCREENSHOTS names;
// make screenshots does.
func (b tab) shot(name string) {
	b.t.Helper()
	folder := os.Getenv("REFEREE_SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), picture, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// axe is the script that finds barriers in pages; empty where it cannot be had.
func axe(t *testing.T) string {
	t.Helper()
	folder, err := suttest.InstallFrom(t.Context(), filepath.Join("..", "report", "testdata", "axe"))
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("REFEREE_TEST_REQUIRE"), ","), "node") {
			t.Fatalf("REFEREE_TEST_REQUIRE names node: %v", err)
		}
		t.Logf("barriers are not looked for: %v", err)
		return ""
	}
	script, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// wrong is a referral with a number for a text, and a member that came later than others.
const wrong = `{
  "object": "page",
  "entry": [{"id": "1", "time": 1458692752478, "messaging": [{
    "sender": {"id": "2"}, "recipient": {"id": "1"}, "timestamp": 1458692752478,
    "referral": {"ref": "ü", "ad_id": 6, "source": "ADS", "type": "OPEN_THREAD",
      "ads_context_data": {"ad_title": "x", "photo_url": "https://x.example/", "post_id": "1"}}}]
  }]
}`

// TestInABrowser uses the site as a person does, in a Chromium: as a folder of files below
// some address, where the tools are WebAssembly, and as a part of the console.
func TestInABrowser(t *testing.T) {
	t.Parallel()
	browser := suttest.Browser(t)
	axe := axe(t)
	tools, err := static.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const budget = 2_100_000
	if len(tools.Program) > budget {
		t.Errorf("a page would load %d bytes of tools, more than %d", len(tools.Program), budget)
	}
	folder := filepath.Join(t.TempDir(), "some", "where")
	if _, _, err := static.Write(folder, newSite(t, site.Options{InPage: true}), tools); err != nil {
		t.Fatal(err)
	}
	if _, _, err := static.Write(folder, newSite(t, site.Options{InPage: true}), tools); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a folder with old pages in it is written to: %v", err)
	}
	files := httptest.NewServer(http.FileServer(http.Dir(filepath.Dir(filepath.Dir(folder)))))
	t.Cleanup(files.Close)

	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { platform.Close() })
	desk, err := console.New(console.Options{Platform: platform, Site: newSite(t, site.Options{}).Handler()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { desk.Close() }) // after the pages of it, which would miss it
	if err := desk.Start(t.Context()); err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		name, url, scheme string
		width             int64
	}{
		{"files", files.URL + "/some/where/", "light", 1280},
		{"console", desk.URL() + "site/", "dark", 390},
	} {
		b := openTab(t, browser, c.width, c.scheme, c.url+"index.html")
		barriers := func() {
			t.Helper()
			if axe != "" {
				for _, barrier := range value[[]string](b, axe+`; axe.run().then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target + ": " + n.failureSummary)))`) {
					t.Errorf("%s: %s: %s", c.name, value[string](b, "location.pathname"), barrier)
				}
			}
		}
		fits := func() {
			t.Helper()
			if over := value[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s: the page %s is %d pixels wider than the window", c.name, value[string](b, "location.pathname"), over)
			}
		}

		// What is wrong, where, and since when.
		b.paste("text", wrong)
		b.sees("#answer h2", "✗ Not valid")
		b.sees("#answer li", "/entry/0/messaging/0/referral/ad_id is a number, must be a string")
		b.sees("#answer li b", "2020-12-15")
		b.sees("#answer li", "ads_context_data came.")
		b.do("go to the place", chromedp.Evaluate[chromedp.Void](`document.querySelector("#answer button.place").click()`))
		if at := value[string](b, `(() => { const t = document.activeElement; return t.value.slice(t.selectionStart, t.selectionStart + 12); })()`); at != `6, "source":` {
			t.Errorf("%s: the place of what is wrong is before %q", c.name, at)
		}
		b.shot(fmt.Sprintf("validate-%d-%s.png", c.width, c.scheme))
		fits()
		barriers()

		// Which variant it is, with a way to its page and back.
		b.open(c.url + "variants/referral.ads.html")
		fits()
		b.do("open it in Validate", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("a")].find((a) => a.innerText === "Open it in Validate").click()`))
		b.sees("#answer h2", "✓ Valid")
		b.sees(`#answer a[href="variants/referral.ads.html"]`, "referral.ads")

		// Signatures are those of Go.
		b.open(c.url + "sign.html")
		const secret = "a secret of one's own"
		signature := wire.Sign(secret, []byte(wrong))
		b.paste("text", wrong)
		b.paste("secret", secret)
		b.ctrl("Enter")
		b.sees("#answer code", signature.SHA256)
		b.sees("#answer code", signature.SHA1)
		b.paste("signature", signature.SHA256)
		b.ctrl("Enter")
		b.sees("#answer h2", "✓ The signature fits")
		b.paste("text", wrong+" ")
		b.do("verify", chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="verify"]').click()`))
		b.sees("#answer h2", "✗ The signature does not fit")
		b.do("empty it", chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="text"]').value = ""`))
		b.do("sign", chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="sign"]').click()`))
		b.sees("#answer h2", "0 bytes signed")
		b.sees("#answer code", wire.Sign(secret, nil).SHA256)
		b.paste("text", "1")
		b.do("verify", chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="verify"]').click()`))
		b.sees("#answer p", "The body has 1 byte.")
		fits()

		b.open(c.url + "drift.html")
		b.paste("text", strings.ReplaceAll(wrong, "\n", ""))
		b.do("compare", chromedp.Evaluate[chromedp.Void](`document.querySelector('[type="submit"]').click()`))
		b.sees("#answer h2", "changed type: referral /referral/ad_id")
		fits()

		b.open(c.url + "requirements.html")
		b.do("find", chromedp.Evaluate[chromedp.Void](`(() => { const f = document.getElementById("find"); f.value = "signature.missing"; f.dispatchEvent(new Event("input")); })()`))
		b.holds("one is left", `[...document.querySelectorAll("[data-words]")].filter((e) => e.checkVisibility()).length === 1`)
		b.do("open it", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("[data-words] a")].find((e) => e.checkVisibility()).click()`))
		b.sees("h1", "A delivery without a signature is not handled")
		b.do("open the code", chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-stack="express"]').click()`))
		b.sees("details[open] pre", "createHmac")
		fits()
		barriers()
	}

	// The console leads to the site, and back.
	b := openTab(t, browser, 1280, "light", desk.URL()+"#/catalogue/referral.ads")
	b.sees(".variants header a", "Requirements")
	b.sees(".variant a", "What is required, what breaks on it, and the fix")
	b.do("follow it", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".variant a")].find((a) => a.innerText.startsWith("What is required")).click()`))
	b.sees("h1", "Click-to-Messenger ad with every member of ads_context_data")
	b.do("go back", chromedp.Evaluate[chromedp.Void](`document.querySelector("a.console").click()`))
	b.sees(".tabs", "Conversation")

	// A browser gives no WebAssembly to a file; the page says so, and what to do.
	b = openTab(t, browser, 1280, "light", "file://"+folder+"/index.html")
	b.sees("#state", "Serve the folder")
	b.open("file://" + folder + "/variants.html")
	b.sees("[data-words]", "referral.ads")
}
