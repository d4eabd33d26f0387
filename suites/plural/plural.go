// Package plural writes numbers with their nouns.
package plural

import (
	"fmt"
	"strings"
)

// Count is a number with its noun: "0 replies", "1 reply", "2 lines in its log".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	many, where, found := strings.Cut(noun, " in ")
	if stem, ok := strings.CutSuffix(many, "y"); ok {
		many = stem + "ie"
	}
	if found {
		where = " in " + where
	}
	return fmt.Sprintf("%d %ss%s", n, many, where)
}

// InWords is Count for a sentence: "no reply", "one reply", "2 replies".
func InWords(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun
	case 1:
		return "one " + noun
	}
	return Count(n, noun)
}

// Times says how often: "once", "2 times".
func Times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
