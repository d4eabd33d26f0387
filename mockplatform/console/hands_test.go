package console_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// pageSaid records a message of the page to somebody.
func (d *desk) pageSaid(person, text string) {
	doc, _ := json.Marshal(map[string]any{"recipient": map[string]string{"id": d.platform.Session(person).PSID}, "message": map[string]string{"text": text}})
	d.platform.Journal().Record(journal.Exchange{
		Kind: journal.Send, Direction: journal.FromReceiver, At: day(), Person: d.platform.Session(person).PSID, Doc: doc, Edge: "messages",
		Request: journal.Message{Method: "POST", URL: "/me/messages"}, Response: journal.Message{Status: 200},
	})
}

// key presses one key as a keyboard does: what the page does with it may keep it from
// writing a character.
func (b *tab) key(key string) {
	b.t.Helper()
	text := map[string]string{"Enter": "\r", "Escape": "", "Tab": ""}
	typed, special := text[key]
	if !special {
		typed = key
	}
	code := map[string]int64{"Enter": 13, "Escape": 27, "Tab": 9}[key]
	for _, kind := range []input.DispatchKeyEventType{"keyDown", "keyUp"} {
		event := input.DispatchKeyEventParams{Type: kind, Key: key, WindowsVirtualKeyCode: code}
		if kind == "keyDown" {
			event.Text = typed
		}
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, event); err != nil {
			b.t.Fatalf("press %s: %v", key, err)
		}
	}
}

// types writes where the focus is.
func (b *tab) types(text string) {
	b.t.Helper()
	b.do("write "+text, chromedp.KeyEvent(text))
}

func (b *tab) reload() {
	b.t.Helper()
	b.do("load again", chromedp.Reload())
}

// TestHandsAndEyes tries what a person at a keyboard expects of each page. The last one
// leaves a long thread behind.
func TestHandsAndEyes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	browser := browse(t)
	d := open(t, nil)
	for _, name := range []string{"Ada", "Bob", "Cleo"} {
		if _, err := d.platform.AddPerson(name, "person"); err != nil {
			t.Fatal(err)
		}
	}
	d.pageSaid("Ada", "the first")
	d.pageSaid("Bob", "for Bob")
	bobs := d.platform.Journal().Last()
	for _, flow := range []struct {
		name string
		does func(t *testing.T, b *tab)
	}{
		{"keys of the timeline", func(_ *testing.T, b *tab) {
			b.open(d.console.URL() + "#/timeline")
			b.sees(".exchange", "for Bob")
			b.key("/")
			b.types("bob")
			b.holds("the other row is filtered away", `document.querySelectorAll(".exchange").length === 1`)
			b.key("Escape")
			b.key("k")
			b.key("Enter")
			b.sees(".detail h2", fmt.Sprintf("Exchange %d", bobs))
			b.holds("the address has the filter", fmt.Sprintf(`location.hash === "#/timeline/%d?q=bob"`, bobs))
			b.reload()
			b.sees(".detail h2", fmt.Sprintf("Exchange %d", bobs))
			b.holds("the filter is kept", `document.querySelector("[type=search]").value === "bob" && document.querySelectorAll(".exchange").length === 1`)
			b.open(d.console.URL() + "#/timeline/1?q=bob")
			b.sees(".detail h2", "Exchange 1")
			b.do("follow a link to another exchange", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`void (location.hash = "#/timeline/%d")`, bobs)))
			b.holds("the filter stays", fmt.Sprintf(`location.hash === "#/timeline/%d?q=bob"`, bobs))
			b.key("/")
			b.key("Escape")
			b.holds("Esc leaves the field alone", `!document.querySelector(".detail").hidden`)
			b.key("Escape")
			b.holds("it is closed, and the filter kept", `document.querySelector(".detail").hidden && location.hash === "#/timeline?q=bob"`)
			b.open(d.console.URL() + "#/timeline?person=Nobody")
			b.holds("who is not here is said to be so", `document.querySelector("[aria-label=Person]").selectedOptions[0].text === "Nobody (nothing here)"`)
			b.key("?")
			b.sees("dialog", "The next, the previous")
			b.key("Escape")
			b.holds("the keys are closed", `!document.querySelector("dialog")`)
		}},
		{"only keys that do something are offered", func(_ *testing.T, b *tab) {
			const offered = `[...document.querySelectorAll("dialog dt")].map((k) => k.innerText).join(" ") === %q`
			for page, keys := range map[string]string{"conversation": "/ j, k Enter Esc Tab ?", "catalogue": "/ j, k Enter Esc ?", "timeline": "/ j, k Enter Esc ?", "faults": "Esc ?", "setup": "Esc ?"} {
				b.open(d.console.URL() + "#/" + page)
				b.sees(".tabs [aria-current]", strings.ToUpper(page[:1])+page[1:])
				b.key("?")
				b.holds("the keys of "+page, fmt.Sprintf(offered, keys))
				b.key("Escape")
				b.holds("they are closed", `!document.querySelector("dialog")`)
			}
		}},
		{"keys of the catalogue", func(_ *testing.T, b *tab) {
			b.open(d.console.URL() + "#/catalogue")
			b.sees(".catalogue nav h2", "messaging_postbacks")
			b.holds("referrals and postbacks come first", `[...document.querySelectorAll(".catalogue nav h2")].slice(0, 2).map((h) => h.innerText).join() === "messaging_referrals,messaging_postbacks"`)
			b.key("/")
			b.types("referral ads")
			b.key("Escape")
			b.key("j")
			b.key("Enter")
			b.sees(".variant code", "referral.ads")
			b.holds("the address has both", `location.hash.startsWith("#/catalogue/referral.ads") && location.hash.endsWith("?q=referral+ads")`)
			b.key("Escape")
			b.sees(".variant", "Choose one of")
			b.open(d.console.URL() + "#/catalogue/referral.nothing")
			b.sees(".variant", "The catalogue has no variant referral.nothing")
			b.holds("with a heading", `document.querySelector(".variant h1") !== null`)
		}},
		{"a name that nobody has, a page that there is not", func(_ *testing.T, b *tab) {
			b.open(d.console.URL() + "#/conversation/Zoe")
			b.sees("main", "Nobody is called “Zoe”")
			b.open(d.console.URL() + "#/nothing")
			b.sees(".toast", "There is no page “nothing”")
			b.holds("a toast covers nothing", `(() => { const t = document.querySelector(".toast").getBoundingClientRect(), m = document.querySelector("main").getBoundingClientRect(); return t.bottom <= m.top + 1; })()`)
			b.press("Dismiss")
			b.holds("it is gone", `!document.querySelector(".toast")`)
			b.open(d.console.URL() + "#/conversation")
			b.sees(".thread h2", "Ada")
			b.press("Add a person")
			b.write("dialog input", "..")
			b.press("Add")
			b.sees("dialog .toast", "cannot stand in an address")
			b.press("Dismiss")
			b.press("Cancel")
		}},
		{"the filter of people", func(t *testing.T, b *tab) {
			for n := range 8 {
				if _, err := d.platform.AddPerson(fmt.Sprintf("Guest %d", n), "person"); err != nil {
					t.Fatal(err)
				}
			}
			b.open(d.console.URL() + "#/conversation/Bob")
			b.sees(".thread h2", "Bob")
			b.write(".people [type=search]", "guest")
			b.holds("the others are filtered away", `document.querySelectorAll(".who").length === 8 && location.hash === "#/conversation/Bob?q=guest"`)
			b.click("Guest 3", `[...document.querySelectorAll(".who")].find((e) => e.innerText.includes("Guest 3"))`)
			b.holds("the filter is kept", `location.hash === "#/conversation/Guest%203?q=guest" && document.querySelectorAll(".who").length === 8`)
			b.reload()
			b.sees(".thread h2", "Guest 3")
			b.holds("and after a reload", `document.querySelector(".people [type=search]").value === "guest" && document.querySelectorAll(".who").length === 8`)
			b.do("go back", chromedp.Evaluate[chromedp.Void](`void history.back()`))
			b.sees(".thread h2", "Bob")
			b.holds("and on the way back", `location.hash === "#/conversation/Bob?q=guest" && document.querySelectorAll(".who").length === 8`)
			b.do("on a telephone", chromedp.EmulateViewport(390, 800))
			b.holds("a filter is never out of sight", `document.querySelector(".people [type=search]").checkVisibility()`)
			b.do("on a screen", chromedp.EmulateViewport(1280, 800))
			b.open(d.console.URL() + "#/conversation/Bob?q=zzz")
			b.sees(".people [role=status]", "No name has “zzz” in it.")
		}},
		{"the person of the catalogue", func(_ *testing.T, b *tab) {
			b.open(d.console.URL() + "#/catalogue/message.text?q=message")
			b.sees(".send-bar", "Person")
			b.do("choose Cleo", chromedp.SetValue(chromedp.CSS(".send-bar select"), "Cleo"),
				chromedp.Evaluate[chromedp.Void](`document.querySelector(".send-bar select").dispatchEvent(new Event("change"))`))
			cleo := d.platform.Session("Cleo").PSID
			inPayload := fmt.Sprintf(`document.querySelector(".payload").value.includes(%q)`, cleo)
			b.holds("the address has her", `location.hash === "#/catalogue/message.text?q=message&person=Cleo"`)
			b.holds("it is hers", inPayload)
			b.reload()
			b.sees(".send-bar", "Person")
			b.holds("and after a reload", inPayload+` && document.querySelector(".send-bar select").value === "Cleo"`)
			b.click("another variant", `document.querySelector('nav a[href*="message.quick-reply?"]')`)
			b.sees(".variant code", "message.quick-reply")
			b.holds("she stays", inPayload+` && location.hash.endsWith("&person=Cleo")`)
			b.do("go back", chromedp.Evaluate[chromedp.Void](`void history.back()`))
			b.sees(".variant h1 ~ p code", "message.text")
			b.holds("and on the way back", inPayload+` && location.hash === "#/catalogue/message.text?q=message&person=Cleo"`)
			b.open(d.console.URL() + "#/catalogue/message.text?person=Zoe")
			b.sees(".variant .note.warn", "Nobody is called “Zoe”")
			b.holds("and it is said where people are chosen", `document.querySelector(".send-bar select").selectedOptions[0].text === "Zoe (not known yet)"`)
		}},
		{"Enter presses what has the focus", func(_ *testing.T, b *tab) {
			b.open(d.console.URL() + "#/conversation/Ada")
			b.sees(".thread h2", "Ada")
			b.do("go to the button", chromedp.Focus(chromedp.CSS(".people button.plain")))
			b.key("Enter")
			b.sees("dialog h2", "Add a person")
			b.press("Cancel")
			b.do("go to the thread", chromedp.Focus(chromedp.CSS(".log")))
			b.key("Enter")
			b.holds("elsewhere it goes to the composer", `document.activeElement.id === "compose"`)
		}},
		{"an event that no catalogue can have", func(_ *testing.T, b *tab) {
			b.open(d.console.URL() + "#/catalogue/message.text")
			b.sees(".send-bar", "Person")
			b.write(".payload", `{"sender": "me"}`)
			b.press("Save as variant")
			b.press("Save the file")
			b.sees("dialog .note", `/event: lacks the member "message"`)
			b.sees("dialog .note", "/event/sender: is a string, must be an object")
			b.sees("dialog pre", "referee drift --write ours - <<'EVENT'")
			b.sees("dialog", "Copy the command")
			b.press("Cancel")
		}},
		{"the composer", func(_ *testing.T, b *tab) {
			b.open(d.console.URL() + "#/conversation/Ada")
			b.sees(".thread h2", "Ada")
			b.key("Tab")
			b.holds("the composer is one Tab away", `document.activeElement.id === "compose"`)
			b.types("a draft for Ada")
			b.key("Escape")
			b.holds("the keyboard left it", `document.activeElement.id !== "compose"`)
			b.key("j")
			b.sees(".thread h2", "Bob")
			b.holds("Bob has no draft", `document.getElementById("compose").value === ""`)
			b.key("k")
			b.holds("Ada has hers", `document.getElementById("compose").value === "a draft for Ada"`)
			b.reload()
			b.holds("and after a reload", `document.getElementById("compose")?.value === "a draft for Ada"`)
			b.holds("text has its own direction", `document.getElementById("compose").dir === "auto" && document.querySelector(".bubble")?.dir === "auto"`)
		}},
		{"unread messages", func(t *testing.T, b *tab) {
			b.open(d.console.URL() + "#/conversation/Ada")
			b.sees(".thread h2", "Ada")
			b.holds("what was there is no news", `document.querySelectorAll(".unread").length === 0`)
			d.pageSaid("Cleo", "news for Cleo")
			b.sees(".who .unread", "1")
			b.reload()
			b.sees(".who .unread", "1")
			b.click("Cleo", `[...document.querySelectorAll(".who")].find((e) => e.innerText.includes("Cleo"))`)
			b.sees(".bubble", "news for Cleo")
			b.holds("it was looked at", `document.querySelectorAll(".unread").length === 0`)
		}},
		{"the status speaks only when something changed", func(t *testing.T, b *tab) {
			b.open(d.console.URL() + "#/timeline")
			b.sees(".exchange", "for Bob")
			b.sees("#status", "Active")
			b.do("listen", chromedp.Evaluate[chromedp.Void](`(() => {
				window.said = 0;
				for (const node of document.querySelectorAll("[role=status]")) new MutationObserver((m) => { said += m.length; }).observe(node, { childList: true, characterData: true, subtree: true });
			})()`))
			d.pageSaid("Ada", "something else")
			b.sees(".exchange", "something else")
			b.note("asked", `performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/setup")).length`)
			b.holds("the bar looked", `performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/setup")).length >= asked`)
			if said := value[int](b, `said`); said != 0 {
				t.Errorf("%d changes were spoken", said)
			}
		}},
		{"older messages", func(_ *testing.T, b *tab) {
			for n := range 350 {
				d.pageSaid("Bob", fmt.Sprintf("number %d.", n))
			}
			b.open(d.console.URL() + "#/conversation/Bob")
			b.sees(".bubble", "number 349.")
			b.holds("the oldest are left out", `document.querySelectorAll(".item").length === 300 && document.querySelector(".older").innerText === "51 older items"`)
			b.do("scroll up", chromedp.Evaluate[chromedp.Void](`void (document.querySelector(".log").scrollTop = 0)`))
			b.holds("they come", `document.querySelectorAll(".item").length === 351 && document.querySelector(".older").hidden`)
			b.holds("what was in sight stays there", `document.querySelector(".log").scrollTop > 0`)
			b.holds("nothing is said to be missing", `document.querySelector(".beginning").hidden`)
		}},
	} {
		t.Run(flow.name, func(t *testing.T) {
			flow.does(t, d.tab(t, browser, 1280, 800, "setup", "light", true))
		})
	}
	for _, width := range []int64{390, 1280} {
		for _, page := range []string{"conversation/Ada", "catalogue", "timeline/1", "faults", "setup"} {
			b := d.tab(t, browser, width, 800, page, "light", false)
			b.holds("there is a heading", `document.querySelectorAll("h1").length >= 1`)
			if hidden := value[bool](b, `[...document.querySelectorAll("h1")].every((h) => !h.checkVisibility())`); hidden {
				t.Errorf("%s at %d pixels has no h1 that a screen reader finds", page, width)
			}
			b.close()
		}
	}
}

// TestContrast holds the colours of texts against those behind them, in both schemes.
func TestContrast(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	browser := browse(t)
	d := open(t, nil)
	d.pageSaid("Ada", "hello")
	for _, scheme := range []string{"light", "dark"} {
		for _, page := range []string{"conversation/Ada", "conversation/Ada?q=zzz", "catalogue/referral.ads", "catalogue/message.text?person=Zoe", "timeline/1", "faults", "setup"} {
			b := d.tab(t, browser, 1280, 800, page, scheme, false)
			b.holds("there is a page", `document.querySelector("main").innerText.length > 100 || document.querySelector(".bubble")`)
			if weak := value[[]string](b, weakTexts); len(weak) > 0 {
				t.Errorf("%s, %s: less than 4.5 to 1:\n%s", page, scheme, strings.Join(weak, "\n"))
			}
			b.close()
		}
	}
}

// weakTexts lists what is written in a colour with a contrast of less than 4.5 to 1.
const weakTexts = `(() => {
	const parse = (c) => { const n = c.match(/[\d.]+/g).map(Number); return { rgb: n.slice(0, 3), a: n[3] ?? 1 }; };
	const over = (top, under) => top.rgb.map((v, i) => v * top.a + under[i] * (1 - top.a));
	const light = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = (e) => { const chain = []; for (let n = e; n; n = n.parentElement) chain.unshift(n);
		return chain.reduce((under, n) => over(parse(getComputedStyle(n).backgroundColor), under), [255, 255, 255]); };
	const opacity = (e) => { let o = 1; for (let n = e; n; n = n.parentElement) o *= Number(getComputedStyle(n).opacity); return o; };
	const weak = new Set();
	for (const e of document.querySelectorAll("body *")) {
		if (!e.checkVisibility() || e.closest(":disabled, .hidden-text, .skip, svg") || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
		const back = behind(e), colour = parse(getComputedStyle(e).color);
		colour.a *= opacity(e);
		const [a, b] = [light(over(colour, back)), light(back)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
		if (ratio < 4.5) weak.add(ratio.toFixed(2) + " " + e.tagName + "." + e.className + ": " + e.innerText.slice(0, 40));
	}
	return [...weak];
})()`
