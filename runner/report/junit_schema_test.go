package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/report"
)

// junitModule has the schema that Jenkins published, with its licence.
const junitModule = "github.com/yannh/kubeconform@v0.6.7"

// validate tells of each document what breaks the schema. It stands before a folder in
// which xmllint-wasm is installed.
const validate = `
const { validateXML } = require("xmllint-wasm");
const { schema, documents } = JSON.parse(require("fs").readFileSync(0, "utf8"));
(async () => {
	const broken = {};
	for (const [name, contents] of Object.entries(documents)) {
		const result = await validateXML({ xml: [{ fileName: name, contents }], schema: [schema] });
		if (!result.valid) broken[name] = result.errors.map((e) => e.rawMessage).join("\n") || "it is not valid";
	}
	console.log(JSON.stringify(broken));
})();
`

func TestJUnitSatisfiesItsSchema(t *testing.T) {
	t.Parallel()
	var schema []byte
	var folder string
	suttest.Require(t, "junit", func() (err error) {
		if schema, err = suttest.ModuleFile(t.Context(), junitModule, "fixtures/junit.xsd"); err != nil {
			return err
		}
		folder, err = suttest.Install(t.Context(), "xmllint")
		return err
	})
	documents := map[string]string{}
	for name, r := range map[string]report.Result{
		"caused": caused(), "foreign": foreign(), "accepted": acceptedInPart(), "accepted alone": acceptedAlone(), "hostile": hostile(),
		"sample": sample(), "unjudged": unjudged(), "cut off": cutOff(), "nothing": {Verdict: report.Empty},
	} {
		for _, strict := range []bool{false, true} {
			documents[fmt.Sprintf("%s, strict %t", name, strict)] = text(t, func(w io.Writer) error { return report.WriteJUnit(w, r, report.Options{Strict: strict}) })
		}
	}
	// What is wrong is refused, or the test would show nothing.
	document := documents["sample, strict false"]
	wrong := map[string]string{
		"an attribute": strings.Replace(document, "<skipped>", `<skipped message="x">`, 1),
		"an element":   strings.Replace(document, "</testcase>", "<passed></passed></testcase>", 1),
		"an order":     strings.Replace(document, "<properties>", "<system-out></system-out><properties>", 1),
		"no name":      strings.Replace(document, `<testcase name="`, `<testcase status="`, 1),
	}
	for name, text := range wrong {
		if text == document {
			t.Fatalf("%s changes nothing", name)
		}
		documents[name] = text
	}
	input, err := json.Marshal(map[string]any{"schema": string(schema), "documents": documents})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "-e", validate)
	cmd.Dir, cmd.Stdin = folder, bytes.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var broken map[string]string
	if err := json.Unmarshal(out, &broken); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	for name := range documents {
		_, isWrong := wrong[name]
		if problem, found := broken[name]; found != isWrong {
			t.Errorf("%s: it breaks the schema: %t\n%s\n%s", name, found, problem, documents[name])
		}
	}
}
