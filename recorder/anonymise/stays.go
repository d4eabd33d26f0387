package anonymise

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed stays.json
var staysFile []byte

// staying is what stays as it is; see stays.json.
type staying struct {
	Words          []string // members that hold words out of sets
	Instants       []string // members that hold instants
	InstantEndings []string // of the names of such members
	Prefixes       []string // of texts

	Routes     []string // words in paths
	Parameters []string // words in the names of parameters of a query
	Modes      []string // values of hub.mode
	Methods    []string
	Hosts      []string

	Headers      []string // whose values stay
	OtherHeaders []string // that are known
	Agents       []string // Meta's own

	MediaTypes      []string // words in media types
	MediaParameters []string // names of their parameters
	Charsets        []string
}

// stays reads the embedded file; the panic cannot happen in a released binary.
var stays = sync.OnceValue(func() staying {
	var s staying
	if err := json.Unmarshal(staysFile, &s); err != nil {
		panic("stays.json: " + err.Error())
	}
	return s
})

// longestWord is how many characters a word has at most, and mostDigits how many
// of them are digits: more would be an id.
const (
	longestWord = 48
	mostDigits  = 5
)

// isWord tells a value of a set, "OPEN_THREAD", from a text, an address or an id.
func isWord(text string) bool { return isMadeOf(text, "_-") }

// isName tells the name of a member from a value in the place of a name.
func isName(text string) bool { return isMadeOf(text, "_-.:$") }

// isWordsOf reports whether all words of a text are in a list, in any case.
func isWordsOf(text string, list []string) bool {
	for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune("-_.+", c) }) {
		if !isIn(list, word) {
			return false
		}
	}
	return text != ""
}

func isIn(list []string, word string) bool {
	return slices.ContainsFunc(list, func(known string) bool { return strings.EqualFold(known, word) })
}

// isMadeOf reports whether a short text has only ASCII letters, a few digits and
// these characters.
func isMadeOf(text, others string) bool {
	digits := 0
	for i := range len(text) {
		c := text[i]
		switch {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte(others, c) >= 0:
		default:
			return false
		}
	}
	return 0 < len(text) && len(text) <= longestWord && digits <= mostDigits
}

// namesInstant reports whether a member is for instants.
func namesInstant(name string) bool {
	s := stays()
	return slices.Contains(s.Instants, name) ||
		slices.ContainsFunc(s.InstantEndings, func(ending string) bool { return strings.HasSuffix(name, ending) })
}

// isInstant reports whether a text can be an instant, in whatever form.
func isInstant(text string) bool {
	return len(text) <= len("2006-01-02T15:04:05.000000000+00:00") && strings.Trim(text, "0123456789-:.TZ+ ") == ""
}

// isID reports whether a member is for ids.
func isID(name string) bool { return name == "id" || strings.HasSuffix(name, "_id") }

// prefixOf is the length of the prefix of a text that stays.
func prefixOf(text []unit) int {
	for _, prefix := range stays().Prefixes {
		if len(text) < len(prefix) {
			continue
		}
		fits := true
		for i := range len(prefix) {
			fits = fits && text[i].value == rune(prefix[i])
		}
		if fits {
			return len(prefix)
		}
	}
	return 0
}
