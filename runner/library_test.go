package runner_test

import (
	"slices"
	"strings"
	"testing"
)

// TestLibraryIsLight holds what the README tells users of the library: which packages of
// others come with the platform, and with the matchers.
func TestLibraryIsLight(t *testing.T) {
	all := packages(t)
	for path, want := range map[string][]string{
		"/mockplatform":    {"github.com/santhosh-tekuri/jsonschema/v5", "golang.org/x/sync/errgroup"},
		"/suites/matchers": {"github.com/onsi/gomega/types", "github.com/santhosh-tekuri/jsonschema/v5", "golang.org/x/sync/errgroup"},
	} {
		var got []string
		for _, dep := range all[module+path].Deps {
			if room(dep) == "" && !all[dep].Standard {
				got = append(got, dep)
			}
			if strings.HasPrefix(dep, module+"/mockplatform/store") || strings.HasPrefix(dep, module+"/mockplatform/console") {
				t.Errorf("%s brings %s, which whoever wants it imports", path, dep)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s brings the packages %q, want %q; the README says what it costs", path, got, want)
		}
	}
}
