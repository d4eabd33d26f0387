package mend

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// node is a value that was read.
type node struct {
	literal  string // of what is neither an object nor a list
	open     bool   // a bare word
	object   bool
	list     bool
	names    []string // of the members of an object
	elements []*node  // of an object or a list
}

// write writes the value as JSON, and notes the pointers of bare words.
func (n *node) write(out *strings.Builder, pointer string, open *[]string) {
	switch {
	case n.object:
		out.WriteByte('{')
		for i, e := range n.elements {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(n.names[i])
			out.WriteByte(':')
			e.write(out, pointer+"/"+token(n.names[i]), open)
		}
		out.WriteByte('}')
	case n.list:
		out.WriteByte('[')
		for i, e := range n.elements {
			if i > 0 {
				out.WriteByte(',')
			}
			e.write(out, fmt.Sprintf("%s/%d", pointer, i), open)
		}
		out.WriteByte(']')
	default:
		if n.open {
			*open = append(*open, pointer)
		}
		out.WriteString(n.literal)
	}
}

// token is a name, given as JSON, as a part of a JSON Pointer.
func token(name string) string {
	var text string
	_ = json.Unmarshal([]byte(name), &text) // what quote wrote can be read
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(text)
}

// quote is a text as JSON, with no more escapes than JSON asks for.
func quote(text string) string {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text can be encoded
	return strings.TrimSuffix(out.String(), "\n")
}

type parser struct {
	text    string
	pos     int
	counted int // up to where lines were counted
	lines   int
	repairs []Repair
	partial bool
}

func (p *parser) done() bool { return p.pos >= len(p.text) }

// peek is the next character, 0 at the end.
func (p *parser) peek() rune {
	if p.done() {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return r
}

// line is the number of the line that is being read.
func (p *parser) line() int {
	if p.pos > p.counted {
		p.lines += strings.Count(p.text[p.counted:p.pos], "\n")
		p.counted = p.pos
	}
	return p.lines + 1
}

func (p *parser) repair(what string, args ...any) {
	p.repairs = append(p.repairs, Repair{p.line(), fmt.Sprintf(what, args...)})
}

// fail ends the reading; Read recovers.
func (p *parser) fail(reason string, args ...any) {
	panic(&Unreadable{p.line(), fmt.Sprintf(reason, args...)})
}

// rest is the beginning of what was not read yet, for people.
func (p *parser) rest() string {
	rest, _, _ := strings.Cut(p.text[p.pos:], "\n")
	if short := []rune(rest); len(short) > 40 {
		return string(short[:40]) + "…"
	}
	return rest
}

// comments are what JSON has not, and documentation has.
var comments = []struct{ from, to string }{{"//", "\n"}, {"/*", "*/"}, {"<!--", "-->"}}

// space skips white space and comments.
func (p *parser) space() {
again:
	rest := p.text[p.pos:]
	trimmed := strings.TrimLeftFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200B' || r == '\uFEFF' })
	p.pos += len(rest) - len(trimmed)
	for _, c := range comments {
		if !strings.HasPrefix(trimmed, c.from) {
			continue
		}
		p.repair("a comment")
		end := strings.Index(trimmed, c.to)
		switch {
		case end < 0 && c.to != "\n":
			p.fail("the comment does not end")
		case end < 0:
			p.pos = len(p.text)
		default:
			p.pos += end + len(c.to)
		}
		goto again
	}
}

// ellipsis skips dots that say that something is left out.
func (p *parser) ellipsis() bool {
	for _, dots := range []string{"...", "…"} {
		if strings.HasPrefix(p.text[p.pos:], dots) {
			p.pos += len(dots)
			for p.peek() == '.' {
				p.pos++
			}
			return true
		}
	}
	return false
}

// leftOut skips dots in the place of a member or an element.
func (p *parser) leftOut() bool {
	if !p.ellipsis() {
		return false
	}
	p.partial = true
	p.repair("something is left out")
	return true
}

// stray matches a quotation mark that neither begins nor ends anything.
var stray = regexp.MustCompile(`^["'“”][ \t\r]*([,}\]:\n]|//|$)`)

// doubled matches a placeholder with a quotation mark too many before it: ""<STATUS>".
var doubled = regexp.MustCompile(`^""<[^"\n]*>"`)

// strayQuote skips a quotation mark after a value or a name that is over.
func (p *parser) strayQuote() bool {
	if !stray.MatchString(p.text[p.pos:]) {
		return false
	}
	p.repair("a stray quotation mark")
	_, size := utf8.DecodeRuneInString(p.text[p.pos:])
	p.pos += size
	return true
}

// value reads one value; name is that of the member whose value it is.
func (p *parser) value(depth int, name string) *node {
	n := p.single(depth, name)
	// "a" | "b": one of several values.
	for p.alternative() {
		p.space()
		p.single(depth, name)
	}
	return n
}

func (p *parser) single(depth int, name string) *node {
	if depth > mostDepth {
		p.fail("brackets are nested more than %d deep", mostDepth)
	}
	if doubled.MatchString(p.text[p.pos:]) {
		p.repair("a stray quotation mark")
		p.pos++
	}
	switch c := p.peek(); {
	case c == '{' && !p.bareBraces():
		line := p.line()
		p.pos++
		return p.members(depth, line, false)
	case c == '[':
		line := p.line()
		p.pos++
		return p.list(depth, line, name)
	case isQuote(c):
		return &node{literal: p.str()}
	}
	return p.bare(name)
}

// alternative skips the sign between two values of which one will come.
func (p *parser) alternative() bool {
	rest := strings.TrimLeft(p.text[p.pos:], " \t")
	if !strings.HasPrefix(rest, "|") {
		return false
	}
	p.repair("several values are printed, of which the first counts")
	p.pos = len(p.text) - len(strings.TrimLeft(rest, "|"))
	return true
}

// between is where a loop over members or elements stands between two of them.
type between struct{ first, comma, dots bool }

// next skips what stands before a member or an element. It returns false at the
// closing bracket.
func (p *parser) next(b *between, closing rune, from int, what string) bool {
	for {
		p.space()
		switch c := p.peek(); {
		case p.done():
			p.fail("the bracket of line %d is not closed", from)
		case c == closing:
			if b.comma {
				p.repair("a comma after the last %s", what)
			}
			p.pos++
			return false
		case c == '}' || c == ']':
			p.fail("%q closes the bracket of line %d, which is of the other sort", c, from)
		case c == ',':
			if b.comma || b.first && !b.dots {
				p.repair("a comma too many")
			}
			b.comma = true
			p.pos++
		case p.leftOut():
			b.dots, b.comma = true, false
		case !b.first && !b.comma && p.strayQuote():
		default:
			if !b.first && !b.comma && !b.dots {
				p.repair("a comma is missing before this line's %s", what)
			}
			*b = between{}
			return true
		}
	}
}

// members reads an object after its opening bracket, or to the end of the text
// where its brackets are not printed.
func (p *parser) members(depth, from int, unbracketed bool) *node {
	n := &node{object: true}
	index := map[string]int{}
	b := between{first: true}
	for {
		if p.space(); unbracketed && p.atEnd() {
			return n
		}
		if !p.next(&b, '}', from, "member") {
			return n
		}
		name := p.name()
		p.space()
		if p.strayQuote() {
			p.space()
		}
		if p.peek() != ':' {
			p.fail("a colon is missing after %s", name)
		}
		p.pos++
		p.space()
		e := p.value(depth+1, unquote(name))
		if i, again := index[name]; again {
			p.repair("%s is printed twice, and the last one counts", unquote(name))
			n.elements[i] = e
			continue
		}
		index[name] = len(n.names)
		n.names, n.elements = append(n.names, name), append(n.elements, e)
	}
}

// atEnd reports whether nothing but a comma follows.
func (p *parser) atEnd() bool {
	return strings.Trim(p.text[p.pos:], " \t\r\n,") == ""
}

// list reads a list after its opening bracket.
func (p *parser) list(depth, from int, name string) *node {
	n := &node{list: true}
	for b := (between{first: true}); p.next(&b, ']', from, "element"); {
		n.elements = append(n.elements, p.value(depth+1, name))
		if p.space(); p.peek() == ':' {
			p.fail("a member stands in the list of line %d", from)
		}
	}
	return n
}

var (
	bareName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$.-]*`)
	member   = regexp.MustCompile(`^["“”']?[A-Za-z_$][A-Za-z0-9_$.-]*["“”']?[ \t]*:[ \t\r\n]*(["“”'{\[0-9<]|true|false|null)`)
)

// atMember reports whether a member with its value follows.
func (p *parser) atMember() bool { return member.MatchString(p.text[p.pos:]) }

// name reads the name of a member, as JSON.
func (p *parser) name() string {
	if isQuote(p.peek()) {
		return quote(unquote(p.str()))
	}
	found := bareName.FindString(p.text[p.pos:])
	if found == "" {
		p.fail("here begins no member: %q", p.rest())
	}
	p.repair("the name %s is printed without quotation marks", found)
	p.pos += len(found)
	return quote(found)
}
