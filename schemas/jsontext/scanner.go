package jsontext

import (
	"fmt"
	"unicode/utf8"
)

// MaxDepth is how many objects and arrays may be open at once. It bounds the
// recursion of those who build on the scanner.
const MaxDepth = 10_000

// Kind tells the tokens of a JSON text apart. Commas and colons are not
// tokens: the scanner checks them, and their places follow from the tokens.
type Kind uint8

// The kinds of token. Name is the string that names an object's member,
// Literal is true, false or null.
const (
	ObjectStart Kind = iota + 1
	ObjectEnd
	ArrayStart
	ArrayEnd
	Name
	String
	Number
	Literal
)

// state is what the grammar of RFC 8259 allows next.
type state uint8

const (
	wantValue      state = iota
	wantFirstName        // after '{'
	wantFirstValue       // after '['
	wantNext             // after a value: a comma, the container's end, or the end of the text
)

// Scanner reads one JSON text (RFC 8259) from first to last token. It accepts
// exactly the valid texts in valid UTF-8 and allocates nothing.
type Scanner struct {
	doc     []byte
	pos     int // first byte not yet read
	from    int // first byte of the current token
	to      int // first byte after it
	depth   int
	kind    Kind
	state   state
	plain   bool
	err     error
	objects [(MaxDepth + 63) / 64]uint64 // bit n is set when the container at depth n is an object
}

// NewScanner returns a scanner before the first token of doc, which must not
// change while it is read.
func NewScanner(doc []byte) *Scanner { return &Scanner{doc: doc} }

// Next moves to the next token. It returns false after the last one and at
// the first error; Err tells which.
func (s *Scanner) Next() bool {
	if s.err != nil {
		return false
	}
	c := s.skipSpace()
	switch s.state {
	case wantFirstName:
		if c == '}' {
			return s.leave(ObjectEnd)
		}
		return s.name(c)
	case wantFirstValue:
		if c == ']' {
			return s.leave(ArrayEnd)
		}
	case wantNext:
		switch {
		case s.depth == 0:
			if s.pos < len(s.doc) {
				return s.unexpected("the end: one JSON text holds one value")
			}
			return false
		case s.inObject():
			if c == '}' {
				return s.leave(ObjectEnd)
			}
			if c != ',' {
				return s.unexpected("',' or '}'")
			}
			s.pos++
			return s.name(s.skipSpace())
		default:
			if c == ']' {
				return s.leave(ArrayEnd)
			}
			if c != ',' {
				return s.unexpected("',' or ']'")
			}
			s.pos++
			c = s.skipSpace()
		}
	}
	return s.value(c)
}

// Kind returns the kind of the current token.
func (s *Scanner) Kind() Kind { return s.kind }

// Raw returns the current token as it stands in the text, a string with its
// quotes. It is a part of the text, not a copy.
func (s *Scanner) Raw() []byte { return s.doc[s.from:s.to:s.to] }

// From returns where the current token begins in the text, To where it ends.
func (s *Scanner) From() int { return s.from }

// To returns the offset of the first byte after the current token.
func (s *Scanner) To() int { return s.to }

// Plain reports whether the current name or string consists of bytes that
// every serialiser of Meta's writes as they are: no escapes, no DEL, nothing
// outside ASCII, none of / @ % <.
func (s *Scanner) Plain() bool { return s.plain }

// Err returns nil at the end of a valid text, else what is wrong and at which
// byte, counted from 0.
func (s *Scanner) Err() error { return s.err }

// skipSpace moves to the next byte that is not white space and returns it, or
// 0 at the end of the text.
func (s *Scanner) skipSpace() byte {
	for s.pos < len(s.doc) {
		c := s.doc[s.pos]
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		s.pos++
	}
	return 0
}

func (s *Scanner) value(c byte) bool {
	switch c {
	case '"':
		s.state = wantNext
		return s.string(String)
	case '{':
		return s.enter(ObjectStart)
	case '[':
		return s.enter(ArrayStart)
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	}
	if c == '-' || '0' <= c && c <= '9' {
		return s.number()
	}
	return s.unexpected("a value")
}

// name reads a member's name and the colon after it.
func (s *Scanner) name(c byte) bool {
	if c != '"' {
		return s.unexpected("the name of a member, in double quotes")
	}
	if !s.string(Name) {
		return false
	}
	if s.skipSpace() != ':' {
		return s.unexpected("':'")
	}
	s.pos++
	s.state = wantValue
	return true
}

func (s *Scanner) enter(kind Kind) bool {
	if s.depth == MaxDepth {
		return s.fail(s.pos, "more than %d objects and arrays inside each other", MaxDepth)
	}
	word, bit := s.depth/64, uint64(1)<<(s.depth%64)
	if kind == ObjectStart {
		s.objects[word] |= bit
		s.state = wantFirstName
	} else {
		s.objects[word] &^= bit
		s.state = wantFirstValue
	}
	s.depth++
	return s.token(kind, s.pos+1)
}

func (s *Scanner) leave(kind Kind) bool {
	s.depth--
	s.state = wantNext
	return s.token(kind, s.pos+1)
}

func (s *Scanner) inObject() bool {
	top := s.depth - 1
	return s.objects[top/64]&(1<<(top%64)) != 0
}

func (s *Scanner) literal(word string) bool {
	end := s.pos + len(word)
	if end > len(s.doc) || string(s.doc[s.pos:end]) != word {
		return s.fail(s.pos, "want %s", word)
	}
	s.state = wantNext
	return s.token(Literal, end)
}

func (s *Scanner) token(kind Kind, end int) bool {
	s.kind, s.from, s.to, s.pos = kind, s.pos, end, end
	return true
}

func (s *Scanner) unexpected(want string) bool {
	if s.pos == len(s.doc) {
		return s.fail(s.pos, "the text ends, want %s", want)
	}
	r, size := utf8.DecodeRune(s.doc[s.pos:])
	if r == utf8.RuneError && size == 1 {
		return s.fail(s.pos, "invalid UTF-8")
	}
	return s.fail(s.pos, "unexpected %q, want %s", r, want)
}

func (s *Scanner) fail(offset int, format string, args ...any) bool {
	s.err = fmt.Errorf("byte %d: %s", offset, fmt.Sprintf(format, args...))
	return false
}
