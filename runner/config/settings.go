package config

import (
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/redact"
	"github.com/spf13/pflag"
)

// Settings are the settings that a command has, in the order of the file.
type Settings []Setting

// Setting is a value and where it comes from.
type Setting struct {
	// Key is the key in the file, and the flag. A name in a map is a setting of
	// its own: env.FB_APP_SECRET.
	Key string
	// Value is a string, bool, int64, float64, []string or, for a map without
	// names, an empty map[string]string. A duration is a string such as "5s".
	Value any
	// Origin is "flag --url", "environment REFEREE_URL", "referee.yaml:4" or
	// "default".
	Origin string
	// Secret is true where Value must not be shown; Public takes care of that.
	Secret bool
}

// Public is the value as it may be shown to anybody: a secret is replaced, and
// so is the password in a URL.
func (s Setting) Public() any {
	if s.Secret {
		return redact.Redacted
	}
	text, ok := s.Value.(string)
	if !ok {
		return s.Value
	}
	if u, err := url.Parse(text); err == nil && u.User != nil {
		u.User = url.User("redacted")
		return u.String()
	}
	return text
}

const FromDefault = "default"

// Origin is where the value of a setting comes from; empty for a key that is
// not among the settings.
func (s Settings) Origin(key string) string {
	for _, setting := range s {
		if setting.Key == key {
			return setting.Origin
		}
	}
	return ""
}

// settings reads the values of the flags that are settings.
func settings(flags *pflag.FlagSet, origins map[string]string) Settings {
	var all Settings
	add := func(key string, value any, secret bool) {
		origin, given := origins[key]
		if !given {
			origin = FromDefault
		}
		all = append(all, Setting{Key: key, Value: value, Origin: origin, Secret: secret})
	}
	for _, k := range registered() {
		f := flags.Lookup(k.Name)
		if f == nil {
			continue
		}
		table, isMap := f.Value.(pairs)
		if !isMap {
			v := value(k, f)
			// The defaults are published: there is nothing to hide in them.
			add(k.Name, v, k.Secret && v != k.Default)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(*table.to)) {
			text := (*table.to)[name]
			add(k.Name+"."+name, text, !placeholders.MatchString(text))
		}
		if len(*table.to) == 0 {
			add(k.Name, map[string]string{}, false)
		}
	}
	return all
}

// placeholders fits a text that holds nothing but placeholders. Any other value
// of a variable may be a secret.
var placeholders = regexp.MustCompile(`^(\{\{ *\.[A-Za-z]+ *\}\})*$`)

// value is what a flag holds, with the type that its setting has.
func value(k Key, f *pflag.Flag) any {
	text := f.Value.String()
	switch k.Default.(type) {
	case bool:
		if v, err := strconv.ParseBool(text); err == nil {
			return v
		}
	case int64:
		if v, err := strconv.ParseInt(text, 10, 64); err == nil {
			return v
		}
	case float64:
		// What is no number in JSON stays a text.
		if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
	case time.Duration:
		if v, err := time.ParseDuration(text); err == nil {
			return duration(v)
		}
	case Blocks:
		if b, ok := f.Value.(blocks); ok {
			return b.places()
		}
	case []string:
		if list, ok := f.Value.(pflag.SliceValue); ok {
			return append([]string{}, list.GetSlice()...) // never nil, which is null in JSON
		}
	}
	return text
}
