package schemas

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
)

//go:embed variants/*.json
var variantFiles embed.FS

type variantTable struct {
	sorted []Variant
	index  map[string]int // ID to position in sorted
}

// embeddedVariants reads the embedded files at the first use, so that a command
// that needs no variant does not pay for them. The panic cannot happen in a
// released binary: a test reads every embedded file.
var embeddedVariants = sync.OnceValue(func() variantTable {
	table, err := readVariants(variantFiles)
	if err != nil {
		panic(err)
	}
	return table
})

func readVariants(files fs.FS) (variantTable, error) {
	names, err := fs.Glob(files, "variants/*.json")
	if err != nil {
		return variantTable{}, fmt.Errorf("list variants: %w", err)
	}
	table := variantTable{index: make(map[string]int, len(names))}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return variantTable{}, fmt.Errorf("read variant: %w", err)
		}
		v, err := decodeVariant(data)
		if err != nil {
			return variantTable{}, fmt.Errorf("read variant %s: %w", name, err)
		}
		table.sorted = append(table.sorted, v)
	}
	table.sort()
	return table, nil
}

func (t *variantTable) sort() {
	slices.SortFunc(t.sorted, func(a, b Variant) int { return cmp.Compare(a.ID, b.ID) })
	for i, v := range t.sorted {
		t.index[v.ID] = i
	}
}

// where returns the variants for which keep returns true.
func (t variantTable) where(keep func(Variant) bool) variantTable {
	kept := variantTable{index: map[string]int{}}
	for _, v := range t.sorted {
		if keep(v) {
			kept.sorted = append(kept.sorted, v)
		}
	}
	kept.sort()
	return kept
}

func decodeVariant(data []byte) (Variant, error) {
	v := Variant{Object: "page", Form: FormMessaging}
	if err := strictly(data, &v); err != nil {
		return Variant{}, err
	}
	for _, date := range []string{v.Since, v.Until} {
		if date == "" {
			continue
		}
		if err := checkDate(date); err != nil {
			return Variant{}, err
		}
	}
	return v, nil
}

// strictly reads one JSON value that has no members but those of a type.
func strictly(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after it")
	}
	return nil
}
