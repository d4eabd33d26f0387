package console_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for what the page must show.
const patience = 15 * time.Second

// resolved is a domain whose names lead to this machine, as anybody's may.
const resolved = "referee.test"

// browse starts a Chromium for a test, or skips the test where there is none.
func browse(t *testing.T) context.Context {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		if slices.Contains(strings.Split(os.Getenv("REFEREE_TEST_REQUIRE"), ","), "browser") {
			t.Fatal("REFEREE_TEST_REQUIRE names browser, and there is no Chromium")
		}
		t.Skip("there is no Chromium on this machine")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("host-resolver-rules", "MAP *."+resolved+" 127.0.0.1"), chromedp.WSURLReadTimeout(time.Minute),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	t.Cleanup(func() {
		if err := chromedp.Cancel(browser); err != nil {
			t.Errorf("end the browser: %v", err)
		}
	})
	return browser
}

// tab is a page of the console in a browser. Whatever the page reports as an
// error or a warning fails the test.
type tab struct {
	t     *testing.T
	ctx   context.Context
	close func() // may be called again
	// narrow pages have the ways into a thread behind a button.
	narrow   bool
	refusals bool
}

// tab opens a page of the console: "conversation/Ada". scheme is light or dark;
// refusals allows for answers of the control API that refuse something.
func (d *desk) tab(t *testing.T, browser context.Context, width, height int64, page, scheme string, refusals bool) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	b := &tab{t: t, ctx: ctx, refusals: refusals}
	messages := chromedp.Console(ctx)
	var listening sync.WaitGroup
	listening.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if b.refusals && (strings.Contains(m.Text, "status of 4") || strings.Contains(m.Text, "status of 507")) {
				continue // the browser notes what the console asked for and did not get
			}
			if strings.Contains(m.Text, "net::ERR_NETWORK_CHANGED") {
				continue // somebody made or removed a network of this machine, as tests with containers do
			}
			if m.IsException() || m.Type == "error" || m.Type == "warning" {
				t.Errorf("the page reports: %s (%s)", m.Text, m.URL)
			}
		}
	})
	b.close = func() {
		cancel()
		listening.Wait()
	}
	t.Cleanup(b.close)
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	b.do("set the size", chromedp.EmulateViewport(width, height))
	b.open(d.console.URL() + "#/" + page)
	return b
}

// open opens a URL. A page that did not load whole is loaded again: Chromium
// drops its connections when a network of the machine comes or goes.
func (b *tab) open(url string) {
	b.t.Helper()
	b.do("open "+url, chromedp.Navigate(url))
	const loaded = `document.querySelector("main")?.childElementCount > 0 || document.contentType !== "text/html"`
	for tries := 0; !value[bool](b, fmt.Sprintf(`new Promise((done) => {
		let n = 0;
		const look = () => (%s) ? done(true) : ++n > 200 ? done(false) : setTimeout(look, 10);
		look();
	})`, loaded)); tries++ {
		if tries == 3 {
			b.t.Fatalf("%s does not load", url)
		}
		b.do("load again", chromedp.Reload())
	}
}

// do runs actions; what names them for a failure.
func (b *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		ctx, cancel := context.WithTimeout(b.ctx, time.Second)
		defer cancel()
		text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
		b.t.Fatalf("%s: %v; the page shows:\n%s", what, err, text)
	}
}

// sees waits until the page shows a text in what a selector means.
func (b *tab) sees(selector, text string) {
	b.t.Helper()
	b.holds(fmt.Sprintf("%s shows %q", selector, text),
		fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility() && (e.innerText ?? "").includes(%q))`, selector, text))
}

// holds waits until an expression is true.
func (b *tab) holds(what, expression string) {
	b.t.Helper()
	b.do(what, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[bool](fmt.Sprintf(
			`new Promise((done) => { const look = () => (%s) ? done(true) : setTimeout(look, 10); look(); })`, expression), chromedp.EvalAwaitPromise)(ctx, t)
		return chromedp.Void{}, err
	})
}

// named is the expression of the element in sight that can be pressed and has
// this name, as a screen reader says it. Beside an open dialog nothing can.
func named(name string) string {
	return fmt.Sprintf(`[...(document.querySelector("dialog[open]") ?? document).querySelectorAll("button, a, summary")]
		.find((e) => e.checkVisibility() && !e.disabled && (e.ariaLabel ?? e.innerText.trim()) === %q)`, name)
}

// press clicks with the mouse what has this name, when it is there.
func (b *tab) press(name string) {
	b.t.Helper()
	if b.narrow && slices.Contains([]string{"An m.me link", "An ad", "A QR code", "The chat plugin", "Record the talk", "Block the page", "Unblock the page"}, name) {
		b.holds("the ways open", `(() => { const o = [...document.querySelectorAll("button")].find((e) => e.checkVisibility() && e.innerText === "Come by…"); o?.click(); return !!o; })()`)
	}
	b.click(name, named(name))
}

// click clicks as a person does: who sees an element, and that it lies still,
// presses the mouse where it is. What the page draws anew in that moment is not
// what was pressed.
func (b *tab) click(what, element string) {
	b.t.Helper()
	b.do("click "+what, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		at, err := chromedp.Evaluate[[]float64](fmt.Sprintf(`new Promise((done) => {
			let before = "";
			const look = () => {
				const e = %s;
				e?.scrollIntoView({ block: "nearest", inline: "nearest" });
				const r = e?.getBoundingClientRect();
				const at = r && [r.x + r.width / 2, r.y + r.height / 2];
				if (r && r.width && String(at) === before && e.contains(document.elementFromPoint(...at))) return done(at);
				before = String(at);
				requestAnimationFrame(look);
			};
			look();
		})`, element), chromedp.EvalAwaitPromise)(ctx, t)
		if err != nil {
			return chromedp.Void{}, err
		}
		return chromedp.MouseClickXY(at[0], at[1])(ctx, t)
	})
}

// write puts a text into a field, in the place of what was there.
func (b *tab) write(selector, text string) {
	b.t.Helper()
	b.do("write into "+selector, chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Focus(chromedp.CSS(selector)),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).select()`, selector)), chromedp.KeyEvent(text))
}

// choose takes an option of the field of this name in a form.
func (b *tab) choose(name, value string) {
	b.t.Helper()
	field := fmt.Sprintf(`form.fields [name=%q]`, name)
	b.do("choose "+value, chromedp.SetValue(chromedp.CSS(field), value),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).dispatchEvent(new Event("change"))`, field)))
}

// note keeps the value of an expression under a name that later ones can use.
func (b *tab) note(name, expression string) {
	b.t.Helper()
	b.do("note "+name, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`void (window[%q] = %s)`, name, expression)))
}

// value returns the value of an expression.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// shot writes a picture of the page.
func (b *tab) shot(file string) {
	b.t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, picture, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
