package console_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// TestConsole goes through what people do with the console, in a Chromium. Each
// flow has a platform, a bot and a tab of its own.
func TestConsole(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	browser := browse(t)
	// delivered waits for the delivery of a variant and returns its event.
	delivered := func(d *desk, variant string) map[string]any {
		d.t.Helper()
		x := d.wait("kind=delivery&variant=" + variant)
		var body struct {
			Entry []struct{ Messaging []map[string]any }
		}
		if err := json.Unmarshal([]byte(x.Request.Body.Text), &body); err != nil || x.Status != 200 {
			d.t.Fatalf("%s: %v, status %d", x.Request.Body.Text, err, x.Status)
		}
		return body.Entry[0].Messaging[0]
	}
	for _, flow := range []struct {
		name string
		page string
		// before sets up what the flow finds.
		before func(*desk)
		run    func(*desk, *tab)
	}{
		{"block the page, and take it back", "conversation", nil, func(d *desk, b *tab) {
			b.press("Begin with Ada")
			b.press("Block the page")
			b.sees(".thread header", "has blocked the page")
			b.press("Unblock the page")
			b.holds("it is taken back", `!document.querySelector(".thread header").textContent.includes("blocked")`)
		}},
		{"record the talk", "conversation", nil, func(_ *desk, b *tab) {
			b.press("Begin with Ada")
			b.write("#compose", "tea"+kb.Enter)
			b.sees(".item .bubble", "Which colour, for tea?")
			b.press("Record the talk")
			b.sees("dialog pre", "calls to Ada")
			b.press("Cancel")
		}},
		{"begin, write, and choose a quick reply", "conversation", nil, func(d *desk, b *tab) {
			b.press("Begin with Ada")
			b.write("#compose", "tea"+kb.Enter)
			b.sees(".mine .bubble", "tea")
			b.sees(".item .bubble", "Which colour, for tea?")
			b.sees(".bare", "Seen by the page")
			b.press("Red")
			b.sees(".mine", "quick reply RED")
			b.sees(".item .bubble", "You chose RED")
			b.holds("the quick replies are gone", `!document.querySelector(".replies button")`)
			if text := delivered(d, "message.quick-reply")["message"].(map[string]any)["quick_reply"]; fmt.Sprint(text) != "map[payload:RED]" {
				t.Errorf("delivered %v", text)
			}
		}},
		{"Get Started, a template's button, the menu", "conversation/Ada", func(d *desk) { d.bot.setProfile(); d.person("Ada", "person") }, func(d *desk, b *tab) {
			b.sees(".welcome", "Boats and shoes, since 1907")
			b.press("Get Started")
			b.sees(".template", "You pressed START")
			b.sees(".mine", "postback START")
			b.press("Track it")
			b.sees(".template", "You pressed TRACK")
			b.press("Persistent menu")
			b.sees(".menu", "The shop")
			b.press("My orders")
			b.sees(".template", "You pressed ORDERS")
			if p := delivered(d, "postback.get-started-mid")["postback"].(map[string]any)["payload"]; p != "START" {
				t.Errorf("delivered %v", p)
			}
		}},
		{"an m.me link, and what the bot answers", "conversation/Ada", func(d *desk) { d.person("Ada", "person") }, func(d *desk, b *tab) {
			b.press("An m.me link")
			b.write("#way-link input", "winter sale & more")
			b.press("Open the link")
			b.sees(".middle", "Came by SHORTLINK, ref winter sale & more")
			b.sees(".carousel", "Welcome, SHORTLINK winter sale & more")
			b.sees(".picture", "https://shop.example/shoe.jpg")
			if ref := delivered(d, "referral.shortlink")["referral"].(map[string]any)["ref"]; ref != "winter sale & more" {
				t.Errorf("delivered %v", ref)
			}
		}},
		{"a link in a new thread with Get Started", "conversation/Ada", func(d *desk) { d.bot.setProfile(); d.person("Ada", "person") }, func(d *desk, b *tab) {
			b.press("An m.me link")
			b.press("Open the link")
			b.sees(".mine", "SHORTLINK, ref summer")
			delivered(d, "postback.get-started-referral-mid")
		}},
		{"an ad with other context data", "conversation/Ada", func(d *desk) { d.person("Ada", "person") }, func(d *desk, b *tab) {
			b.press("An ad")
			b.holds("the example is there", `document.querySelector("#way-ad textarea").value.includes("ad_title")`)
			b.write("#way-ad textarea", `{"ad_title": "<b>Boots</b>"}`)
			b.press("Click the ad")
			b.sees(".middle", "Came by ADS, ref spring-ad")
			if data := delivered(d, "referral.ads")["referral"].(map[string]any)["ads_context_data"]; fmt.Sprint(data) != "map[ad_title:<b>Boots</b>]" {
				t.Errorf("delivered %v", data)
			}
		}},
		{"a QR code", "conversation/Ada", func(d *desk) { d.person("Ada", "person") }, func(d *desk, b *tab) {
			b.press("A QR code")
			b.press("Scan the code")
			b.sees(".middle", "Came by MESSENGER_CODE, ref window-3")
			delivered(d, "referral.messenger-code")
		}},
		{"a visitor of the chat plugin", "conversation", nil, func(d *desk, b *tab) {
			b.press("Add a person")
			b.write("dialog input", "Vera")
			b.do("choose", chromedp.SetValue(chromedp.CSS("dialog select"), "visitor"))
			b.press("Add")
			b.sees(".who", "Vera")
			b.press("The chat plugin")
			b.press("Open the plugin")
			b.sees(".middle", "Came by CUSTOMER_CHAT_PLUGIN, ref chat")
			b.sees(".carousel", "Welcome, CUSTOMER_CHAT_PLUGIN chat")
			sender := delivered(d, "referral.chat-plugin-user-ref")["sender"].(map[string]any)
			if p, _ := d.platform.Person("Vera"); sender["user_ref"] != p.UserRef {
				t.Errorf("the sender is %v", sender)
			}
		}},
		{"typing, and what a hostile bot sends", "conversation/Ada", func(d *desk) { d.person("Ada", "person") }, func(d *desk, b *tab) {
			b.write("#compose", "think"+kb.Enter)
			b.sees(".typing", "")
			b.write("#compose", "hostile"+kb.Enter)
			b.sees(".item .bubble", "<img src=x onerror=alert(1)><script>alert(2)</script>")
			if n := value[int](b, `document.querySelectorAll(".log img, main script").length`); n != 0 {
				t.Errorf("the page has %d elements that the bot wrote", n)
			}
		}},
		{"a variant: find, edit, check, send", "catalogue", func(d *desk) { d.person("Ada", "person") }, func(d *desk, b *tab) {
			b.write(`[aria-label="Find a variant"]`, "five members")
			b.sees(".variants", "referral.ads-five-members")
			b.click("the variant", `document.querySelector(".variants nav a")`)
			b.sees(".note.good", "Valid by the schema event.referral")
			b.sees(".variant blockquote a", "https://")
			b.do("spoil it", chromedp.Evaluate[chromedp.Void](`(() => {
				const area = document.querySelector(".payload");
				area.value = area.value.replace('"OPEN_THREAD"', "7");
				area.dispatchEvent(new Event("input"));
			})()`))
			b.sees(".note.bad", "/referral/type")
			b.press("Send")
			b.sees(".note", "Answered 200")
			if kind := delivered(d, "referral.ads-five-members")["referral"].(map[string]any)["type"]; kind != 7.0 {
				t.Errorf("delivered the type %v", kind)
			}
			b.press("Copy as curl")
			b.holds("there is a curl command", `document.querySelector("dialog textarea")?.value.startsWith("curl --include") || document.querySelector(".toast")?.textContent === "Copied."`)
		}},
		{"exchanges: filter, detail, send again, tampered", "timeline", func(d *desk) {
			d.call("POST", "api/v1/events", map[string]string{"variant": "message.text", "person": "Ada"}, nil)
			d.call("POST", "api/v1/events", map[string]string{"variant": "referral.ads", "person": "Grace"}, nil)
		}, func(d *desk, b *tab) {
			b.sees(".exchange", "referral.ads")
			b.write(`[aria-label="Filter by text"]`, "referral.ads")
			b.sees(".count", "1 of ")
			b.click("the exchange", `document.querySelector("[role=option]")`)
			b.sees(".detail", "X-Hub-Signature-256")
			b.sees(".signatures .good", "valid")
			b.sees(".findings .good", "valid")
			b.sees(".detail pre", `"ads_context_data"`)
			b.press("Hex")
			b.sees(".detail pre", "000010  ")
			b.holds("it can be tampered with", `document.querySelector('[aria-label="How it is tampered"]').options.length > 5`)
			b.note("opened", `document.querySelector(".detail h2").textContent`)
			b.note("buttons", `[...document.querySelectorAll(".tools button, .detail header button")]`)
			b.press("Send again")
			b.holds("another exchange is open", `document.querySelector(".detail h2").textContent !== opened`)
			b.press("Send again, tampered")
			b.sees(".signatures .bad", "invalid")
			b.sees(".detail header .bad", "401")
			b.holds("the buttons are those that were there", `buttons.length === 6 && buttons.every((e) => e.isConnected)`)
		}},
		{"exchanges by keyboard", "timeline", func(d *desk) {
			for range 30 {
				d.call("POST", "api/v1/events", map[string]string{"variant": "message.text"}, nil)
			}
		}, func(d *desk, b *tab) {
			b.sees(".exchange", "message.text")
			b.do("go to the first and open it", chromedp.Focus(chromedp.CSS(".list")), chromedp.KeyEvent(kb.Home), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
			b.sees(".detail h2", "Exchange 2")
			b.press("Close the exchange")
			b.holds("the list has the focus again", `document.activeElement.classList.contains("list")`)
		}},
		{"a receiver: subscribe, its profile and features", "setup", func(d *desk) {
			d.bot.setProfile()
			if err := d.platform.Unsubscribe(); err != nil {
				t.Fatal(err)
			}
		}, func(d *desk, b *tab) {
			b.sees("[role=status]", "No receiver")
			b.write(`input[type="url"]`, d.bot.url+"/wrong?")
			b.press("Subscribe")
			b.sees(".badge.good", "active")
			b.sees("main", "persistent_menu")
			b.write(`input[type="url"]`, "http://127.0.0.1:1/webhook")
			b.press("Subscribe")
			b.sees(".toast.bad", "#2200")
			b.press("Forget everything")
			b.press("Forget everything")
			b.sees(".badge", "none")
		}},
		{"a receiver that fails: alert, disabled, and back", "setup", nil, func(d *desk, b *tab) {
			if err := d.platform.SetReceiver("http://127.0.0.1:1/webhook"); err != nil {
				t.Fatal(err)
			}
			d.call("POST", "api/v1/events", map[string]string{"variant": "message.text"}, nil)
			b.sees("td", "message.text")
			b.write(`[aria-label="How far"]`, "20m")
			b.press("Advance")
			b.sees(".badge.warn", "alert")
			b.write(`[aria-label="How far"]`, "1h")
			b.press("Advance")
			b.sees(".badge.bad", "disabled")
			b.write(`input[type="url"]`, d.bot.url)
			b.press("Subscribe")
			b.sees(".badge.good", "active")
		}},
		{"faults: put in force, see, remove", "faults", nil, func(d *desk, b *tab) {
			b.sees("main", "Nothing goes wrong on purpose")
			b.choose("fault", "delay")
			b.sees("form", "From 1ms to 36h.")
			b.write(`input[name="by"]`, "7s")
			b.choose("field", "messaging_postbacks")
			b.choose("variant", "postback.button")
			b.press("Put in force")
			b.sees("td", "delay 7s")
			b.sees("td", "everybody, postback.button, messaging_postbacks")
			b.sees("td", "the next 1")
			b.press("Remove the rule delay")
			b.sees("main", "Nothing goes wrong on purpose")
			// What concerns a delivery is not asked of a call, and the event of another
			// field is not offered.
			b.choose("field", "messages")
			b.holds("only events of the field are offered", `document.querySelector('[name="variant"]').value === "" && !document.querySelector('option[value="postback.button"]')`)
			b.choose("fault", "server-error")
			b.holds("a call has no field", `!document.querySelector('form [name="field"]')`)
			b.choose("edge", "messenger_profile")
			b.choose("when", "chance")
			b.write(`input[name="number"]`, "2.5")
			b.press("Put in force")
			b.sees("td", "everybody, messenger_profile")
			b.sees("td", "by chance, 2.5 %")
			var state struct{ Rules []rules.State }
			if d.call("GET", "api/v1/faults", nil, &state); len(state.Rules) != 1 || state.Rules[0].Edge != "messenger_profile" || state.Rules[0].Probability != 0.025 || state.Rules[0].Field != "" {
				b.t.Errorf("in force are %+v", state.Rules)
			}
		}},
	} {
		for width, height := range map[int64]int64{1280: 800, 390: 800} {
			t.Run(fmt.Sprintf("%s/%d", flow.name, width), func(t *testing.T) {
				d := open(t, func(p *mockplatform.Options, c *console.Options) {
					p.Clock = clock.NewVirtual(day())
					ruled(t, p, c)
					if strings.Contains(flow.name, "fails") {
						messenger := delivery.Messenger()
						p.Policy = &messenger
					}
				})
				if flow.before != nil {
					flow.before(d)
				}
				b := d.tab(t, browser, width, height, flow.page, "light", strings.Contains(flow.name, "receiver"))
				if width < 1000 && strings.Contains(flow.page, "conversation") {
					b.narrow = true
				}
				flow.run(d, b)
				b.fits()
			})
		}
	}
}

// TestAnExchangeChangesWhileItIsLookedAt: its answer comes in while somebody reads
// its request with the keyboard, and finds everything where it was.
func TestAnExchangeChangesWhileItIsLookedAt(t *testing.T) {
	browser := browse(t)
	d := open(t, nil)
	j := d.platform.Journal()
	body := `{"object":"page","entry":[` + strings.Repeat(`{"id":"1","time":1,"messaging":[]},`, 200) + `{}]}`
	seq := j.Record(journal.Exchange{
		Kind: journal.Delivery, Direction: journal.ToReceiver, At: day(),
		Request: journal.Message{Method: "POST", URL: "http://127.0.0.1:1/webhook", Proto: "HTTP/1.1", Body: []byte(body)},
	})
	b := d.tab(t, browser, 1280, 800, fmt.Sprintf("timeline/%d", seq), "light", false)
	b.press("Hex")
	b.note("row", fmt.Sprintf(`document.getElementById("x%d")`, seq))
	b.note("controls", `[...document.querySelectorAll(".detail button, .detail select, .detail pre")]`)
	b.note("pane", `document.querySelector(".detail")`)
	b.do("scroll, and read with the keyboard", chromedp.Evaluate[chromedp.Void](`(() => {
		const text = document.querySelector(".detail pre");
		text.scrollTop = 50;
		pane.scrollTop = 120;
		text.focus({ preventScroll: true });
	})()`))
	b.note("places", `[pane.scrollTop, document.querySelector(".detail pre").scrollTop]`)
	if at := value[[]float64](b, `places`); at[0] == 0 {
		t.Fatalf("the page does not scroll: %v", at)
	}
	j.Amend(seq, func(x *journal.Exchange) {
		x.Response = journal.Message{Status: 200, Proto: "HTTP/1.1", Body: []byte("EVENT_RECEIVED")}
	})
	b.sees(".detail", "EVENT_RECEIVED")
	b.sees(".detail header .good", "200")
	b.sees(".exchange .good", "200")
	for what, holds := range map[string]string{
		"the row is the same":           fmt.Sprintf(`row === document.getElementById("x%d")`, seq),
		"all that could be used is":     `controls.length > 5 && controls.every((e) => e.isConnected)`,
		"the request is in hexadecimal": `document.querySelector(".detail pre").textContent.startsWith("000000  ")`,
		"the focus is where it was":     `document.activeElement === document.querySelector(".detail pre")`,
		"nothing has scrolled":          `String(places) === String([pane.scrollTop, document.querySelector(".detail pre").scrollTop])`,
	} {
		if !value[bool](b, holds) {
			t.Errorf("it does not hold that %s", what)
		}
	}
}

// TestAButtonStaysWhileThePageIsDrawn: what happens elsewhere takes nothing away
// from under the mouse.
func TestAButtonStaysWhileThePageIsDrawn(t *testing.T) {
	browser := browse(t)
	d := open(t, nil)
	b := d.tab(t, browser, 1280, 800, "conversation", "light", false)
	b.sees("main button", "Begin with Ada")
	b.note("button", named("Begin with Ada"))
	b.note("reads", `() => performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/people")).length`)
	// The page reads again when the one before is drawn, so two are one drawn.
	for range 2 {
		b.note("before", `reads()`)
		d.platform.Journal().Record(journal.Exchange{Kind: journal.Send, Direction: journal.FromReceiver, At: day(), Response: journal.Message{Status: 200}})
		b.holds("the page reads again", `reads() > before`)
	}
	if !value[bool](b, `button.isConnected`) {
		t.Error("the button was drawn anew")
	}
}

// fits checks that the page does not scroll sideways, and that a screen reader
// has a name for everything that can be used in it.
func (b *tab) fits() {
	b.t.Helper()
	if over := value[float64](b, `Math.max(document.documentElement.scrollWidth, document.body.scrollWidth, document.querySelector("main").scrollWidth) - innerWidth`); over > 0 {
		b.t.Errorf("the page is %v pixels too wide", over)
	}
	if nameless := value[[]string](b, `[...document.querySelectorAll("button, a[href], input, select, textarea, [role=listbox], [role=log]")]
		.filter((e) => e.checkVisibility() && !(e.innerText?.trim() || e.ariaLabel || e.labels?.length)).map((e) => e.outerHTML)`); len(nameless) > 0 {
		b.t.Errorf("without a name: %q", nameless)
	}
}

// TestTheLongestJournal scrolls through ten thousand exchanges, and sees one
// more as soon as it is recorded.
func TestTheLongestJournal(t *testing.T) {
	browser := browse(t)
	d := open(t, nil)
	j := d.platform.Journal()
	for i := range 9990 {
		j.Record(journal.Exchange{
			Kind: journal.Graph, Direction: journal.FromReceiver, At: day(), Request: journal.Message{Method: "GET", URL: fmt.Sprintf("/v23.0/me?n=%d", i)}, Response: journal.Message{Status: 200},
		})
	}
	b := d.tab(t, browser, 1280, 800, "timeline", "light", false)
	b.sees(".count", "999")
	if n := value[int](b, `document.querySelectorAll(".exchange").length`); n > 60 {
		t.Errorf("%d rows are in the page", n)
	}
	// The time of one frame while it scrolls from end to end.
	b.do("scroll", chromedp.Evaluate[chromedp.Void](`window.frames = new Promise((done) => {
		const list = document.querySelector(".list"), times = [];
		let last = performance.now(), n = 0;
		const step = () => {
			const now = performance.now();
			times.push(now - last);
			last = now;
			if (++n > 60) return done(times.slice(1).sort((a, b) => a - b));
			list.scrollTop = list.scrollHeight * (n % 2 ? n / 60 : 1 - n / 60);
			requestAnimationFrame(step);
		};
		requestAnimationFrame(step);
	})`))
	b.do("note", chromedp.Evaluate[chromedp.Void](`frames.then((f) => { window.sorted = f; })`, chromedp.EvalAwaitPromise))
	t.Logf("frames while scrolling 10,000 rows: median %.1f ms, slowest %.1f ms", value[float64](b, `sorted[30]`), value[float64](b, `sorted.at(-1)`))
	b.do("watch", chromedp.Evaluate[chromedp.Void](`(() => {
		document.querySelector(".list").scrollTop = 1e9;
		new MutationObserver((_, observer) => {
			if (document.querySelector(".rows").innerText.includes("/the-last")) { window.shown = performance.timeOrigin + performance.now(); observer.disconnect(); }
		}).observe(document.querySelector(".rows"), { childList: true, subtree: true });
	})()`))
	b.holds("it is at the end", `document.querySelector(".exchange[aria-posinset='9991']") !== null`)
	recorded := now()
	j.Record(journal.Exchange{Kind: journal.Graph, Direction: journal.FromReceiver, At: day(), Request: journal.Message{Method: "GET", URL: "/the-last"}})
	b.holds("it shows", `window.shown !== undefined`)
	t.Logf("an exchange shows %.1f ms after it was recorded, beside 10,000 others", value[float64](b, `shown`)-recorded)
}

// TestATokenInABrowser opens the link that serve prints.
func TestATokenInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	browser := browse(t)
	d := open(t, func(_ *mockplatform.Options, o *console.Options) { o.Token = "a token" })
	b := d.tab(t, browser, 1280, 800, "", "light", true)
	b.sees("body", "this console wants its token")
	b.open(d.console.URL() + "?token=" + url.QueryEscape("a token"))
	b.sees("main", "Nobody has written yet")
	if at := value[string](b, `location.href`); strings.Contains(at, "token") {
		t.Errorf("the token stays in sight: %s", at)
	}
}
