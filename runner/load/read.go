package load

import (
	"encoding/json"

	"github.com/seed-11445fa1/referee/schemas"
)

// ReadResult reads the JSON form of a result.
func ReadResult(text []byte) (r Result, err error) {
	if err := schemas.Validate("format.load", text); err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}
