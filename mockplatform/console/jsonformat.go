package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/schemas"
)

// jsonFormat reads what is sent to the API. A number may have any size: it is for the
// receiver to read what a person sends, and where the API wants a number of its own it
// has bounds.
func jsonFormat() huma.Format {
	return huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: readJSON}
}

func readJSON(text []byte, to any) error {
	if whole, ok := to.(*any); ok { // for the check of the request, which is read again after it
		value, err := schemas.Decode(text)
		*whole = floats(value)
		return err
	}
	err := json.Unmarshal(text, to)
	var impossible *json.UnmarshalTypeError
	if errors.As(err, &impossible) {
		return fmt.Errorf("%s: there cannot be a %s", impossible.Field, impossible.Value)
	}
	return err
}

// floats is a decoded value with numbers as the check wants them: one that is too large
// for that is the largest.
func floats(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = floats(member)
		}
	case []any:
		for i, element := range v {
			v[i] = floats(element)
		}
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return math.Copysign(math.MaxFloat64, f)
		}
		return f
	}
	return value
}
