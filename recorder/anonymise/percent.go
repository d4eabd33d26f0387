package anonymise

import (
	"encoding/hex"
	"strings"
)

// codeOf is added to a character that is spelt as a percent code, so that it is
// taken for none that is spelt otherwise.
const codeOf rune = 1 << 24

// The alphabets of percent codes: %61 stands in for %70, and %6A for %6F. Which
// letters a code can be tells how it is spelt, and that stays: else two spellings
// of one letter would become the same.
var (
	digitCodes   = codes("0123456789")
	smallCodes   = codes("abcdefghipqrstuvwxy") // without letters in them
	capitalCodes = codes("ABCDEFGHIPQRSTUVWXY")

	// With a letter in them, in lower and in upper case.
	smallCodesLower, capitalCodesLower = codes("jklmnoz"), codes("JKLMNOZ")
	smallCodesUpper, capitalCodesUpper = codes("jklmnoz"), codes("JKLMNOZ")
)

func codes(characters string) *alphabet {
	a := &alphabet{}
	for _, c := range characters {
		a.letters = append(a.letters, codeOf+c)
	}
	return a
}

// codesOf is what stands in for the code of a byte, of which last is the second
// digit; nil for one that is neither a letter nor a digit.
func codesOf(b byte, last rune) *alphabet {
	small, capital := smallCodes, capitalCodes
	switch {
	case isDigit(rune(b)):
		return digitCodes
	case 'a' <= last:
		small, capital = smallCodesLower, capitalCodesLower
	case 'A' <= last:
		small, capital = smallCodesUpper, capitalCodesUpper
	}
	switch {
	case 'a' <= b && b <= 'z':
		return small
	case 'A' <= b && b <= 'Z':
		return capital
	}
	return nil
}

// choosePercent chooses for what follows a percent sign: it may be the code of a
// byte, and must neither become nor stop being one. A code of a letter or a digit
// is replaced like the character itself, by one whose code is spelt alike; of the
// codes of a letter outside ASCII the last one is, by that of a neighbour.
func choosePercent(text []unit, i int) {
	if i+1 >= len(text) {
		return
	}
	chooseHex(&text[i+1])
	if !isHex(text[i+1].value) || i+2 >= len(text) {
		return
	}
	b, isCode := percentByte(text, i)
	if !isCode {
		chooseHex(&text[i+2])
		return
	}
	text[i+1].of, text[i+2].of = fixed, fixed
	if of := codesOf(b, text[i+2].value); of != nil {
		// The sign stands for all three, which say nothing else.
		text[i].value, text[i].of = codeOf+rune(b), of
		text[i+1].value, text[i+2].value = 0, 0
		return
	}
	isContinuation := func(b byte) bool { return 0x80 <= b && b < 0xc0 }
	before, after := byte(0), byte(0)
	if i >= 3 {
		before, _ = percentByte(text, i-3)
	}
	after, _ = percentByte(text, i+3)
	if !isContinuation(b) || before < 0x80 || isContinuation(after) {
		return
	}
	text[i+1].of = hexOf(text[i+1].value, highDigits, highUpper, highLower)
	text[i+2].of = hexOf(text[i+2].value, digits, hexUpper, hexLower)
}

// chooseHex keeps a letter one that is a hexadecimal digit, or none.
func chooseHex(u *unit) {
	switch c := u.value; {
	case 'a' <= c && c <= 'f':
		u.of = hexLower
	case 'A' <= c && c <= 'F':
		u.of = hexUpper
	case 'f' < c && c <= 'z':
		u.of = otherLower
	case 'F' < c && c <= 'Z':
		u.of = otherUpper
	}
}

// spellCodes writes down what the percent signs that stand for codes have become.
func spellCodes(text []unit) {
	for i := range text {
		if text[i].value <= codeOf {
			continue
		}
		code := hex.EncodeToString([]byte{byte(text[i].value - codeOf)})
		if of := text[i].of; of == smallCodesUpper || of == capitalCodesUpper {
			code = strings.ToUpper(code)
		}
		text[i].value, text[i].of = '%', fixed
		text[i+1].value, text[i+1].of = rune(code[0]), digits
		text[i+2].value, text[i+2].of = rune(code[1]), digits
	}
}

// hexOf chooses the alphabet of a hexadecimal digit.
func hexOf(c rune, digits, upper, lower *alphabet) *alphabet {
	switch {
	case isDigit(c):
		return digits
	case c <= 'F':
		return upper
	}
	return lower
}

// percentByte is the byte that is percent-encoded at a place of a text.
func percentByte(text []unit, i int) (byte, bool) {
	if i+2 >= len(text) || text[i].value != '%' || !isHex(text[i+1].value) || !isHex(text[i+2].value) {
		return 0, false
	}
	b, err := hex.DecodeString(string([]rune{text[i+1].value, text[i+2].value}))
	return b[0], err == nil
}
