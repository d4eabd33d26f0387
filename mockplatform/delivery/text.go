package delivery

import (
	"html"
	"regexp"
	"strings"
)

var (
	// page shows that a body is markup, and not a text or JSON with a "<" in it.
	page      = regexp.MustCompile(`(?i)<(?:!doctype|html|head|body|title|h[1-6]|p|pre|div|span|br|hr|center|table|ul|\?xml)\b[^>]*>`)
	invisible = regexp.MustCompile(`(?is)<!--.*?-->|<(?:script|style|head|template|noscript)\b.*?(?:</(?:script|style|head|template|noscript)>|$)`)
	title     = regexp.MustCompile(`(?is)<title\b[^>]*>(.*?)</title>`)
	markup    = regexp.MustCompile(`(?s)<[^>]*(?:>|$)`)
)

// PlainText is the text of a body as a person reads it in one line: without markup,
// scripts and styles, with entities decoded, and of a length that fits beside other
// words. Of a page that shows nothing it is the title.
func PlainText(body string) string {
	// More than this is not looked at: a page has its markup first, a text does not.
	const most = 64 << 10
	body = body[:min(len(body), most)]
	if !page.MatchString(body) {
		return Shortened(body)
	}
	text := Shortened(html.UnescapeString(markup.ReplaceAllString(invisible.ReplaceAllString(title.ReplaceAllString(body, " "), " "), " ")))
	if text != "" {
		return text
	}
	if m := title.FindStringSubmatch(body); m != nil {
		return Shortened(html.UnescapeString(m[1]))
	}
	return ""
}

// Shortened is a text in one line, of as much of it as anybody wants to read.
func Shortened(text string) string {
	const most = 160
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "�")), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
