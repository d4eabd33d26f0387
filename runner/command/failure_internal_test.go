package command

import (
	"maps"
	"testing"

	"github.com/spf13/pflag"
)

// What can be read is read as it would be without the mistakes.
func TestReadLeniently(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want map[string]string
	}{
		"nothing":                 {nil, nil},
		"after an unknown flag":   {[]string{"run", "--nosuch", "--junit", "j.xml"}, map[string]string{"junit": "j.xml"}},
		"after a wrong value":     {[]string{"--seed", "x", "--junit=j.xml"}, map[string]string{"junit": "j.xml"}},
		"before and after":        {[]string{"--junit", "a", "--nosuch=1", "--junit", "b"}, map[string]string{"junit": "b"}},
		"a switch takes no value": {[]string{"--strict", "--nosuch", "extra", "--junit", "j.xml"}, map[string]string{"junit": "j.xml", "strict": "true"}},
		"a value like a flag":     {[]string{"--url", "--junit", "j.xml"}, map[string]string{"url": "--junit"}},
		"a value with an equals":  {[]string{"--url=u?a=b"}, map[string]string{"url": "u?a=b"}},
		"no value at the end":     {[]string{"--strict", "--junit"}, map[string]string{"strict": "true"}},
		"what is no flag":         {[]string{"--", "--junit", "j.xml"}, nil},
		"words and dashes":        {[]string{"-", "junit", "-junit", "j.xml", "--=x"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			flags.String("junit", "", "")
			flags.String("url", "", "")
			flags.Int64("seed", 1, "")
			flags.Bool("strict", false, "")
			readLeniently(flags, tc.args)
			got := map[string]string{}
			flags.Visit(func(f *pflag.Flag) { got[f.Name] = f.Value.String() })
			if !maps.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
