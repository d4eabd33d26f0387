package load

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/schemas"
)

// DefaultMix is what comes to a page that runs ads, as a text of a mix.
//
//go:embed mix.yaml
var DefaultMix []byte

// ReadMix reads how often which variants come: a mapping of ids to weights. Errors begin
// with the name of the file, the line and the column.
func ReadMix(file string, text []byte, catalogue *schemas.Catalogue) ([]series.Weighted, error) {
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&doc); errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: it is empty; a mix has lines such as \"referral.ads: 3\"", file)
	} else if err != nil {
		return nil, fmt.Errorf("%s: not YAML: %w", file, err)
	}
	root := doc.Content[0]
	wrong := func(n *yaml.Node, format string, args ...any) error {
		return fmt.Errorf("%s:%d:%d: %w", file, n.Line, n.Column, fmt.Errorf(format, args...))
	}
	if root.Kind != yaml.MappingNode || len(root.Content) == 0 {
		return nil, wrong(root, "a mix has variants with their weights, such as \"referral.ads: 3\"")
	}
	var mix []series.Weighted
	var problems []error
	met := map[string]bool{}
	for pair := range slices.Chunk(root.Content, 2) {
		id := pair[0].Value
		v, known := catalogue.ByID(id)
		weight, err := strconv.Atoi(pair[1].Value)
		switch {
		case !known:
			problems = append(problems, wrong(pair[0], "there is no variant %q; `referee variants` lists them", id))
		case met[id]:
			problems = append(problems, wrong(pair[0], "%s is there twice; delete one of them", id))
		case err != nil || weight < 1 || weight > series.MostWeight:
			problems = append(problems, wrong(pair[1], "the weight of %s is %q; it is a whole number, 1 at least", id, pair[1].Value))
		}
		met[id] = true
		mix = append(mix, series.Weighted{Variant: v, Weight: weight})
	}
	return mix, errors.Join(problems...)
}
