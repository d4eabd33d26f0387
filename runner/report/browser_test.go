package report_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/report"
)

// sheet is a report in a browser. Whatever it reports as an error or a warning, such as
// what its policy refused, fails the test.
type sheet struct {
	t   *testing.T
	ctx context.Context
}

// openSheet opens a report from a file.
func openSheet(t *testing.T, browser context.Context, r report.Result, width int64, scheme string) sheet {
	t.Helper()
	return openPage(t, browser, func(w io.Writer) error { return report.WriteHTML(w, r, report.Options{}) }, width, scheme)
}

// openPage opens a page that write writes.
func openPage(t *testing.T, browser context.Context, write func(io.Writer) error, width int64, scheme string) sheet {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := report.WriteFile(file, write); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser)
	messages := chromedp.Console(ctx)
	var listening sync.WaitGroup
	listening.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" || m.Type == "warning" {
				t.Errorf("the page reports: %s", m.Text)
			}
		}
	})
	t.Cleanup(func() {
		cancel()
		listening.Wait()
	})
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	return sheet{t, ctx}
}

// is fails where an expression is not what is wanted.
func is[T comparable](s sheet, expression string, want T) {
	s.t.Helper()
	if got := evaluated[T](s, expression); got != want {
		s.t.Errorf("%s is %v, not %v", expression, got, want)
	}
}

func evaluated[T any](s sheet, expression string) T {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		s.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// search fills the field that searches, as a person does.
func (s sheet) search(text string) {
	s.t.Helper()
	evaluated[bool](s, `(() => { const s = document.getElementById("search"); s.focus(); s.select(); return document.activeElement === s; })()`)
	if text == "" {
		text = "\b"
	}
	if err := chromedp.Do(s.ctx, chromedp.KeyEvent(text)); err != nil {
		s.t.Fatal(err)
	}
}

// visible is how many elements of a selector are in sight.
func visible(selector string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)].filter((e) => e.checkVisibility()).length`, selector)
}

func TestHTMLInABrowser(t *testing.T) {
	t.Parallel()
	browser := suttest.Browser(t)
	s := openSheet(t, browser, caused(), 1280, "light")

	is(s, `document.querySelector("h1").innerText`, "✗ Nonconformant")
	is(s, visible(".cause"), 3)
	is(s, `document.querySelector(".cause h3").innerText`, "✗ It answers 500 when the sender has no id")
	is(s, `document.querySelector(".cause mark").innerText`, `"sender":{"user_ref":"a1b2c3d4"}`)
	is(s, visible("#latency svg"), 2)
	is(s, visible(".req"), 18)

	// From a cause to what it explains, with what went over the wire.
	evaluated[bool](s, `(() => { document.querySelector(".cause details").open = true; document.querySelector('.cause a[href="#postback.user-ref-messaging.accepted"]').click(); return true; })()`)
	is(s, `new Promise((done) => { const e = document.getElementById("postback.user-ref-messaging.accepted"); const look = () => e.open ? done(true) : setTimeout(look, 10); look(); })`, true)
	is(s, visible("[id='postback.user-ref-messaging.accepted'] .way"), 3)
	is(s, `document.querySelector("[id='postback.user-ref-messaging.accepted'] .steps").innerText.replaceAll("\n", "|")`, "waited 300µs for its turn|sent|answered 200 after 1.2ms|reply after 4ms")
	is(s, `document.querySelector("[id='postback.user-ref-messaging.accepted'] .left").innerText`, "3 more requests are not shown here.")

	// Search and filters.
	s.search("redelivery restart")
	is(s, visible(".req"), 1)
	is(s, `document.getElementById("found").innerText`, "1 of 18")
	s.search("")
	is(s, visible(".req"), 18)
	evaluated[bool](s, `(() => { document.querySelector(".find input[value=failed]").click(); return true; })()`)
	is(s, visible(".req.failed"), 0)
	is(s, visible(".req"), 14)

	// On paper what is red is unfolded, and what one presses is not there.
	if _, err := chromedp.Call(s.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	evaluated[bool](s, `dispatchEvent(new Event("beforeprint"))`)
	is(s, `document.querySelectorAll(".req.failed:not([open]), .req.warned:not([open]), .cause details:not([open])").length`, 0)
	is(s, visible("nav, .find"), 0)
}

// The policy lets nothing in, and foreign text does not run.
func TestHTMLRunsNothingForeign(t *testing.T) {
	t.Parallel()
	s := openSheet(t, suttest.Browser(t), foreign(), 1280, "light")
	is(s, `document.title`, "✗ Referee: Nonconformant")
	is(s, `document.scripts.length`, 1)
	is(s, `performance.getEntriesByType("resource").length`, 0)
	is(s, `document.querySelectorAll("img, iframe, object, embed, link").length`, 0)
}

// TestHTMLFits looks at the page in the widths and colours that readers have: it has no
// scroll bar below, and axe finds no barrier in it. It writes the pictures of the README
// into the folder that REFEREE_SCREENSHOTS names; make screenshots does.
func TestHTMLFits(t *testing.T) {
	t.Parallel()
	var axe []byte
	suttest.Require(t, "node", func() error {
		folder, err := suttest.Install(t.Context(), "axe")
		if err != nil {
			return err
		}
		axe, err = os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
		return err
	})
	browser := suttest.Browser(t)
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%d %s", width, scheme), func(t *testing.T) {
				s := openSheet(t, browser, caused(), width, scheme)
				both := (width > 1000) == (scheme == "light") // each of them once
				if folder := os.Getenv("REFEREE_SCREENSHOTS"); folder != "" && both {
					s.shot(filepath.Join(folder, fmt.Sprintf("report-%d-%s.png", width, scheme)))
				}
				s.fits(axe)
				openSheet(t, browser, acceptedInPart(), width, scheme).fits(axe)
				if r := loaded(90); both {
					r.Limit = limited().Limit
					l := openPage(t, browser, func(w io.Writer) error { return report.WriteLoad(w, &r) }, width, scheme)
					if folder := os.Getenv("REFEREE_SCREENSHOTS"); folder != "" && scheme == "light" {
						evaluated[bool](l, `(() => { document.getElementById("time").scrollIntoView(); return true; })()`)
						l.shot(filepath.Join(folder, fmt.Sprintf("load-%d-%s.png", width, scheme)))
					}
					l.fits(axe)
				}
			})
		}
	}
}

// fits fails where the page has a scroll bar below, or axe finds a barrier in it.
func (s sheet) fits(axe []byte) {
	s.t.Helper()
	is(s, `document.documentElement.scrollWidth <= innerWidth`, true)
	evaluated[bool](s, `(() => { for (const d of document.querySelectorAll("details")) d.open = true; return true; })()`)
	is(s, `document.documentElement.scrollWidth <= innerWidth`, true)
	evaluated[bool](s, string(axe)+"; true")
	found := evaluated[[]string](s, `axe.run().then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target + ": " + n.failureSummary)))`)
	if len(found) > 0 {
		s.t.Errorf("axe finds:\n%s", strings.Join(found, "\n"))
	}
}

// shot writes a picture of what is in sight.
func (s sheet) shot(file string) {
	s.t.Helper()
	picture, err := chromedp.Run(s.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, picture, 0o644)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}
