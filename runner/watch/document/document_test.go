package document_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/watch/document"
)

const page = "# webhook_events\n\nUpdated: Jul 1, 2025\n\n## Examples\n\n### With an ad\n\n```json\n{\n  \"a\": 1\n}\n```\n\n" +
	"See [the guide](https://example.com/guide?token=abc#part) for   more.\n\n    {\"indented\": true}\n\n    [1]\n\nA list:\n\n- one\n\n  ```\n  {\"in\": \"a list\"}\n  ```\n\n" +
	"## HTML\n\n<div><pre>{&quot;a&quot;: &lt;B&gt;,\n\n<b>\"c\"</b>: 1}</pre></div>\n\nThe end.\n"

func TestMarkdown(t *testing.T) {
	p := document.Markdown([]byte(page))
	if p.Updated != "2025-07-01" {
		t.Errorf("updated %q", p.Updated)
	}
	var blocks []string
	for _, b := range p.Blocks {
		blocks = append(blocks, fmt.Sprintf("%d %s %s %q", b.Line, b.Under, b.Language, b.Text))
	}
	same(t, blocks, []string{
		`10 Examples > With an ad json "{\n  \"a\": 1\n}\n"`,
		`17 Examples > With an ad  "{\"indented\": true}\n\n[1]\n"`,
		`26 Examples > With an ad  "{\"in\": \"a list\"}\n"`,
		`31 HTML  "{\"a\": <B>,\n\n\"c\": 1}"`,
	})
	same(t, p.Lines, []string{
		"# webhook_events", "## Examples", "### With an ad", "See [the guide](https://example.com/guide) for more.", "A list:", "- one",
		"## HTML", "The end.",
	})
}

// A fence below a fence is none of its own, unless the block is empty.
func TestDoubleFences(t *testing.T) {
	p := document.Markdown([]byte("```\n```\n{\n  \"a\": 1\n}\n```\n```\n\nText.\n\n```json\n```\n\nMore.\n\n```\n{}\n```\n"))
	var blocks []string
	for _, b := range p.Blocks {
		blocks = append(blocks, fmt.Sprintf("%d %q", b.Line, b.Text))
	}
	same(t, blocks, []string{`2 "\n{\n  \"a\": 1\n}\n\n"`, `17 "{}\n"`})
	same(t, p.Lines, []string{"Text.", "More."})
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("there is:\n%s\nexpected:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestIsHTML(t *testing.T) {
	for _, c := range []struct {
		contentType, body string
		want              bool
	}{
		{"text/markdown; charset=utf-8", "# A page", false},
		{"text/plain", "  <!DOCTYPE html><html>", true},
		{"", "<html><body><pre># A page", true},
		{"text/html; charset=utf-8", "# A page", true},
		{"text/markdown", "<pre>{}</pre>", false},
	} {
		if got := document.IsHTML(c.contentType, []byte(c.body)); got != c.want {
			t.Errorf("%s %q: %v", c.contentType, c.body, got)
		}
	}
}

func TestVersions(t *testing.T) {
	p := document.Markdown([]byte(`# Changelog

|  |  |
| --- | --- |
| The latest Graph API version is: | ` + "`v26.0`" + ` |

## Available Graph API Versions

| Version | Date Introduced | Available Until |
| --- | --- | --- |
|  | November 4, 2026 | TBD |
| [v26.0](https://example.com/version26.0) | July 29, 2026 | TBD |
| v25.0 | Feb 18, 2026 | July 29th, 2028 |
| v24.0 | October 8, 2025 | one day |

## Available Marketing API Versions

| Version | Date Introduced | Available Until |
| --- | --- | --- |
| v26.0 | January 1, 2001 | TBD |
`))
	versions, unread, err := p.Versions()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range versions {
		got = append(got, v.Name+" "+v.From+" "+v.Until)
	}
	same(t, got, []string{"v26.0 2026-07-29 ", "v25.0 2026-02-18 2028-07-29"})
	same(t, unread, []string{" | November 4, 2026 | TBD", "v24.0 | October 8, 2025 | one day"})

	if _, _, err := document.Markdown([]byte("| Field | Description |\n| --- | --- |\n| a | b |\n")).Versions(); err == nil {
		t.Error("a table of fields is one of versions")
	}
}

func TestFeed(t *testing.T) {
	all, err := document.Feed([]byte(`<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Changelog</title>
<item><title>June 1,
 2026</title><link>https://example.com/changelog#june</link><guid>june</guid><pubDate>Mon, 01 Jun 2026 07:00:00 -0700</pubDate>
<description><![CDATA[<p>New <code>sticker</code> in messages.</p>]]></description></item>
<item><title>Undated</title><pubDate>soon</pubDate></item>
</channel></rss>`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range all {
		got = append(got, strings.Join([]string{a.ID, a.Title, a.Link, a.Date, a.Text}, "|"))
	}
	same(t, got, []string{"june|June 1, 2026|https://example.com/changelog#june|2026-06-01|New sticker in messages.", " Undated|Undated|||"})

	for name, text := range map[string]string{
		"HTML": "<html><body>Log in</body></html>", "nothing": "", "a torn one": "<rss><channel><item>", "an empty one": "<rss><channel/></rss>",
	} {
		if _, err := document.Feed([]byte(text)); err == nil {
			t.Errorf("%s is a changelog", name)
		}
	}
}

// Foreign bytes never end the program.
func FuzzMarkdown(f *testing.F) {
	f.Add([]byte(page))
	f.Add([]byte("<pre>\n\n<pre></pre>\n| Version | Date |\n|---|---|\n| v1.0 | x |\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		p := document.Markdown(source)
		for _, b := range p.Blocks {
			if b.Line < 1 || b.Line > 1+strings.Count(string(source), "\n") {
				t.Errorf("a block at line %d", b.Line)
			}
		}
		_, _, _ = p.Versions()
	})
}
