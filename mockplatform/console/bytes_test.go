package console_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/seed-11445fa1/referee/mockplatform/console"
)

// long is a number that JSON.parse, and a float64, make 120210000000000000 of.
const long = "120210000000000001"

// TestNothingIsChangedOnItsWay edits, sends, shows, compares and saves in a Chromium what
// would be another thing if a browser had read it as JSON.
func TestNothingIsChangedOnItsWay(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	chromium := browse(t)
	// edit replaces a text in a field, as somebody does who types.
	edit := func(b *tab, field, old, text string) {
		b.t.Helper()
		b.holds(field+" has "+old, fmt.Sprintf(`document.querySelector(%q)?.value.includes(%q)`, field, old))
		b.do("edit "+field, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
			const area = document.querySelector(%q);
			area.value = area.value.replace(%q, %q);
			area.dispatchEvent(new Event("input"));
		})()`, field, old, text)))
	}
	opened := func(b *tab, seq uint64) { b.sees(".detail h2", fmt.Sprintf("Exchange %d", seq)) }
	for _, flow := range []struct {
		name, page string
		run        func(*desk, *tab)
	}{
		{"a number in the catalogue", "catalogue/referral.ads", func(d *desk, b *tab) {
			edit(b, ".payload", `"OPEN_THREAD"`, `"OPEN_THREAD", "2": 1.0, "1": `+long)
			b.sees(".note.bad", "/referral/1") // the check is of what is there
			b.press("Send")
			b.sees(".note", "Answered 200")
			x := d.wait("kind=delivery&variant=referral.ads")
			if !strings.Contains(x.Request.Body.Text, `"type":"OPEN_THREAD","2":1.0,"1":`+long+`,`) {
				b.t.Errorf("delivered %s", x.Request.Body.Text)
			}
			b.open(d.console.URL() + "#/timeline/" + number(x.Seq))
			opened(b, x.Seq)
			b.sees(".detail pre", `"1": `+long)
			b.sees(".detail pre", `"2": 1.0`)
		}},
		{"a number in an ad's data", "conversation/Ada", func(d *desk, b *tab) {
			b.press("An ad")
			edit(b, "#way-ad textarea", `"ad_title"`, `"ad_title": `+long+`, "title"`)
			b.press("Click the ad")
			if x := d.wait("kind=delivery&variant=referral.ads"); !strings.Contains(x.Request.Body.Text, `"ad_title":`+long+`,`) {
				b.t.Errorf("delivered %s", x.Request.Body.Text)
			}
		}},
		{"edit, send again, compare", "timeline", func(d *desk, b *tab) {
			var first console.Emitted
			d.call("POST", "api/v1/events", map[string]string{"variant": "message.text", "person": "Ada"}, &first)
			b.sees(".exchange", "message.text")
			b.click("the exchange", `[...document.querySelectorAll(".exchange")].find((e) => e.innerText.includes("message.text"))`)
			b.press("Edit")
			edit(b, ".detail .payload", `"message": {`, `"n": `+long+`, "message": {`)
			b.sees(".detail", "in the bytes of Meta's serialiser")
			b.press("Send again")
			b.sees(".detail", fmt.Sprintf("exchange %d again, edited", first.Exchange))
			b.sees(".detail pre", `"n": `+long)
			b.sees(".signatures .good", "valid")
			b.holds("the editor is closed", `!document.querySelector(".detail .payload").checkVisibility()`)
			b.press("Compare")
			b.sees(".sides-by-side h2", fmt.Sprintf("and #%d", first.Exchange))
			b.sees("tr.differs td", `"n": `+long)
			b.sees("tr.same td", `"object": "page"`)
			b.click("only what differs", `document.querySelector(".sides-by-side input")`)
			b.holds("what is the same is gone", `![...document.querySelectorAll("tr.same")].some((e) => e.checkVisibility())`)
			b.fits()
			b.press("Close the comparison")
			// A body that is no JSON is sent as it is.
			b.press("Edit")
			edit(b, ".detail .payload", `"object"`, `object`)
			b.sees(".detail", "it is sent as it is")
			b.press("Send again")
			b.sees(".detail pre", `object: "page"`)
		}},
		{"the calls of a delivery, and back", "timeline", func(d *desk, b *tab) {
			var first console.Emitted
			d.call("POST", "api/v1/events", map[string]string{"variant": "postback.button", "person": "Ada"}, &first)
			b.open(d.console.URL() + "#/timeline/" + number(first.Exchange))
			b.sees(".related", "Calls that followed")
			b.sees(".related", "By person and order")
			// What comes while it is looked at shows.
			b.note("calls", `document.querySelectorAll(".related li").length`)
			p, err := d.platform.Person("Ada")
			if err != nil {
				b.t.Fatal(err)
			}
			d.bot.say([]byte(`{"id": "`+p.PSID+`"}`), `{"text": "One more"}`)
			b.sees(".related", "One more")
			b.click("the call", `[...document.querySelectorAll(".related li")].find((e) => e.innerText.includes("One more")).querySelector("a")`)
			b.sees(".related", "The delivery that it followed")
			b.click("the delivery", `document.querySelector(".related a")`)
			opened(b, first.Exchange)
		}},
		{"save as a variant", "catalogue/referral.ads", func(d *desk, b *tab) {
			saved := b.download()
			edit(b, ".payload", `"ref": "`, `"ref": "`+long)
			b.press("Save as variant")
			b.write("dialog input", "referral.ours")
			b.press("Save the file")
			b.sees(".toast", "referral.ours.json")
			var sent console.Emitted
			d.call("POST", "api/v1/events", map[string]string{"variant": "message.text", "person": "Ada"}, &sent)
			files := []console.VariantFile{saved()}
			saved = b.download()
			b.open(d.console.URL() + "#/timeline/" + number(sent.Exchange))
			opened(b, sent.Exchange)
			b.press("Save as variant")
			b.press("Save the file")
			files = append(files, saved())
			ours, _ := loaded(b.t, files...).ByID("referral.ours")
			if !strings.Contains(string(ours.Event), long) || !strings.Contains(string(ours.Event), "{{psid}}") {
				b.t.Errorf("saved %s", ours.Event)
			}
			if files[1].Name != "message.ours.json" {
				b.t.Errorf("saved %+v", files[1])
			}
		}},
		{"save what the schemas do not know", "catalogue/message.text", func(d *desk, b *tab) {
			edit(b, ".payload", `"text": "`, `"written_with": "a pen", "text": "`)
			b.sees(".note.bad", "/message/written_with")
			b.press("Save as variant")
			saved := b.download()
			b.press("Save the file")
			b.sees("dialog", "message.ours.json needs a patch")
			b.sees("dialog", "/event/message/written_with: is an unknown member")
			b.holds("nothing sticks out of it", `document.querySelector("dialog").scrollWidth <= document.querySelector("dialog").clientWidth`)
			files := []console.VariantFile{saved()}
			saved = b.download()
			b.press("Save event.message.schema.patch.json")
			ours, _ := loaded(b.t, append(files, saved())...).ByID("message.ours")
			if !strings.Contains(string(ours.Event), `"a pen"`) {
				b.t.Errorf("saved %s", ours.Event)
			}
			b.press("Done")
			b.holds("it is closed", `!document.querySelector("dialog")`)
		}},
	} {
		for width, height := range map[int64]int64{1280: 800, 390: 800} {
			t.Run(fmt.Sprintf("%s/%d", flow.name, width), func(t *testing.T) {
				d := open(t, nil)
				d.person("Ada", "person")
				b := d.tab(t, chromium, width, height, flow.page, "light", false)
				b.narrow = width < 1000 && strings.Contains(flow.page, "conversation")
				flow.run(d, b)
				b.fits()
			})
		}
	}
}

// download lets the browser keep the next file that is downloaded; what it returns waits
// for that.
func (b *tab) download() func() console.VariantFile {
	b.t.Helper()
	folder := b.t.TempDir()
	begun, over := chromedp.Events(b.ctx, browser.DownloadWillBegin), chromedp.Events(b.ctx, browser.DownloadProgress)
	yes := true
	_, err := chromedp.Call(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: folder, EventsEnabled: &yes,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return func() (file console.VariantFile) {
		b.t.Helper()
		for e, err := range begun {
			if err != nil {
				b.t.Fatal(err)
			}
			file.Name = e.SuggestedFilename
			break
		}
		for e, err := range over {
			if err != nil {
				b.t.Fatal(err)
			}
			if e.State != browser.DownloadProgressStateCompleted {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, e.GUID))
			if err != nil {
				b.t.Fatal(err)
			}
			file.Text = string(text)
			break
		}
		return file
	}
}
