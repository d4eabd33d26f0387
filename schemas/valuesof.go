package schemas

import (
	"regexp"
	"slices"
	"strings"
)

// ValuesOf returns the values by which receivers tell payloads apart, each with the
// member that it is of, sorted: "attachments/-/type sticker". These are those of closed
// sets, values that no source has among them, and the words in members with names such
// as type and status, wherever they stand and though nothing lists them: what a receiver
// does with one says nothing about another. It returns none for a body that is not JSON.
func (c *Catalogue) ValuesOf(body []byte) []string {
	value, err := Decode(body)
	if err != nil {
		return nil
	}
	var found []string
	add := func(member, text string) { found = append(found, member+" "+text) }
	r := c.reader()
	r.forms.eachEvent(value, func(_ place, event any) {
		r.eachOfSet("", "", event, func(_, member string, _ closedSet, text string) { add(member, text) })
	})
	r.eachWord("", value, add)
	slices.Sort(found)
	return slices.Compact(found)
}

// eachWord visits the words in members that are named like those with a list of values.
// name is that of the member that the value is.
func (r *reader) eachWord(name string, value any, visit func(member, word string)) {
	switch v := value.(type) {
	case map[string]any:
		for member, inner := range v {
			switch text, isText := inner.(string); {
			case r.dynamic[name]: // what is in it has a name of somebody's choice
				r.eachWord(elementOf(name), inner, visit)
			case !isText:
				r.eachWord(member, inner, visit)
			case isNamedLikeSet(member) && word.MatchString(text):
				visit(key(name, member), text)
			}
		}
	case []any:
		for _, element := range v {
			r.eachWord(elementOf(name), element, visit)
		}
	}
}

// word is what values of lists look like: "image", "super like", "REFRESHED".
var word = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_ ]{0,39}$`)

// likeSet are the names of members that have a list of values wherever one is
// documented. Names that end with one count too: media_type, user_token_status.
var likeSet = []string{
	"type", "status", "source", "action", "direction", "event", "field", "frequency", "reaction", "response", "item", "verb", "object",
}

func isNamedLikeSet(member string) bool {
	return slices.ContainsFunc(likeSet, func(name string) bool { return member == name || strings.HasSuffix(member, "_"+name) })
}
