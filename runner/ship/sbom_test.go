package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

func TestSBOM(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "referee.cdx.json")
	if err := sbom(program(t), released, file); err != nil {
		t.Fatal(err)
	}
	text, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	var bom cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(text, cyclonedx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	if main := bom.Metadata.Component; main.Name != modulePath || main.Version != released || bom.SerialNumber != "" || bom.Metadata.Timestamp != "" {
		t.Errorf("it is about %+v, with number %q, of %q", main, bom.SerialNumber, bom.Metadata.Timestamp)
	}
	// What go.sum has of a module is in it.
	sums := read(t, filepath.Join(project, "go.sum"))
	named := map[string]cyclonedx.Component{}
	for _, c := range *bom.Components {
		named[c.Name] = c
		if c.Name != "std" && !strings.Contains(sums, c.Name+" "+c.Version+" h1:") {
			t.Errorf("go.sum does not have %s %s", c.Name, c.Version)
		}
	}
	if cobra := named["github.com/spf13/cobra"]; cobra.Hashes == nil || len((*cobra.Hashes)[0].Value) != 64 || cobra.PackageURL != "pkg:golang/github.com/spf13/cobra@"+cobra.Version+"?goarch="+runtime.GOARCH+"&goos="+runtime.GOOS+"&type=module" {
		t.Errorf("cobra is %+v", cobra)
	}
	if std := named["std"]; "go"+std.Version != runtime.Version() {
		t.Errorf("it has Go %s", std.Version)
	}
	if len(named) < 50 || len(*(*bom.Dependencies)[0].Dependencies) != len(named) {
		t.Errorf("it has %d modules", len(named))
	}
	if err := sbom("sbom.go", released, file); err == nil || !strings.Contains(err.Error(), "no program that Go has built") {
		t.Errorf("of a text: %v", err)
	}
}
