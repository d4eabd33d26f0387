package discover

import (
	"regexp"
	"slices"
	"strings"
)

// textQuoted is a text in source, as it stands there.
const textQuoted = `("[^"\n]{1,200}"|'[^'\n]{1,200}'|` + "`[^`\n]{1,200}`" + `)`

// secretName is a name that may be one of a secret; others are not looked at.
const secretName = `(\w*(?:(?i:verif|validation|token|secret))\w*)`

// How a text is given a name, or compared with what has one.
var (
	// VERIFY_TOKEN = "…", verifyToken: string = '…', verifyToken := "…", "verify_token" => '…'.
	textGiven = regexp.MustCompile(secretName + `["'\]]*(?:[ \t]*:[ \t]*(?:\w+\.)?\w+|[ \t]+string)?[ \t]*(?::=|=>|=|:)[ \t]*[rb]?` + textQuoted)
	// define('VERIFY_TOKEN', '…'), set :verify_token, '…'.
	textSet = regexp.MustCompile(`\b(?:define|set)[( ][ \t]*[:"']` + secretName + `["']?[ \t]*,[ \t]*` + textQuoted)
	// req.query['hub.verify_token'] === '…', Get("hub.verify_token") != "…".
	textCompared = regexp.MustCompile(secretName + `["'\])]*[ \t]*(?:={2,3}|!={1,2})[ \t]*[rb]?` + textQuoted)
	// goesOn is what stands behind a text that is only a part of the value.
	goesOn = regexp.MustCompile(`^[ \t]*(?:\+|%|\.[ \t])`)
)

// written finds the secrets that stand in source, where no variable of the same meaning is
// read. Of each there is one, the one whose name fits best.
func (f *folder) written(reads []read) []Written {
	best, score := map[Meaning]Written{}, map[Meaning]int{}
	for _, one := range f.ending(sources...) {
		for _, pattern := range []*regexp.Regexp{textGiven, textSet, textCompared} {
			for _, at := range pattern.FindAllStringSubmatchIndex(one.code, maxMatches) {
				value, whole := literal(one.code[at[4]:at[5]])
				if !whole || strings.ContainsAny(value, `\$`) || goesOn.MatchString(one.code[at[5]:]) {
					continue
				}
				r := read{name: one.code[at[2]:at[3]], file: one, offset: at[2], code: true}
				m, points := r.secret(value, pattern == textCompared)
				if points > score[m] {
					score[m] = points
					best[m] = Written{Meaning: m, Evidence: one.at(at[2])}
					if m == VerifyToken {
						best[m] = Written{Meaning: m, Value: value, Evidence: one.at(at[2])}
					}
				}
			}
		}
	}
	var found []Written
	for _, m := range []Meaning{AppSecret, VerifyToken, PageToken} {
		w, ok := best[m]
		if ok && !slices.ContainsFunc(reads, func(r read) bool {
			meant, points := meaning(r)
			return r.code && meant == m && points >= enough
		}) {
			found = append(found, w)
		}
	}
	return found
}

// secret is the meaning of a text that has a name, by the name and by the lines that use
// it; no points where it has none.
func (r read) secret(value string, compared bool) (most Meaning, score int) {
	before := r.file.code[max(0, r.offset-len("typeof ")):r.offset]
	asked := strings.HasSuffix(before, "hub.") || strings.HasPrefix(r.name, "hub_")
	// A request for a handshake names its token too; only who compares it has to know it.
	if asked && !compared || before == "typeof " {
		return 0, 0
	}
	words := wordsOf(r.name)
	var used []string
	for _, s := range senses() {
		points := s.name(words)
		if !slices.Contains([]Meaning{AppSecret, VerifyToken, PageToken}, s.meaning) || points < 0 {
			continue
		}
		if value == strings.ToLower(value) && s.beside.FindString(value) == value {
			continue // it is the name of the field
		}
		if compared && s.meaning != VerifyToken {
			continue // nobody compares the others
		}
		if used == nil {
			used = r.uses()
		}
		if slices.ContainsFunc(used, s.beside.MatchString) {
			points += s.points
		}
		if points >= enough && points > score {
			most, score = s.meaning, points
		}
	}
	if score > 0 && hub.MatchString(r.file.code) {
		score++ // of several, the one where the handshake is answered
	}
	return most, score
}
