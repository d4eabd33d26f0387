package console_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// templates are what the bot of these tests sends to who writes the name of one.
func templates(shop string) map[string]string {
	card := func(payload string) string {
		return `"message": {"attachment": {"type": "template", "payload": ` + payload + `}}`
	}
	return map[string]string{
		"generic": card(`{"template_type": "generic", "elements": [{"title": "Deck shoe", "subtitle": "Hand-sewn", "image_url": "` + shop + `/shoe.png",
			"default_action": {"type": "web_url", "url": "https://shop.example/shoe"}, "buttons": [{"type": "postback", "title": "Buy", "payload": "BUY"}, {"type": "phone_number", "title": "Call", "payload": "+4684040"}]}]}`),
		"button": card(`{"template_type": "button", "text": "Your account", "buttons": [{"type": "account_link", "url": "` + shop + `/login"}, {"type": "account_unlink"}]}`),
		"receipt": card(`{"template_type": "receipt", "recipient_name": "Ada", "merchant_name": "Boats & Shoes", "order_number": "120210000000000001", "currency": "USD", "payment_method": "Visa 2345",
			"address": {"street_1": "1 Hacker Way", "city": "Menlo Park", "postal_code": "94025", "state": "CA", "country": "US"},
			"summary": {"subtotal": 75.00, "shipping_cost": 4.95, "total_tax": 6.19, "total_cost": 56.14}, "adjustments": [{"name": "New customer", "amount": 30}],
			"elements": [{"title": "White T-shirt", "subtitle": "Cotton", "quantity": 2, "price": 50, "image_url": "` + shop + `/shoe.png"}]}`),
		"coupon": card(`{"template_type": "coupon", "title": "10 % off", "subtitle": "Today", "coupon_code": "BOAT10", "coupon_url": "https://shop.example/sale", "coupon_url_button_title": "To the sale", "coupon_pre_message": "For you"}`),
		"survey": card(`{"template_type": "customer_feedback", "title": "How was it?", "subtitle": "Tell us", "button_title": "Rate us", "business_privacy": {"url": "https://shop.example/privacy"},
			"feedback_screens": [{"questions": [{"id": "q1", "type": "csat", "title": "Your visit", "score_label": "neg_pos", "follow_up": {"type": "free_form", "placeholder": "More"}}]}]}`),
		"buttons": card(`{"template_type": "button", "text": "Every type", "buttons": [{"type": "game_play", "title": "Sail"}, {"type": "element_share"}, {"type": "payment", "title": "Pay"}]}`),
		"media":   card(`{"template_type": "media", "elements": [{"media_type": "image", "attachment_id": "ATTACHMENT"}]}`),
		"product": card(`{"template_type": "product", "elements": [{"id": "7001"}, {"id": "7002"}]}`),
		"news":    card(`{"template_type": "notification_messages", "title": "News of boats", "payload": "NEWS"}`),
		"notice":  card(`{"template_type": "one_time_notif_req", "title": "When it is back", "payload": "BACK"}`),
		"contact": `"message": {"text": "How do we reach you?", "quick_replies": [{"content_type": "user_phone_number"}, {"content_type": "user_email"}]}`,
		"persona": `"persona_id": "PERSONA", "message": {"text": "I am a human"}`,
		"far":     `"message": {"attachment": {"type": "image", "payload": {"url": "https://shop.example/far.png"}}}`,
		"near":    `"message": {"attachment": {"type": "image", "payload": {"url": "` + shop + `/shoe.png"}}}`,
	}
}

// TestAPersonCanDoEverything goes through what people send, press and see in a
// conversation, in a Chromium.
func TestAPersonCanDoEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	browser := browse(t)
	shown := drawing(t)
	file := filepath.Join(t.TempDir(), "en sko.png")
	if err := os.WriteFile(file, shown, 0o600); err != nil {
		t.Fatal(err)
	}
	// event is the event of a delivery, which comes.
	event := func(d *desk, variant string) map[string]any {
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
	// is holds a delivered event to what it says.
	is := func(d *desk, variant, want string) {
		d.t.Helper()
		text, err := json.Marshal(event(d, variant))
		if err != nil || !strings.Contains(string(text), want) {
			d.t.Errorf("%s: %s does not have %s, %v", variant, text, want, err)
		}
	}
	loaded := func(b *tab, selector string) {
		b.t.Helper()
		b.holds("a picture is there", fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.complete && e.naturalWidth === 40)`, selector))
	}
	more := func(b *tab, text string) {
		b.t.Helper()
		b.click("what can be done with "+text, fmt.Sprintf(`[...document.querySelectorAll(".item:not(.mine, .middle)")].filter((e) => e.innerText.includes(%q)).at(-1)?.querySelector("button.opener")`, text))
	}
	for _, job := range []struct {
		name, kind string
		narrow     bool // it is done on a telephone too
		run        func(*desk, *tab)
	}{
		{"files", "person", true, func(d *desk, b *tab) {
			b.press("Attach")
			b.sees("#attach", "A file of this computer")
			b.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("#attached-file"), []string{file}))
			loaded(b, ".mine img.shown")
			payload := event(d, "message.attachment")["message"].(map[string]any)["attachments"].([]any)[0].(map[string]any)["payload"].(map[string]any)
			got, err := http.Get(payload["url"].(string))
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close()
			if data, err := io.ReadAll(got.Body); err != nil || !bytes.Equal(data, shown) {
				t.Errorf("a receiver gets %v, %q, %v", got, data, err)
			}
			for kind, variant := range map[string]string{"video": "message.attachment-video", "audio": "message.attachment-audio", "file": "message.attachment-file"} {
				b.press("Attach")
				b.press("A file at an address")
				b.do("choose "+kind, chromedp.SetValue(chromedp.CSS("dialog select"), kind))
				b.write("dialog input", "https://files.example/"+kind)
				b.press("Send the file")
				b.sees(".mine .bubble", kind+": https://files.example/"+kind)
				is(d, variant, "https://files.example/"+kind)
			}
		}},
		{"a sticker and a place", "person", false, func(d *desk, b *tab) {
			b.press("Attach")
			b.press("A thumb")
			b.sees(".mine .picture", "Picture, not loaded")
			is(d, "message.attachment-sticker", `"sticker_id":369239263222822`)
			b.press("Attach")
			b.press("A place")
			b.press("Send the place")
			b.sees(".mine .bubble", "Place: 59.33, 18.06")
			is(d, "message.attachment-location", `"lat":59.33`)
		}},
		{"reply, react, edit", "person", true, func(d *desk, b *tab) {
			b.write("#compose", "tea"+kb.Enter)
			b.sees(".item .bubble", "Which colour, for tea?")
			more(b, "Which colour")
			b.press("Reply")
			b.sees(".about", "Replying to")
			b.write("#compose", "far"+kb.Enter)
			b.sees(".mine .quote", "Which colour, for tea?")
			is(d, "message.reply-to", `"is_self_reply":false`)
			more(b, "Which colour")
			b.press("React with love")
			b.sees(".reacted", "❤️")
			is(d, "reaction.react", `"reaction":"love"`)
			more(b, "Which colour")
			b.press("Take back love")
			b.holds("it is gone", `!document.querySelector(".reacted")`)
			more(b, "Which colour")
			b.sees(".doings", "Reply")
			b.do("go back with the keyboard", chromedp.KeyEvent(kb.Escape))
			b.holds("it is closed", `document.activeElement.matches("button.opener") && [...document.querySelectorAll(".doings")].every((e) => e.hidden)`)
			b.click("what can be done with my message", `document.querySelector(".mine button.opener")`)
			b.press("Edit")
			b.sees(".about", "Editing")
			b.write("#compose", "coffee"+kb.Enter)
			b.sees(".mine .bubble", "coffee")
			b.sees(".mine .meta", "edited")
			is(d, "edit.text", `"num_edit":"1","text":"coffee"`)
		}},
		{"unsend", "instagram", false, func(d *desk, b *tab) {
			b.write("#compose", "oops"+kb.Enter)
			b.sees(".item .bubble", "Which colour, for oops?")
			b.click("what can be done with my message", `document.querySelector(".mine button.opener")`)
			b.press("Unsend")
			b.sees(".mine .gone", "Unsent")
			is(d, "message.instagram-deleted", `"is_deleted":true`)
		}},
		{"phone and e-mail", "person", false, func(d *desk, b *tab) {
			who := d.thread("Ada").Person.Identity
			for _, own := range []struct{ text, variant string }{{who.Phone, "message.quick-reply-phone"}, {who.Email, "message.quick-reply-email"}} {
				b.write("#compose", "contact"+kb.Enter)
				b.press(own.text)
				b.sees(".mine .bubble", own.text)
				is(d, own.variant, fmt.Sprintf(`"quick_reply":{"payload":%q}`, own.text))
			}
		}},
		{"every template", "person", true, func(d *desk, b *tab) {
			show := func(name, selector, text string) {
				b.t.Helper()
				b.write("#compose", name+kb.Enter)
				b.sees(selector, text)
			}
			show("generic", ".carousel .title", "Deck shoe")
			loaded(b, ".carousel img.shown")
			b.press("Buy")
			is(d, "postback.button", `"payload":"BUY"`)
			b.holds("what is tapped leads to the shop", `document.querySelector('.carousel a[href="https://shop.example/shoe"]') && document.querySelector('.carousel a[href="tel:%2B4684040"]')`)
			show("receipt", ".receipt", "Boats & Shoes")
			for _, part := range []string{"White T-shirt × 2", "50 USD", "75.00 USD", "4.95 USD", "6.19 USD", "New customer\n-30 USD", "56.14 USD", "120210000000000001", "Visa 2345", "94025 Menlo Park"} {
				b.sees(".receipt", part)
			}
			loaded(b, ".receipt img.shown")
			show("coupon", ".template", "10 % off")
			b.holds("the code is kept", `![...document.querySelectorAll(".template p")].some((e) => e.checkVisibility() && e.innerText === "BOAT10")`)
			b.press("Get code")
			b.sees(".template", "BOAT10")
			b.sees(".template a", "To the sale")
			show("survey", ".template", "How was it?")
			b.press("Rate us")
			b.click("four", `document.querySelector('dialog input[value="4"]')`)
			b.write("dialog textarea", "Tack")
			b.press("Submit")
			b.sees(".middle", "csat 4 Tack")
			is(d, "feedback.csat", `{"q1":{"follow_up":{"payload":"Tack","type":"free_form"},"payload":"4","type":"csat"}}`)
			b.write("#compose", "media"+kb.Enter)
			loaded(b, ".item:last-child img.shown, .item:nth-last-child(2) img.shown")
			show("product", ".carousel .title", "Product 7002")
			show("news", ".template", "News of boats")
			b.press("Get messages")
			is(d, "optin.marketing-without-frequency", `"payload":"NEWS"`)
			show("notice", ".template", "When it is back")
			b.press("Notify me")
			is(d, "optin.one-time-notification", `"payload":"BACK"`)
		}},
		{"buttons of every type", "person", true, func(d *desk, b *tab) {
			b.write("#compose", "buttons"+kb.Enter)
			b.press("element_share")
			b.sees(".told", "“element_share” was pressed, a button of the type element_share.")
			b.sees(".told", "is not known here, so the bot is told nothing")
			b.press("Pay")
			b.sees(".told", "Meta has ended the buy button")
			b.press("Sail")
			b.sees("dialog", "It is told when a round was played")
			b.write("dialog label:first-of-type input", "17")
			b.press("Play a round")
			b.sees(".middle", "Played a round of the game, with the score 17")
			b.holds("what was said is over", `document.querySelector(".told").hidden`)
			is(d, "game-play.solo", `"score":"17"`)
			b.holds("no button is dead", `document.querySelectorAll("button.press:disabled, .menu button:disabled").length === 0`)
			d.bot.call("/v23.0/me/messenger_profile", `{"get_started": {"payload": "START"}, "persistent_menu": [{"locale": "default", "call_to_actions": [{"type": "web_url", "title": "An app", "url": "shop:1"}]}]}`)
			b.press("Persistent menu")
			b.press("An app")
			b.sees(".told", "the bot is told nothing")
		}},
		{"pictures and personas", "person", false, func(d *desk, b *tab) {
			b.write("#compose", "persona"+kb.Enter)
			b.sees(".as", "Lin of the shop")
			loaded(b, ".as img")
			b.write("#compose", "near"+kb.Enter)
			loaded(b, "img.shown")
			b.write("#compose", "far"+kb.Enter)
			b.sees(".picture", "https://shop.example/far.png")
		}},
		{"log in and out", "person", false, func(d *desk, b *tab) {
			b.write("#compose", "button"+kb.Enter)
			b.press("Log in")
			b.write("dialog input", "c0de")
			b.press("Link the account")
			b.sees(".middle", "The account is linked, with the code c0de")
			is(d, "account-linking.linked", `{"authorization_code":"c0de","status":"linked"}`)
			b.press("Log out")
			b.sees(".middle", "The account is unlinked")
			is(d, "account-linking.unlinked", `{"status":"unlinked"}`)
			// By the bot's page, which leads back to the console.
			b.press("Log in")
			b.do("stay in this tab", chromedp.Evaluate[chromedp.Void](`document.querySelector("dialog a").removeAttribute("target")`))
			b.press("Open the log-in page")
			is(d, "account-linking.linked&text=of-the-page", `{"authorization_code":"of-the-page","status":"linked"}`)
			b.sees(".middle", "with the code of-the-page")
			if at := value[string](b, `location.search`); at != "" {
				t.Errorf("the address keeps %s", at)
			}
		}},
		{"a stranger leads back", "person", false, func(d *desk, b *tab) {
			b.open(d.console.URL() + "?account_linking_token=" + d.thread("Ada").Person.PSID + ".x&authorization_code=evil")
			b.sees(".toast", "not given here")
			if n := len(d.thread("Ada").Thread.Items); n != 0 {
				t.Errorf("the thread has %d items", n)
			}
		}},
		{"the welcome screen", "person", true, func(d *desk, b *tab) {
			d.bot.setProfile()
			d.bot.call("/v23.0/me/messenger_profile", `{"greeting": [{"locale": "default", "text": "Hello {{user_first_name}}!"}],
				"ice_breakers": [{"call_to_actions": [{"question": "Are you open?", "payload": "OPEN"}], "locale": "default"}]}`)
			psid := d.thread("Ada").Person.PSID
			d.bot.call("/v23.0/me/custom_user_settings", `{"psid": "`+psid+`", "persistent_menu": [{"locale": "default", "call_to_actions": [{"type": "postback", "title": "For Ada alone", "payload": "ALONE"}]}]}`)
			b.sees(".welcome", "Hello Ada!")
			b.sees(".thread header", d.thread("Ada").Person.Identity.Name)
			b.holds("questions come before the button", `document.querySelector(".welcome .ask") && ![...document.querySelectorAll("button")].some((e) => e.innerText === "Get Started")`)
			b.press("Are you open?")
			is(d, "postback.button", `"payload":"OPEN","title":"Are you open?"`)
			b.press("Persistent menu")
			b.press("For Ada alone")
			b.sees(".template", "You pressed ALONE")
		}},
		{"an ad keeps its data in a new thread", "person", false, func(d *desk, b *tab) {
			d.bot.setProfile()
			b.sees(".welcome", "Boats and shoes")
			b.press("An ad")
			b.holds("the example is there", `document.querySelector("#way-ad textarea").value.includes("ad_title")`)
			b.write("#way-ad textarea", `{"ad_title": "Boots", "post_id": 120210000000000001, "size": 1e400}`)
			b.press("Click the ad")
			b.sees(".mine", "ADS, ref spring-ad")
			x := d.wait("kind=delivery&variant=postback.ads-context")
			if want := `"ads_context_data":{"ad_title":"Boots","post_id":120210000000000001,"size":1e400}`; !strings.Contains(x.Request.Body.Text, want) {
				t.Errorf("%s does not have %s", x.Request.Body.Text, want)
			}
		}},
	} {
		widths := []int64{1280}
		if job.narrow {
			widths = append(widths, 390)
		}
		for _, width := range widths {
			t.Run(fmt.Sprintf("%s/%d", job.name, width), func(t *testing.T) {
				d := open(t, nil)
				d.onInstagram()
				d.person("Ada", job.kind)
				shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path != "/login" {
						_, _ = w.Write(shown)
						return
					}
					back, err := url.Parse(r.URL.Query().Get("redirect_uri"))
					if err != nil || r.URL.Query().Get("account_linking_token") == "" {
						http.Error(w, "whoever links an account comes with a token", http.StatusBadRequest)
						return
					}
					query := back.Query()
					query.Set("authorization_code", "of-the-page")
					back.RawQuery = query.Encode()
					http.Redirect(w, r, back.String(), http.StatusFound)
				}))
				t.Cleanup(shop.Close)
				var uploaded struct {
					ID string `json:"attachment_id"`
				}
				d.bot.upload("message_attachments", map[string]string{"message": `{"attachment": {"type": "image", "payload": {"is_reusable": true}}}`}, shown, &uploaded)
				d.bot.call("/v23.0/me/personas", `{"name": "Lin of the shop", "profile_picture_url": "`+shop.URL+`/lin.png"}`)
				var persona struct{ ID string }
				if err := json.Unmarshal([]byte(d.wait("kind=graph&text="+url.QueryEscape("Lin of the shop")).Response.Body.Text), &persona); err != nil {
					t.Fatal(err)
				}
				d.bot.answers = templates(shop.URL)
				for name, text := range d.bot.answers {
					d.bot.answers[name] = strings.NewReplacer("ATTACHMENT", uploaded.ID, "PERSONA", persona.ID).Replace(text)
				}
				b := d.tab(t, browser, width, 800, "conversation/Ada", "light", false)
				b.narrow = width < 1000
				job.run(d, b)
				b.fits()
			})
		}
	}
}
