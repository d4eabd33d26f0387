package schemas

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// placeholders are what a template may use, each with a value that it may get.
var placeholders = map[string]any{
	"psid": "5794982867201265", "page_id": "542998526103632", "instagram_id": "17841402345678901",
	"user_ref": "a1-b2-c3", "guest_id": "4061718273849506", "app_id": json.Number("2262510160704936"),
	"mid": "m_7kq2", "ref": "ref_1", "payload": "PAYLOAD_1", "title": "Title", "text": "Text",
	"ad_id": "6302572858686", "post_id": "559217392549680", "product_id": "5559", "flow_id": "771",
	"timestamp_ms": json.Number("1458692752478"), "timestamp_s": json.Number("1458692752"),
	"timestamp_ms_text": "1458692752478", "timestamp_s_text": "1458692752",
	"time_ms": json.Number("1458692752500"), "time_s": json.Number("1458692752"),
}

// Placeholders are the names that may stand in the braces of a template, sorted.
func Placeholders() []string { return slices.Sorted(maps.Keys(placeholders)) }

// Example is the event with a value in the place of each placeholder. The error
// says which one is unknown, or has no end, and where it stands.
func (v Variant) Example() (json.RawMessage, error) {
	event, err := Decode(v.Event)
	if err != nil {
		return nil, err
	}
	if event, err = exampleOf("", event); err != nil {
		return nil, err
	}
	return json.Marshal(event)
}

func exampleOf(pointer string, value any) (any, error) {
	switch v := value.(type) {
	case string:
		if name, opened := strings.CutPrefix(v, "{{"); opened {
			if name, closed := strings.CutSuffix(name, "}}"); closed && placeholders[name] != nil {
				return placeholders[name], nil
			}
		}
		text, err := inserted(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pointer, err)
		}
		return text, nil
	case []any:
		for i := range v {
			var err error
			if v[i], err = exampleOf(fmt.Sprintf("%s/%d", pointer, i), v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		filled := map[string]any{}
		for _, member := range slices.Sorted(maps.Keys(v)) {
			name, err := inserted(member)
			if err != nil {
				return nil, fmt.Errorf("%s: in the name: %w", pointer+Pointer(member), err)
			}
			if filled[name], err = exampleOf(pointer+Pointer(member), v[member]); err != nil {
				return nil, err
			}
		}
		return filled, nil
	}
	return value, nil
}

// inserted puts the texts of placeholders into a longer text.
func inserted(text string) (string, error) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "{{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, rest, closed := strings.Cut(after, "}}")
		value, known := placeholders[name]
		switch {
		case !closed:
			return "", fmt.Errorf("the placeholder {{%s has no }}", after)
		case !known:
			return "", fmt.Errorf("there is no placeholder {{%s}}; there are %s", name, strings.Join(Placeholders(), ", "))
		}
		fmt.Fprint(&b, value)
		text = rest
	}
}
