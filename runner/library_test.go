package runner_test

import (
	"slices"
	"strings"
	"testing"
)

// TestLibraryIsLight holds what the page go.md tells users of the library: which packages of
// others come with the platform, and with the matchers.
func TestLibraryIsLight(t *testing.T) {
	const gomega = "github.com/onsi/gomega/matchers"
	all := packages(t)
	for path, want := range map[string][]string{
		"/mockplatform":    {"github.com/santhosh-tekuri/jsonschema/v5", "golang.org/x/sync/errgroup"},
		"/suites/matchers": {"github.com/santhosh-tekuri/jsonschema/v5", "golang.org/x/sync/errgroup"}, // and Gomega's matchers
	} {
		var got []string
		for _, dep := range all[module+path].Deps {
			if path == "/suites/matchers" && (dep == gomega || slices.Contains(all[gomega].Deps, dep)) {
				continue
			}
			if room(dep) == "" && !all[dep].Standard {
				got = append(got, dep)
			}
			if strings.HasPrefix(dep, module+"/mockplatform/store") || strings.HasPrefix(dep, module+"/mockplatform/console") {
				t.Errorf("%s brings %s, which whoever wants it imports", path, dep)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s brings the packages %q, want %q; runner/docs/go.md says what it costs", path, got, want)
		}
	}
}
