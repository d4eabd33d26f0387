package diagnosis

import (
	"encoding/json"
	"regexp"
	"unicode"
)

// escapes are characters that are written in another way than most printers would.
var escapes = regexp.MustCompile(`\\/|\\u[0-9a-fA-F]{4}`)

// ofText is about the characters in it.
func ofText(doc []byte, ts traits) {
	if escapes.Match(doc) {
		ts.add(&trait{id: "escapes", text: "a character is escaped in the body", rank: rankText})
	}
	var value any
	if json.Unmarshal(doc, &value) != nil {
		return
	}
	texts(value, func(text string) {
		for _, r := range text {
			switch {
			case r > 0xffff:
				ts.add(&trait{id: "four-byte-characters", text: "a text has a character of four bytes, such as an emoji", rank: rankText + 1})
			case unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Me, r):
				ts.add(&trait{id: "combining-marks", text: "a text has a mark that is written over or under a letter", rank: rankText + 1})
			case unicode.Is(unicode.Cf, r):
				ts.add(&trait{id: "invisible-characters", text: "a text has a character that cannot be seen", rank: rankText + 1})
			}
			if r > 0xff {
				ts.add(&trait{id: "characters-beyond-latin-1", text: "a text has a character beyond Latin-1", rank: rankText})
			}
			if unicode.Is(unicode.Variation_Selector, r) {
				ts.add(&trait{id: "combining-marks", text: "a text has a mark that is written over or under a letter", rank: rankText + 1})
			}
		}
	})
}

func texts(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case map[string]any:
		for _, member := range v {
			texts(member, visit)
		}
	case []any:
		for _, item := range v {
			texts(item, visit)
		}
	}
}
