package drift

import (
	"cmp"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// id names a difference: "new-member:page.referral:/referral/campaign_id",
// "new-value:page.message:/message/attachments/-/type=sticker". It does not depend on
// what else the catalogue knows, so that it is the same in the next release.
func (i Item) id() string {
	where := cmp.Or(i.Event, "delivery")
	if i.Object != "" {
		where = i.Object + "." + where
	}
	id := strings.ReplaceAll(strings.ToLower(string(i.What)), " ", "-") + ":" + where + ":" + i.Pointer
	if value := i.value(); value != "" {
		id += "=" + value
	}
	return strings.TrimSuffix(id, ":")
}

// value is what is new, of a value or a type; else empty.
func (i Item) value() string {
	value, err := schemas.Decode(i.Example)
	if err != nil {
		return ""
	}
	switch i.What {
	case NewValue:
		if text, isText := value.(string); isText {
			return shortened(text)
		}
		return shortened(string(i.Example))
	case ChangedType:
		name := schemas.TypeName(value)
		return name[strings.LastIndexByte(name, ' ')+1:] // without its article
	}
	return ""
}

// shortened keeps a foreign value from filling a list.
func shortened(text string) string {
	const most = 64
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// fits reports whether an ID is meant by a pattern: the ID itself, or its beginning
// and a *.
func fits(pattern, id string) bool {
	if beginning, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(id, beginning)
	}
	return pattern == id
}
