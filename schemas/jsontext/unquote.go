package jsontext

import (
	"unicode/utf16"
	"unicode/utf8"
)

const notHex = 0xff

// hexDigits holds the value of each hexadecimal digit, and notHex elsewhere.
var hexDigits = func() (table [256]uint8) {
	for c := range table {
		table[c] = notHex
	}
	for i, c := range "0123456789abcdef" {
		table[c] = uint8(i)
	}
	for i, c := range "ABCDEF" {
		table[c] = uint8(10 + i)
	}
	return table
}()

// Escape returns the UTF-16 code unit that the escape sequence at the start
// of text stands for, and the sequence's length in bytes. The text must come
// from a string that a Scanner has accepted.
func Escape(text []byte) (unit uint16, size int) {
	switch c := text[1]; c {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		for _, c := range text[2:6] {
			unit = unit<<4 | uint16(hexDigits[c])
		}
		return unit, 6
	default:
		return uint16(c), 2
	}
}

// Unquote returns the text of a string token that a Scanner has accepted. A
// surrogate without its partner, which UTF-8 cannot hold, becomes the three
// bytes that UTF-8's scheme would give it (WTF-8), so that different tokens
// never become the same text unless they mean the same.
func Unquote(raw []byte) string {
	body := raw[1 : len(raw)-1]
	text := make([]byte, 0, len(body))
	for i := 0; i < len(body); {
		if body[i] != '\\' {
			text = append(text, body[i])
			i++
			continue
		}
		unit, size := Escape(body[i:])
		i += size
		r := rune(unit)
		if utf16.IsSurrogate(r) && i < len(body) && body[i] == '\\' {
			low, size := Escape(body[i:])
			if pair := utf16.DecodeRune(r, rune(low)); pair != utf8.RuneError {
				r = pair
				i += size
			}
		}
		text = appendWTF8(text, r)
	}
	return string(text)
}

func appendWTF8(dst []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(dst, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
	}
	return utf8.AppendRune(dst, r)
}
