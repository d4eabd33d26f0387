package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// image makes an image of the reference receiver, under a name of its own for the one that
// stands in the page: image NAME.
func image(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: image NAME")
	}
	name := "referee-docs-" + strings.ToLower(filepath.Base(filepath.Dir(ts.MkAbs("."))))
	folder := ts.MkAbs("image")
	ts.Check(os.Mkdir(folder, 0o700))
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(folder, "bot"), filepath.Join("testdata", "image", "bot.go"))
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		ts.Fatalf("%v: %s", err, out)
	}
	ts.Check(os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM scratch\nCOPY bot /\nENTRYPOINT [\"/bot\"]\n"), 0o600))
	if out, err := exec.Command("docker", "build", "--quiet", "--tag", name, folder).CombinedOutput(); err != nil {
		ts.Fatalf("%v: %s", err, out)
	}
	ts.Defer(func() {
		if out, err := exec.Command("docker", "rmi", "--force", name).CombinedOutput(); err != nil {
			ts.Logf("the image %s is left: %v: %s", name, err, out)
		}
	})
	says(ts, false, []string{args[0], name})
}
