package docs_test

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// request is a call of the control API as pages name it.
var request = regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE) (/api/v1/[^ ?]*)`)

// described looks in the description of the control API for each request that any page
// names: described FILE.
func described(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: described FILE")
	}
	var api struct {
		Paths map[string]map[string]any
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &api))
	named := 0
	for _, p := range of(ts).all {
		for _, code := range p.code {
			found := request.FindStringSubmatch(code)
			if found == nil || strings.HasSuffix(found[2], "/openapi.json") { // which does not describe itself
				continue
			}
			named++
			if !has(api.Paths, strings.ToLower(found[1]), found[2]) {
				ts.Fatalf("%s names %q, which the control API does not have", p.path, code)
			}
		}
	}
	if named < 10 {
		ts.Fatalf("the pages name %d requests; they are not found", named)
	}
}

// has reports whether a description has a request: a part in braces stands for any.
func has(paths map[string]map[string]any, method, path string) bool {
	for template, methods := range paths {
		want, got := strings.Split(template, "/"), strings.Split(path, "/")
		same := len(want) == len(got) && methods[method] != nil
		for i := 0; same && i < len(want); i++ {
			same = want[i] == got[i] || strings.HasPrefix(want[i], "{")
		}
		if same {
			return true
		}
	}
	return false
}
