package schemas

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

//go:embed meta/*.schema.json formats/*.schema.json
var schemaFiles embed.FS

const (
	// baseURL is the root of every schema's $id; "$ref" resolves against it. It
	// only names the schemas: nothing is ever fetched.
	baseURL = "https://github.com/seed-11445fa1/referee/schemas/"
	// fileSuffix ends the name of every schema file.
	fileSuffix = ".schema.json"
	// partsFile holds what the other schemas refer to and is no format itself.
	partsFile = "meta/common" + fileSuffix
)

// compiledSchema is a schema ready for use.
type compiledSchema struct {
	root *jsonschema.Schema
	// at finds a schema or subschema by its absolute location. The library's
	// errors name the location, and their texts alone do not say enough.
	at map[string]*jsonschema.Schema
}

// registry maps the name of a schema to what compiles it, once, at its first use.
type registry map[string]func() (*compiledSchema, error)

// editor, if set, changes the text of a schema file before it is used.
type editor func(file string, text []byte) ([]byte, error)

// newRegistry prepares the schemas that are in files. They share what they refer to, so
// that each file is compiled once.
func newRegistry(files fs.FS, edit editor) registry {
	var lock sync.Mutex
	compiler := newCompiler(files, edit)
	table := registry{}
	for name, file := range schemaPaths(files) {
		table[name] = sync.OnceValues(func() (*compiledSchema, error) {
			lock.Lock()
			defer lock.Unlock()
			compiled, err := compile(compiler, file)
			if err != nil {
				compiler = newCompiler(files, edit) // it keeps what it was in the middle of
			}
			return compiled, err
		})
	}
	return table
}

// get returns the schema of this name.
func (r registry) get(name string) (*compiledSchema, error) {
	compiled, ok := r[name]
	if !ok {
		return nil, fmt.Errorf("there is no schema %q; there are: %s", name, strings.Join(SchemaNames(), ", "))
	}
	return compiled()
}

// schemaPaths maps the names of the schemas in files to their paths.
func schemaPaths(files fs.FS) map[string]string {
	paths := map[string]string{}
	for _, dir := range []struct{ name, prefix string }{{"meta", ""}, {"formats", "format."}} {
		// Glob fails on a malformed pattern only, and this one is not.
		found, _ := fs.Glob(files, dir.name+"/*"+fileSuffix)
		for _, file := range found {
			if file != partsFile {
				paths[dir.prefix+strings.TrimSuffix(path.Base(file), fileSuffix)] = file
			}
		}
	}
	return paths
}

// SchemaNames returns the names that Validate knows, sorted: "envelope",
// "event.referral", "send.request". Those of our own formats begin with "format.".
func SchemaNames() []string {
	return slices.Sorted(maps.Keys(schemaPaths(schemaFiles)))
}

func compile(compiler *jsonschema.Compiler, file string) (*compiledSchema, error) {
	root, err := compiler.Compile(baseURL + file)
	if err != nil {
		return nil, fmt.Errorf("compile schema %s: %w", file, err)
	}
	s := &compiledSchema{root: root, at: map[string]*jsonschema.Schema{}}
	s.index(root)
	return s, nil
}

func newCompiler(files fs.FS, edit editor) *jsonschema.Compiler {
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.ExtractAnnotations = true // examples are the known values of open sets
	c.LoadURL = func(url string) (io.ReadCloser, error) {
		name, ok := strings.CutPrefix(url, baseURL)
		if !ok {
			return nil, fmt.Errorf("%s is not one of the embedded schemas", url)
		}
		text, err := edit.read(files, name)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(bytes.NewReader(text)), nil
	}
	return c
}

// index records a schema and all that it contains or refers to.
func (s *compiledSchema) index(schema *jsonschema.Schema) {
	if schema == nil || s.at[schema.Location] != nil {
		return
	}
	s.at[schema.Location] = schema
	for _, sub := range []*jsonschema.Schema{
		schema.Ref, schema.Not, schema.If, schema.Then, schema.Else, schema.PropertyNames, schema.Items2020, schema.Contains,
	} {
		s.index(sub)
	}
	if additional, ok := schema.AdditionalProperties.(*jsonschema.Schema); ok {
		s.index(additional)
	}
	for _, list := range [][]*jsonschema.Schema{schema.AllOf, schema.AnyOf, schema.OneOf, schema.PrefixItems} {
		for _, sub := range list {
			s.index(sub)
		}
	}
	for _, sub := range schema.Properties {
		s.index(sub)
	}
	for _, sub := range schema.PatternProperties {
		s.index(sub)
	}
	for _, sub := range schema.DependentSchemas {
		s.index(sub)
	}
}

// read returns the text of a file as the editor leaves it.
func (edit editor) read(files fs.FS, file string) ([]byte, error) {
	text, err := fs.ReadFile(files, file)
	if err != nil || edit == nil {
		return text, err
	}
	return edit(file, text)
}

// SchemaFile returns the text of a schema file, such as
// "meta/event.referral.schema.json", as it is with all that Meta ever sent. The
// caller owns it.
func SchemaFile(file string) ([]byte, error) { return Everything().SchemaFile(file) }

// SchemaFile is the function SchemaFile for this catalogue.
func (c *Catalogue) SchemaFile(file string) ([]byte, error) { return c.edit.read(schemaFiles, file) }
