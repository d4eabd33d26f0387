package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// expected says in words what the value of a setting must be.
func (k Key) expected() string {
	switch k.Default.(type) {
	case bool:
		return "true or false"
	case int64:
		return "a whole number such as " + k.Example
	case float64:
		return "a number such as " + k.Example
	case time.Duration:
		return "a duration such as " + k.Example
	case []string:
		return "a list of strings such as " + k.Example
	case map[string]string:
		return "names with values such as " + k.Example
	default:
		return "a string such as " + k.Example
	}
}

// tags are those of the YAML scalars that the setting takes; none for a list.
func (k Key) tags() []string {
	switch k.Default.(type) {
	case bool:
		return []string{"!!bool"}
	case int64:
		return []string{"!!int"}
	case float64:
		return []string{"!!int", "!!float"}
	case []string:
		return nil
	default:
		return []string{"!!str"}
	}
}

// formatDefault is a default as people write it; empty for a zero value, which
// is the absence of one.
func formatDefault(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64, float64:
		return fmt.Sprint(v)
	case time.Duration:
		return duration(v)
	default:
		return ""
	}
}

// duration leaves out the zeros at the end of "1h0m0s".
func duration(d time.Duration) string {
	text := d.String()
	for _, zeros := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zeros) {
			text = text[:len(text)-2]
		}
	}
	return text
}
