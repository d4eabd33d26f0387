package anonymise

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// permutation gives each text another one of the same form: letters for letters,
// digits for digits. It is a keyed one-to-one mapping, so it needs no memory of
// what it has mapped: different texts cannot have the same stand-in.
//
// Three passes go over a text, forwards, backwards and forwards. In each, a
// character is moved along its alphabet by a distance that follows from the key
// and the characters before it on that way. Each pass can be undone by somebody
// who has the key, which is why it is one-to-one; after all three, each
// character depends on all others. A short text has few possible stand-ins, and
// can be its own.
type permutation struct {
	passes [3]cipher.Block
}

func newPermutation(key [32]byte) permutation {
	var p permutation
	for i := range p.passes {
		derived := sha256.Sum256(append([]byte(fmt.Sprintf("referee anonymise pass %d ", i)), key[:]...))
		block, err := aes.NewCipher(derived[:16])
		if err != nil {
			panic(err) // the key has a length that AES knows
		}
		p.passes[i] = block
	}
	return p
}

// apply replaces the values of a text's units.
func (p permutation) apply(text []unit) {
	for i, block := range p.passes {
		var state [aes.BlockSize]byte
		for n := range text {
			if i%2 == 1 {
				n = len(text) - 1 - n
			}
			u := &text[n]
			block.Encrypt(state[:], state[:])
			before := u.value
			u.value = u.of.move(before, binary.BigEndian.Uint64(state[:]))
			binary.BigEndian.PutUint32(state[:], binary.BigEndian.Uint32(state[:])^uint32(before))
		}
	}
}

// alphabet is a set of characters that stand in for each other.
type alphabet struct {
	first, last rune   // all from first to last, or
	letters     []rune // these, sorted
}

// fixed is the alphabet of a character that stays.
var fixed = &alphabet{}

var (
	lowerLetters = &alphabet{first: 'a', last: 'z'}
	upperLetters = &alphabet{first: 'A', last: 'Z'}
	digits       = &alphabet{first: '0', last: '9'}
	firstDigits  = &alphabet{first: '1', last: '9'} // of several: a number has no leading zero
	foreignBytes = &alphabet{first: 0x80, last: 0xff}

	// Hexadecimal digits in a percent-encoded text, each kind for itself so that
	// the spelling stays.
	highDigits, highUpper, highLower = &alphabet{first: '8', last: '9'}, &alphabet{first: 'A', last: 'B'}, &alphabet{first: 'a', last: 'b'}
	hexUpper, hexLower               = &alphabet{first: 'A', last: 'F'}, &alphabet{first: 'a', last: 'f'}
	otherUpper, otherLower           = &alphabet{first: 'G', last: 'Z'}, &alphabet{first: 'g', last: 'z'} // letters that are none
)

// move returns the character that is so many places further, round and round.
func (a *alphabet) move(c rune, distance uint64) rune {
	if a == fixed {
		return c
	}
	if a.letters == nil {
		size := uint64(a.last-a.first) + 1
		return a.first + rune((uint64(c-a.first)+distance%size)%size)
	}
	size := uint64(len(a.letters))
	for i, letter := range a.letters {
		if letter == c {
			return a.letters[(uint64(i)+distance%size)%size]
		}
	}
	return c
}
