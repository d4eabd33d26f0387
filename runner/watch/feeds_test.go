package watch_test

import (
	"fmt"
	"testing"

	"github.com/seed-11445fa1/referee/runner/watch"
	"github.com/seed-11445fa1/referee/schemas"
)

const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>Changelog</title>%s
<item><title>Old news</title><guid>1</guid><pubDate>Tue, 08 Jun 2021 07:00:00 GMT</pubDate><description>mid in postbacks</description></item>
</channel></rss>`

const announced = `<item><title>Buttons</title><guid>2</guid><link>https://example.com/changelog</link><pubDate>Sat, 28 Nov 2026 07:00:00 GMT</pubDate><description><![CDATA[<p>The <code>messaging_postbacks</code> webhook gets a member %s.</p>]]></description></item>`

func TestAnnouncements(t *testing.T) {
	s := newSite(t)
	page := watch.Page{URL: s.URL + "/rss/", Kind: watch.KindFeed, About: "changelog"}
	s.serve("/rss/", "application/rss+xml", fmt.Sprintf(feed, ""))
	report, state := look(t, nil, page)
	expect(t, report)
	s.serve("/rss/", "application/rss+xml", fmt.Sprintf(feed, fmt.Sprintf(announced, "color")))
	report, state = look(t, state, page)
	expect(t, report, "new announcement: Buttons | The messaging_postbacks webhook gets a member color.")
	if f := report.Findings[0]; f.Date != "2026-11-28" || f.Link != "https://example.com/changelog" {
		t.Errorf("%+v", f)
	}
	if c := propose(t, report).Changes; len(c) != 1 || c[0].Field != "messaging_postbacks" || c[0].Date != "2026-11-28" || c[0].Source != "https://example.com/changelog" {
		t.Errorf("the changes are %+v", c)
	}
	s.serve("/rss/", "application/rss+xml", fmt.Sprintf(feed, fmt.Sprintf(announced, "of another color")))
	report, state = look(t, state, page)
	expect(t, report, "changed announcement: Buttons")
	s.serve("/rss/", "application/rss+xml", "<html>")
	report, state = look(t, state, page)
	expect(t, report, "trouble: it is no RSS")
	s.serve("/rss/", "application/rss+xml", fmt.Sprintf(feed, fmt.Sprintf(announced, "of another color")))
	report, _ = look(t, state, page)
	expect(t, report)

	// What is younger than the history of the catalogue is told on the first run too.
	report, _ = look(t, nil, page)
	expect(t, report, "new announcement: Buttons")
}

func TestVersions(t *testing.T) {
	s := newSite(t)
	page := watch.Page{URL: s.URL + "/versions", Kind: watch.KindVersions, About: "versions"}
	table := func(rows string) {
		s.serve("/versions.md", markdown, "# Changelog\n\n## Available Graph API Versions\n\n| Version | Date Introduced | Available Until |\n|---|---|---|\n"+rows)
	}
	const known = "| v25.0 | February 18, 2026 | July 29, 2028 |\n"
	table(known)
	report, state := look(t, nil, page)
	expect(t, report)
	if p := propose(t, report); p.GraphVersions != nil {
		t.Errorf("%+v", p.GraphVersions)
	}
	table("| v99.0 | November 4, 2026 | TBD |\n|  | December 1, 2026 | TBD |\n" + known)
	report, state = look(t, state, page)
	expect(t, report, "new row that could not be read: it has no version or no day |  | December 1, 2026 | TBD", "new Graph version: v99.0, from 2026-11-04, with no end")
	versions := propose(t, report).GraphVersions
	if newest := versions[len(versions)-1]; newest != (schemas.GraphVersion{Name: "v99.0", Released: "2026-11-04"}) || len(versions) != len(schemas.GraphVersions())+1 {
		t.Errorf("the versions are %+v", versions)
	}
	table("| v99.0 | November 4, 2026 | May 1, 2029 |\n")
	report, state = look(t, state, page)
	expect(t, report, "gone row that could not be read", "changed Graph version: v99.0, from 2026-11-04 until 2029-05-01 | was from 2026-11-04, with no end", "gone Graph version: v25.0")
	s.serve("/versions.md", markdown, "# Changelog\n")
	report, _ = look(t, state, page)
	expect(t, report, "trouble: it has no table of versions")
}
