package schemas_test

import (
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	doc := []byte("{\n  \"a\": [1, {\"ü/~\": {\"b\" : true}}],\n  \"c\": \"x\"\n}")
	for pointer, want := range map[string]string{
		"":                 "line 1, column 1",
		"/a":               "line 2, column 8",
		"/a/0":             "line 2, column 9",
		"/a/1":             "line 2, column 12",
		"/a/1/ü~1~0":       "line 2, column 20",
		"/a/1/ü~1~0/b":     "line 2, column 27",
		"/c":               "line 3, column 8",
		"/d":               "",
		"/a/2":             "",
		"/a/x":             "",
		"/c/0":             "",
		"/a/1/ü~1~0/b/c/d": "",
	} {
		if got, found := schemas.PlaceOf(doc, pointer); got != want || found != (want != "") {
			t.Errorf("%q is at %q, %t, not at %q", pointer, got, found, want)
		}
	}
}
