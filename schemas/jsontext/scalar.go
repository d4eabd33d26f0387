package jsontext

import "unicode/utf8"

// class says how the scanner treats a byte inside a string.
type class uint8

const (
	plain   class = iota
	marked        // legal as it is, but some serialiser of Meta's escapes it
	wide          // first byte of a character outside ASCII
	escape        // the backslash
	quote         // the end
	control       // must not stand in a string
)

var classes = func() (table [256]class) {
	for c := range table {
		switch {
		case c < ' ':
			table[c] = control
		case c >= utf8.RuneSelf:
			table[c] = wide
		}
	}
	for _, c := range "/@%<\x7f" {
		table[c] = marked
	}
	table['\\'], table['"'] = escape, quote
	return table
}()

func (s *Scanner) string(kind Kind) bool {
	doc := s.doc // a local, or the loop would load the field for every byte
	s.plain = true
	i := s.pos + 1
	for {
		for i < len(doc) && classes[doc[i]] == plain {
			i++
		}
		if i == len(doc) {
			return s.fail(s.pos, "a string without its closing quote")
		}
		switch classes[doc[i]] {
		case quote:
			return s.token(kind, i+1)
		case control:
			return s.fail(i, "the control character U+%04X in a string, write it as an escape", doc[i])
		case escape:
			size := escapeSize(doc[i:])
			if size == 0 {
				return s.fail(i, `a backslash that begins none of \" \\ \/ \b \f \n \r \t \uXXXX`)
			}
			i += size
		case wide:
			r, size := utf8.DecodeRune(doc[i:])
			if r == utf8.RuneError && size == 1 {
				return s.fail(i, "invalid UTF-8")
			}
			i += size
		default:
			i++
		}
		s.plain = false
	}
}

// escapeSize returns the length of the escape sequence that text begins with,
// or 0 when it is none.
func escapeSize(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(text) < 6 {
			return 0
		}
		for _, c := range text[2:6] {
			if hexDigits[c] == notHex {
				return 0
			}
		}
		return 6
	}
	return 0
}

func (s *Scanner) number() bool {
	i := s.pos
	if s.doc[i] == '-' {
		i++
	}
	first := i
	i = s.digits(i)
	if i == first {
		return s.fail(i, "a digit must follow '-'")
	}
	if s.doc[first] == '0' && i > first+1 {
		return s.fail(first, "a number with a leading zero")
	}
	if i < len(s.doc) && s.doc[i] == '.' {
		fraction := i + 1
		if i = s.digits(fraction); i == fraction {
			return s.fail(i, "a digit must follow the decimal point")
		}
	}
	if i < len(s.doc) && s.doc[i]|0x20 == 'e' {
		i++
		if i < len(s.doc) && (s.doc[i] == '+' || s.doc[i] == '-') {
			i++
		}
		exponent := i
		if i = s.digits(exponent); i == exponent {
			return s.fail(i, "the exponent has no digits")
		}
	}
	s.state = wantNext
	return s.token(Number, i)
}

// digits returns the index of the first byte at or after i that is no digit.
func (s *Scanner) digits(i int) int {
	for i < len(s.doc) && s.doc[i]-'0' <= 9 {
		i++
	}
	return i
}
