package discover

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// sense says by which words of its name, and in which company, a variable has a meaning.
type sense struct {
	meaning Meaning
	// All of these groups have to be in the name, each by one of its words.
	needs [][]string
	// These add to it; any other word speaks against it.
	fits []string
	// beside is what stands in a line that uses the variable, and counts for as many points;
	// nil where that says nothing.
	beside *regexp.Regexp
	points int
}

// senses are the meanings that are looked for.
func senses() []sense {
	words := strings.Fields
	meta := words("fb facebook messenger meta")
	return []sense{
		{AppSecret, [][]string{{"secret"}, slices.Concat(meta, words("app webhook page bot"))}, slices.Concat(meta, words("app webhook page bot secret key client hub")), regexp.MustCompile(`(?i)hmac|appsecret_proof|x.hub.signature`), enough},
		{VerifyToken, [][]string{words("verify verification validation")}, slices.Concat(meta, words("verify verification validation token webhook page bot app hub")), regexp.MustCompile(`(?i)hub[._]verify_?token`), 2 * enough},
		{PageToken, [][]string{{"token"}, slices.Concat(meta, words("page access"))}, slices.Concat(meta, words("page access token bot app graph api")), regexp.MustCompile(`(?i)access_token|bearer`), enough},
		{PageID, [][]string{{"page"}, {"id"}}, slices.Concat(meta, words("page id bot")), nil, 0},
		{AppID, [][]string{{"app"}, {"id"}}, slices.Concat(meta, words("app id bot")), nil, 0},
		{GraphURL, [][]string{slices.Concat(meta, words("graph")), words("url uri base host endpoint root")}, slices.Concat(meta, words("graph url uri base host endpoint root api send")), nil, 0},
		{Port, [][]string{{"port"}}, words("port server http app web webhook listen bot node"), nil, 0},
		{Address, [][]string{words("addr address bind listen")}, words("addr address bind listen server http app web webhook bot"), nil, 0},
	}
}

// enough is the score of a meaning that is taken for right: two fitting words, or one
// line that uses the variable for it.
const enough = 2

// graphDefault is how the address of the Graph API stands behind the name of a variable.
var graphDefault = regexp.MustCompile(`^["'\])]*\s*(?:\|\||\?\?|,|\bor\b|:-|:|=)\s*["']?https?://graph\.(?:facebook|instagram)\.com(/v\d+(?:\.\d+)?)?`)

// meant finds the variables that have a meaning. Of several with the same meaning those
// count that source reads, and of these the ones whose names fit best, all of them where
// they are alike: a receiver that looks for two gets both.
func meant(reads []read) []Variable {
	type candidate struct {
		Variable
		score int
		code  bool
	}
	best := map[string]candidate{}
	for _, r := range reads {
		c := candidate{Variable: Variable{Name: r.name, Prefix: r.prefix, Evidence: r.file.at(r.offset)}, code: r.code}
		c.Meaning, c.score = meaning(r)
		if named := graphDefault.FindStringSubmatch(r.file.text[r.offset+len(wordAt(r)):]); named != nil {
			c.Meaning, c.Suffix = GraphURL, named[1]
			c.score += enough
		}
		if c.score < enough && c.Meaning != Port && c.Meaning != Address || c.score < 1 {
			continue
		}
		before, seen := best[r.name]
		switch {
		case !seen, c.code && !before.code, c.code == before.code && c.score > before.score:
			c.Suffix = cmp.Or(c.Suffix, before.Suffix)
			best[r.name] = c
		case before.Suffix == "" && c.Suffix != "":
			before.Suffix = c.Suffix
			best[r.name] = before
		}
	}
	top := map[Meaning]candidate{}
	better := func(a, b candidate) bool {
		if a.code != b.code {
			return a.code
		}
		return a.score > b.score
	}
	for _, c := range best {
		if t, seen := top[c.Meaning]; !seen || better(c, t) {
			top[c.Meaning] = c
		}
	}
	var found []Variable
	for _, c := range best {
		if !better(top[c.Meaning], c) {
			found = append(found, c.Variable)
		}
	}
	slices.SortFunc(found, func(a, b Variable) int {
		return cmp.Or(cmp.Compare(a.Meaning, b.Meaning), cmp.Compare(a.Name, b.Name))
	})
	return found
}

// wordAt is what stands in the file where a variable is read, which may be spelled
// otherwise than the variable.
func wordAt(r read) string {
	rest := r.file.text[r.offset:]
	end := strings.IndexFunc(rest, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_.-", c)
	})
	if end < 0 {
		return rest
	}
	return rest[:end]
}

// meaning is what a variable is most likely for, by its name and by the lines that use it.
func meaning(r read) (Meaning, int) {
	words := r.words
	if words == nil {
		words = wordsOf(r.name)
	}
	var most Meaning
	score := 0
	var used []string
	if r.code {
		used = r.uses()
	}
	for _, s := range senses() {
		points := s.name(words)
		if s.beside != nil && slices.ContainsFunc(used, s.beside.MatchString) {
			points += s.points
		}
		if points > score {
			most, score = s.meaning, points
		}
	}
	return most, score
}

// name counts the words of a name that fit, less those that do not.
func (s sense) name(words []string) int {
	points := 0
	for _, w := range words {
		if slices.Contains(s.fits, w) {
			points++
		} else {
			points -= 2
		}
	}
	for _, group := range s.needs {
		if !slices.ContainsFunc(group, func(w string) bool { return slices.Contains(words, w) }) {
			return min(points, 0)
		}
	}
	return points
}

// camel is where a word begins within a name: verifyToken.
var camel = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// wordsOf takes a name apart, at its underscores, where a capital begins a word, and where
// two known words stand together: FB_APPSECRET.
func wordsOf(name string) []string {
	known := func(word string) bool {
		return slices.ContainsFunc(senses(), func(s sense) bool { return slices.Contains(s.fits, word) })
	}
	var words []string
	for part := range strings.SplitSeq(strings.ToLower(camel.ReplaceAllString(name, "${1}_$2")), "_") {
		if part == "" {
			continue
		}
		cut := len(part)
		for at := range part {
			if !known(part) && known(part[:at]) && known(part[at:]) {
				cut = at
			}
		}
		words = append(words, part[:cut])
		if cut < len(part) {
			words = append(words, part[cut:])
		}
	}
	return words
}

// given is the name that code gives to what it reads: const SECRET = …, or secret: ….
var given = regexp.MustCompile(`([A-Za-z_$][\w$]*)\s*(?::\s*\w+\s*)?(?::?=|:)\s*[^=:]*$`)

// uses are the lines of the file that read the variable, or use the name that it was
// given there.
func (r read) uses() []string {
	text := r.file.code
	begin := strings.LastIndexByte(text[:r.offset], '\n') + 1
	end := len(text)
	if at := strings.IndexByte(text[r.offset:], '\n'); at >= 0 {
		end = r.offset + at
	}
	lines := []string{text[begin:end]}
	alias := r.name
	if named := given.FindStringSubmatch(text[begin:r.offset]); named != nil {
		alias = named[1]
	}
	const most = 30 // who uses it more often has shown by then what for
	for line := range strings.SplitSeq(text, "\n") {
		if names(line, alias) && len(lines) < most {
			lines = append(lines, line)
		}
	}
	return lines
}
