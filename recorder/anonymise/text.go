package anonymise

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// unit is one character of a text, with the place where it is spelt.
type unit struct {
	value    rune
	of       *alphabet
	spelling spelling
	at       int // its first byte
}

// spelling is how a character is written. The stand-in is written the same way,
// with as many bytes.
type spelling uint8

const (
	raw     spelling = iota // in UTF-8, or as a byte that is none
	short                   // as \n, \/, …: none of these is ever replaced
	escaped                 // as \u00e4
	pair                    // as \ud83d\ude22
)

// quoted replaces a string token in place.
func (a *Anonymiser) quoted(token []byte) {
	end := len(token) - 1
	text := a.units[:0]
	for i := 1; i < end; {
		if token[i] != '\\' {
			r, size := utf8.DecodeRune(token[i:])
			text = append(text, unit{value: r, at: i})
			i += size
			continue
		}
		code, size := jsontext.Escape(token[i:])
		u := unit{value: rune(code), spelling: short, at: i}
		if size > len(`\n`) {
			u.spelling = escaped
		}
		i += size
		if utf16.IsSurrogate(u.value) && i < end && token[i] == '\\' {
			low, size := jsontext.Escape(token[i:])
			if r := utf16.DecodeRune(u.value, rune(low)); r != utf8.RuneError {
				u.value, u.spelling = r, pair
				i += size
			}
		}
		text = append(text, u)
	}
	a.replace(text, token)
}

// plain replaces a text that is not JSON in place. It need not be UTF-8.
func (a *Anonymiser) plain(body []byte) {
	text := a.units[:0]
	binary := !utf8.Valid(body) // then any byte may be a part of anything
	for i := 0; i < len(body); {
		r, size := rune(body[i]), 1
		if !binary {
			r, size = utf8.DecodeRune(body[i:])
		}
		u := unit{value: r, at: i}
		if binary && r >= utf8.RuneSelf {
			u.of = foreignBytes
		}
		text = append(text, u)
		i += size
	}
	a.replace(text, body)
}

// replace gives a text its stand-in and writes that where the text is spelt.
func (a *Anonymiser) replace(text []unit, into []byte) {
	a.units = text // keeps the memory for the next text
	if cap(text) > 1<<20 {
		a.units = nil
	}
	a.choose(text)
	// Walking on until the stand-in is of the same kind keeps the mapping one to
	// one among the texts of each kind.
	of := kindOf(text)
	for a.permutation.apply(text); kindOf(text) != of; {
		a.permutation.apply(text)
	}
	spellCodes(text)
	for _, u := range text {
		if u.of != fixed {
			u.write(into[u.at:])
		}
	}
}

// choose chooses the alphabet of each character.
func (a *Anonymiser) choose(text []unit) {
	for i := range text {
		if u := &text[i]; u.of == nil {
			u.of = a.alphabetOf(u.value)
			if u.of == digits && (i == 0 || !isDigit(text[i-1].value)) {
				u.of = firstDigits
				if u.value == '0' {
					u.of = fixed
				}
			}
		}
	}
	for i := range prefixOf(text) {
		text[i].of = fixed
	}
	for i := range text {
		if text[i].value == '%' {
			choosePercent(text, i)
		}
	}
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }
func isHex(c rune) bool   { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// alphabetOf is what stands in for a character.
func (a *Anonymiser) alphabetOf(c rune) *alphabet {
	switch {
	case 'a' <= c && c <= 'z':
		return lowerLetters
	case 'A' <= c && c <= 'Z':
		return upperLetters
	case isDigit(c):
		return digits
	case c < utf8.RuneSelf || !isLetter(c):
		return fixed
	}
	return a.neighbours(c)
}

func isLetter(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// neighbours are the letters in the same block of 64 characters: in UTF-8 and in
// UTF-16 they differ in their last part alone.
func (a *Anonymiser) neighbours(c rune) *alphabet {
	const size = 64
	block := c / size
	if a.blocks[block] == nil {
		letters := &alphabet{}
		for n := block * size; n < (block+1)*size; n++ {
			if isLetter(n) {
				letters.letters = append(letters.letters, n)
			}
		}
		a.blocks[block] = letters
	}
	return a.blocks[block]
}

// kind is what a text has in common with its stand-in, beside its form.
type kind struct {
	prefix int  // how much of its beginning stays
	bits   int  // if it is a number, which type of number holds it
	utf8   bool // whether it is a text at all
}

func kindOf(text []unit) kind { return kind{prefixOf(text), bitsOf(text), isUTF8(text)} }

// isUTF8 reports whether what was read byte by byte is UTF-8.
func isUTF8(text []unit) bool {
	if !slices.ContainsFunc(text, func(u unit) bool { return u.of == foreignBytes }) {
		return true
	}
	var body []byte
	for _, u := range text {
		body = append(body, byte(u.value))
	}
	return utf8.Valid(body)
}

// The largest numbers that a JavaScript number, an int64 and an uint64 hold.
const (
	maxExact  = "9007199254740991"
	maxInt64  = "9223372036854775807"
	maxUint64 = "18446744073709551615"
)

// bitsOf is how many bits the number needs that a text is; 0 where it is none,
// or where its length tells already.
func bitsOf(text []unit) int {
	if len(text) < len(maxExact) || len(text) > len(maxUint64) {
		return 0
	}
	var b strings.Builder
	for _, u := range text {
		if !isDigit(u.value) {
			return 0
		}
		b.WriteRune(u.value)
	}
	number := b.String()
	fits := func(most string) bool { return len(number) < len(most) || len(number) == len(most) && number <= most }
	switch {
	case fits(maxExact):
		return 53
	case fits(maxInt64):
		return 63
	case fits(maxUint64):
		return 64
	}
	return 65
}

// write writes a character over the one that was there.
func (u unit) write(into []byte) {
	switch {
	case u.spelling == escaped:
		writeEscape(into, u.value)
	case u.spelling == pair:
		high, low := utf16.EncodeRune(u.value)
		writeEscape(into, high)
		writeEscape(into[len(`\u0000`):], low)
	case u.of == foreignBytes:
		into[0] = byte(u.value)
	default:
		utf8.EncodeRune(into, u.value)
	}
}

// writeEscape writes \u00e4 over another escape, in its case.
func writeEscape(into []byte, code rune) {
	upper := strings.ContainsAny(string(into[2:6]), "ABCDEF")
	text := hex.EncodeToString([]byte{byte(code >> 8), byte(code)})
	if upper {
		text = strings.ToUpper(text)
	}
	copy(into[2:6], text)
}
