package console_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// TestScreenshots writes the pictures of the README into the folder that
// REFEREE_SCREENSHOTS names; make screenshots does.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("REFEREE_SCREENSHOTS")
	if dir == "" {
		t.Skip("REFEREE_SCREENSHOTS names no folder; make screenshots does")
	}
	d := open(t, func(p *mockplatform.Options, c *console.Options) {
		ruled(t, p, c, rules.Rule{Fault: "rate-limited", Person: "Lin", Every: 3})
	})
	d.bot.setProfile()
	for _, name := range []string{"Ada", "Grace", "Lin"} {
		d.person(name, "person")
	}
	d.person("Visitor of the shop", "visitor")
	act := func(name string, action map[string]any) {
		d.call("POST", "api/v1/people/"+name+"/actions", action, nil)
	}
	act("Ada", map[string]any{"type": "get-started"})
	d.wait("kind=send&text=START")
	act("Ada", map[string]any{"type": "ad", "ref": "spring-ad"})
	d.wait("kind=send&text=spring-ad")
	act("Ada", map[string]any{"type": "text", "text": "Do you have these in my size? 🎉"})
	d.wait("kind=send&text=size")
	act("Grace", map[string]any{"type": "link", "ref": "summer"})
	act("Lin", map[string]any{"type": "text", "text": "Hej, är ni öppna på lördag?"})
	d.call("POST", "api/v1/events", map[string]any{"variant": "postback.button", "person": "Lin", "faults": []string{"wrong-secret"}}, nil)
	bad := d.wait("failed=true&kind=delivery")
	browser := browse(t)
	for _, shot := range []struct {
		file, page, ready string
		width             int64
		scheme            string
	}{
		{"conversation.png", "conversation/Ada", ".replies button", 1280, "light"},
		{"conversation-narrow.png", "conversation/Ada", ".replies button", 390, "dark"},
		{"catalogue.png", "catalogue/referral.ads", ".note", 1280, "light"},
		{"timeline.png", "timeline/" + number(bad.Seq), ".signatures", 1280, "dark"},
		{"timeline-narrow.png", "timeline", ".exchange", 390, "light"},
		{"faults.png", "faults", "td", 1280, "light"},
		{"setup.png", "setup", "dd", 1280, "light"},
	} {
		b := d.tab(t, browser, shot.width, 800, shot.page, shot.scheme, false)
		b.sees(shot.ready, "")
		b.sees("#status", "Active")
		b.shot(filepath.Join(dir, shot.file))
		b.fits()
		b.close()
	}
}
