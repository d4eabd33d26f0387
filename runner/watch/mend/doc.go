// Package mend reads JSON as documentation prints it, which is seldom JSON: with
// placeholders in the place of values, comments, commas that are missing or too
// many, curly or stray quotation marks, parts left out.
//
// It mends what can be meant in one way only, and says what it mended. All else is
// an *Unreadable: a sample that is guessed is worse than none.
//
// It imports the standard library only.
package mend

import (
	"fmt"
	"html"
	"strings"
)

// Value is one JSON value that was printed.
type Value struct {
	// JSON is the value, without space, its members in the order in which they
	// are printed.
	JSON []byte
	// Line is where it begins in the text, the first line being 1.
	Line int
	// Repairs say what was mended, in the order of the text.
	Repairs []Repair
	// Open are JSON Pointers of values that were printed as a bare word: it is
	// not known of which type they are. In JSON they are texts.
	Open []string
	// Partial is true where something was left out, as "..." does.
	Partial bool
}

// Repair is one thing that was mended.
type Repair struct {
	Line int
	What string
}

// Unreadable is the error of a text that cannot be mended.
type Unreadable struct {
	Line   int
	Reason string
}

func (u *Unreadable) Error() string { return fmt.Sprintf("line %d: %s", u.Line, u.Reason) }

// mostDepth is how deep brackets may be nested: no payload comes near it, and
// foreign text must not take all the stack.
const mostDepth = 100

// Read reads the values of a text, one after the other. A text that begins with a
// member, `"message": {…}`, is read as the object that has it. The error is an
// *Unreadable.
func Read(text string) (values []Value, err error) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	p := &parser{text: strings.TrimPrefix(text, "\uFEFF")}
	defer func() {
		switch u := recover().(type) {
		case nil:
		case *Unreadable:
			values, err = nil, u
		default:
			panic(u)
		}
	}()
	if escaped(p.text) {
		p.text = html.UnescapeString(p.text)
		p.repair("brackets or quotation marks are printed as HTML entities")
	}
	for {
		p.space()
		line := p.line()
		switch c := p.peek(); {
		case p.done():
			return values, nil
		case c == '{' && !p.bareBraces() || c == '[':
			n := p.value(0, "")
			values = append(values, p.finish(n, line))
		case len(values) == 0 && p.atMember():
			p.repair("the brackets around it are not printed")
			n := p.members(0, line, true)
			values = append(values, p.finish(n, line))
		case len(values) > 0 && (c == ',' || c == ';'):
			p.pos++
		case len(values) > 0 && (c == '}' || c == ']'):
			p.pos++
			last := &values[len(values)-1]
			last.Repairs = append(last.Repairs, Repair{line, "a closing bracket too many"})
		default:
			p.fail("here begins no JSON: %q", p.rest())
		}
	}
}

// Begins reports whether a text begins as JSON does, after comments.
func Begins(text string) (begins bool) {
	p := &parser{text: strings.TrimPrefix(text, "\uFEFF")}
	if escaped(p.text) {
		p.text = html.UnescapeString(p.text)
	}
	defer func() {
		if u := recover(); u != nil {
			if _, ok := u.(*Unreadable); !ok {
				panic(u)
			}
			begins = false // a comment without an end
		}
	}()
	p.space()
	c := p.peek()
	return c == '{' || c == '[' || p.atMember()
}

// escaped reports whether the quotation marks or brackets of a text are entities.
func escaped(text string) bool {
	for _, entity := range []string{"&#123;", "&#x7b;", "&#x7B;", "&lbrace;", "&lcub;", "&quot;", "&#34;", "&#x22;"} {
		if strings.Contains(text, entity) {
			return true
		}
	}
	return false
}

// finish makes a value of what was read since the last one.
func (p *parser) finish(n *node, line int) Value {
	v := Value{Line: line, Repairs: p.repairs, Partial: p.partial}
	p.repairs, p.partial = nil, false
	var out strings.Builder
	n.write(&out, "", &v.Open)
	v.JSON = []byte(out.String())
	return v
}
