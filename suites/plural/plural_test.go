package plural_test

import (
	"testing"

	"github.com/seed-11445fa1/referee/suites/plural"
)

func TestNumbersWithTheirNouns(t *testing.T) {
	for got, want := range map[string]string{
		plural.Count(0, "requirement"):       "0 requirements",
		plural.Count(1, "delivery"):          "1 delivery",
		plural.Count(2, "delivery"):          "2 deliveries",
		plural.Count(3, "line in its log"):   "3 lines in its log",
		plural.InWords(0, "reply"):           "no reply",
		plural.InWords(1, "line in its log"): "one line in its log",
		plural.InWords(2, "reply"):           "2 replies",
		plural.Times(1):                      "once",
		plural.Times(2):                      "2 times",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
