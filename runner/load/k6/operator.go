package k6

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed testrun.yaml
var testRun string

// mostInMap is how many bytes a ConfigMap holds:
// https://kubernetes.io/docs/concepts/configuration/configmap/
const mostInMap = 1 << 20

// Manifest writes a TestRun for k6-operator that runs a script against a URL, with the
// ConfigMap that the script is in. The app secret is one of the cluster's.
func Manifest(script []byte, url string) ([]byte, error) {
	if len(script) > mostInMap {
		return nil, fmt.Errorf("the script has %d bytes, and a ConfigMap holds %d: take fewer variants into --mix", len(script), mostInMap)
	}
	var lines strings.Builder
	for line := range strings.Lines(string(script)) {
		if line != "\n" {
			lines.WriteString("    ")
		}
		lines.WriteString(line)
	}
	return []byte(strings.NewReplacer("value: URL\n", "value: "+strconv.Quote(url)+"\n", "SCRIPT\n", lines.String()).Replace(testRun)), nil
}
