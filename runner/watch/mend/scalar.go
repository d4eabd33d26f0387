package mend

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?`)
	// afterValue is what may follow a value.
	afterValue = regexp.MustCompile(`^[ \t\r\x{00A0}]*([,}\]\n|"“”]|//|/\*|<!--|$)`)
	// angled is a placeholder such as <PSID>; a bracket too many is taken for a part of it.
	angled = regexp.MustCompile(`^<[^"“”{}\n]*?>+`)
	// braced is a placeholder such as {psid} or {{psid}}.
	braced = regexp.MustCompile(`^\{\{?[A-Za-z][A-Za-z0-9_ -]*\}\}?`)
	// word is a placeholder such as AD-ID, TITLE OF THE AD or 1234...
	word = regexp.MustCompile(`^[A-Za-z0-9_$+-][^"“”{}\[\],\n|]*`)
)

// bareBraces reports whether a placeholder in braces follows, and no object.
func (p *parser) bareBraces() bool { return braced.MatchString(p.text[p.pos:]) }

// bare reads a value that has no quotation marks.
func (p *parser) bare(name string) *node {
	rest := p.text[p.pos:]
	if found := number.FindString(rest); found != "" && afterValue.MatchString(rest[len(found):]) {
		p.pos += len(found)
		return &node{literal: found}
	}
	found := p.placeholder(rest)
	switch found {
	case "":
		if p.ellipsis() {
			p.partial = true
			p.repair("a value is left out")
			return &node{literal: `"…"`, open: true}
		}
		if name == "" {
			p.fail("here begins no value: %q", p.rest())
		}
		p.fail("%s has no value: %q", name, p.rest())
	case "true", "false", "null":
		p.pos += len(found)
		return &node{literal: found}
	case "True", "False", "None":
		p.repair("%s is no JSON", found)
		p.pos += len(found)
		return &node{literal: map[string]string{"True": "true", "False": "false", "None": "null"}[found]}
	}
	p.repair("%s is printed without quotation marks", plainName(name))
	p.pos += len(found)
	return &node{literal: quote(strings.TrimSpace(found)), open: true}
}

func plainName(name string) string {
	if name == "" {
		return "a value"
	}
	return name
}

// placeholder is the bare word at the beginning of a text, empty if there is none.
func (p *parser) placeholder(rest string) string {
	for _, form := range []*regexp.Regexp{angled, braced} {
		if found := form.FindString(rest); found != "" && afterValue.MatchString(rest[len(found):]) {
			return found
		}
	}
	found := word.FindString(rest)
	for _, c := range comments {
		if i := strings.Index(found, " "+c.from); i >= 0 {
			found = found[:i]
		}
	}
	found = strings.TrimSpace(found)
	// A colon is that of a member, unless it is that of an address.
	if before, _, hasColon := strings.Cut(found, ":"); hasColon && !strings.HasPrefix(found[len(before):], "://") {
		return ""
	}
	if !afterValue.MatchString(rest[len(found):]) {
		return ""
	}
	return found
}

func isQuote(c rune) bool { return strings.ContainsRune(`"'“”„`, c) && c != 0 }

// closers are the quotation marks that end a text, by the one that begins it.
func closers(open rune) string {
	switch open {
	case '"':
		return `"`
	case '\'':
		return `'`
	}
	return `“”"`
}

// str reads a text in quotation marks, and returns it as JSON.
func (p *parser) str() string {
	start := p.pos
	open, size := utf8.DecodeRuneInString(p.text[p.pos:])
	p.pos += size
	if open != '"' {
		p.repair("a text is in quotation marks that are not JSON's")
	}
	mended, several := open != '"', false // lines
	var text strings.Builder
	for {
		c, size := utf8.DecodeRuneInString(p.text[p.pos:])
		switch {
		case p.done():
			p.fail("the text %q does not end", cut(p.text[start:]))
		case strings.ContainsRune(closers(open), c):
			p.pos += size
			if !mended {
				return p.text[start:p.pos]
			}
			return quote(text.String())
		case c == '\\':
			mended = p.escape(&text) || mended
			continue
		case c == '\n' && !several && !p.endsSoon(open):
			p.fail("the text %q does not end on its line", cut(p.text[start:p.pos]))
		case c < ' ':
			if !mended || c == '\n' && !several {
				p.repair("a raw line break or control character in a text")
			}
			mended, several = true, several || c == '\n'
			if c == '\r' { // of a line break
				p.pos += size
				continue
			}
		}
		text.WriteRune(c)
		p.pos += size
	}
}

// endsSoon reports whether a text that goes on behind a line break ends where a
// text can end, and not at the quotation mark with which the next one begins.
func (p *parser) endsSoon(open rune) bool {
	rest := p.text[p.pos:]
	for i := 0; i < len(rest); {
		c, size := utf8.DecodeRuneInString(rest[i:])
		switch {
		case c == '\\':
			size++ // and what it escapes
		case strings.ContainsRune(closers(open), c):
			return ended.MatchString(rest[i+size:])
		}
		i += size
	}
	return false
}

// ended is what follows a text that has ended.
var ended = regexp.MustCompile(`^[ \t\r]*([,}\]\n]|//|$)`)

var (
	unicodeEscape    = regexp.MustCompile(`^\\u[0-9a-fA-F]{4}`)
	javaScriptEscape = regexp.MustCompile(`^\\u\{([0-9a-fA-F]{1,6})\}`)
)

// escape reads an escape of a text, and reports whether JSON has no such one.
func (p *parser) escape(text *strings.Builder) (mended bool) {
	rest := p.text[p.pos:]
	if found := unicodeEscape.FindString(rest); found != "" {
		// Two of them can be one character.
		both := found + unicodeEscape.FindString(rest[len(found):])
		if one := unquote(`"` + both + `"`); utf8.RuneCountInString(one) == 1 {
			found = both
		}
		text.WriteString(unquote(`"` + found + `"`))
		p.pos += len(found)
		return false
	}
	if found := javaScriptEscape.FindStringSubmatch(rest); found != nil {
		code, _ := strconv.ParseUint(found[1], 16, 32) // which the pattern lets through
		p.repair("a character is escaped as in JavaScript")
		text.WriteRune(rune(code))
		p.pos += len(found[0])
		return true
	}
	if len(rest) > 1 && strings.IndexByte(`"\/bfnrt`, rest[1]) >= 0 {
		text.WriteString(unquote(`"` + rest[:2] + `"`))
		p.pos += 2
		return false
	}
	p.repair("a backslash that escapes nothing")
	p.pos++
	if p.peek() != '\'' {
		text.WriteByte('\\')
		return true
	}
	p.pos++
	text.WriteByte('\'')
	return true
}

// unquote is the text that JSON stands for.
func unquote(literal string) string {
	var text string
	_ = json.Unmarshal([]byte(literal), &text) // which was found to be JSON
	return text
}

// cut is the beginning of a text, for people.
func cut(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	if short := []rune(text); len(short) > 40 {
		return string(short[:40]) + "…"
	}
	return text
}
