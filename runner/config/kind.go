package config

import (
	"errors"
	"fmt"
	"math"
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
	case Blocks:
		return "a list such as " + k.Example
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

// inRange refuses a whole number that does not fit the setting, which YAML takes for a
// fraction. Whatever else the text is, it says nothing of.
func (k Key) inRange(text string) error {
	_, whole := k.Default.(int64)
	_, err := strconv.ParseInt(text, 0, 64)
	switch {
	case !whole || !errors.Is(err, strconv.ErrRange):
		return nil
	case strings.HasPrefix(text, "-"):
		return fmt.Errorf("%s, which is too small; give %d at least", text, math.MinInt64)
	}
	return fmt.Errorf("%s, which is too large; give %d at most", text, math.MaxInt64)
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
