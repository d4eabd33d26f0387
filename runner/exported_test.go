package runner_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// public is what the comment of a package says whose exported names are for users
// of the module too.
const public = "Public API:"

// TestExportedNamesAreUsed fails for an exported name that no other package uses and
// that is no public API: it is either to be used or to be lower case. What the
// declaration of a used name mentions counts as used, and so do the constants of a
// used type and those that are declared in one group with a used one.
func TestExportedNamesAreUsed(t *testing.T) {
	fset := token.NewFileSet()
	declared := map[string]map[string]declaration{}   // by import path and name
	used := map[string][]string{}                     // names by import path
	methods := map[string]map[string]token.Position{} // by import path and Type.Method
	called := map[string]map[string]bool{}            // by name, the packages that select it
	for path, p := range packages(t) {
		if room(path) == "" {
			continue
		}
		names, isPublic := map[string]declaration{}, false
		files := slices.Concat(p.GoFiles, p.IgnoredGoFiles)
		for _, name := range files {
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			isPublic = isPublic || strings.Contains(file.Doc.Text(), public)
			addExported(names, fset, file)
			selected(file, used)
			addSelectors(called, path, file)
			if methods[path] == nil {
				methods[path] = map[string]token.Position{}
			}
			addMethods(methods[path], fset, file)
		}
		for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			elsewhere := map[string][]string{}
			selected(file, elsewhere)
			addSelectors(called, path, file)
			delete(elsewhere, path) // a package's own tests are not others
			for path, names := range elsewhere {
				used[path] = append(used[path], names...)
			}
		}
		if !isPublic && p.Name != "main" {
			declared[path] = names
		}
	}
	needless := func(at token.Position, path, verb, name string) {
		at.Filename = strings.TrimPrefix(at.Filename, root(t)+string(filepath.Separator))
		t.Errorf("%s: nobody outside %s %s %s: take it out, write it in lower case, or say %q in the comment of a package that is for users of the module", at, path, verb, name, public)
	}
	for _, path := range slices.Sorted(maps.Keys(declared)) {
		for _, name := range slices.Sorted(maps.Keys(methods[path])) {
			_, method, _ := strings.Cut(name, ".")
			others := maps.Clone(called[method])
			delete(others, path)
			if len(others) == 0 && !slices.Contains(ofInterfaces, method) {
				needless(methods[path][name], path, "calls", name)
			}
		}
		names := declared[path]
		reached := map[string]bool{}
		var reach func(string)
		reach = func(name string) {
			d, ok := names[name]
			if !ok || reached[name] {
				return
			}
			reached[name] = true
			for _, mentioned := range d.mentions {
				reach(mentioned)
			}
			for other, d := range names {
				if d.constantOf == name || d.group != 0 && d.group == names[name].group {
					reach(other)
				}
			}
		}
		for _, name := range used[path] {
			reach(name)
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if !reached[name] {
				needless(names[name].at, path, "uses", name)
			}
		}
	}
}

// ofInterfaces are methods that the standard library and others call.
var ofInterfaces = []string{
	"String", "Error", "Unwrap", "Is", "As", "Read", "Write", "Close", "ServeHTTP", "Timeout", "Temporary", "GoString", "Format",
	"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalYAML", "UnmarshalYAML", "Set", "Type", "Accept", "Addr",
	"LocalAddr", "RemoteAddr", "SetDeadline", "SetReadDeadline", "SetWriteDeadline", "Len", "Less", "Swap", "Enabled", "Handle", "WithAttrs", "WithGroup",
	"Schema", "Match", "FailureMessage", "NegatedFailureMessage", "MatchMayChangeInTheFuture", "Flush", "Hijack", "WriteHeader", "Header", "CloseWrite", "SetLinger",
}

// addMethods adds the exported methods of a file, as Type.Method.
func addMethods(methods map[string]token.Position, fset *token.FileSet, file *ast.File) {
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok && d.Recv != nil && d.Name.IsExported() && receiverOf(d).IsExported() {
			methods[receiverOf(d).Name+"."+d.Name.Name] = fset.Position(d.Name.Pos())
		}
	}
}

// addSelectors notes that a package selects the names of a file from something.
func addSelectors(called map[string]map[string]bool, path string, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if called[s.Sel.Name] == nil {
				called[s.Sel.Name] = map[string]bool{}
			}
			called[s.Sel.Name][path] = true
		}
		return true
	})
}

// declaration is an exported name of a package.
type declaration struct {
	at         token.Position
	mentions   []string // identifiers in what others see of it
	constantOf string   // the type of a constant
	group      token.Pos
}

// addExported adds the exported names that a file declares, and what the methods of
// exported types mention.
func addExported(names map[string]declaration, fset *token.FileSet, file *ast.File) {
	add := func(name *ast.Ident, declares bool, constantOf string, seen ...ast.Node) {
		d := names[name.Name]
		if declares {
			d.at, d.constantOf = fset.Position(name.Pos()), constantOf
		}
		for _, node := range seen {
			if node == nil {
				continue
			}
			mentioned(node, func(name string) { d.mentions = append(d.mentions, name) })
		}
		names[name.Name] = d
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.IsExported() {
				add(d.Name, true, "", d.Type)
			}
			if d.Recv != nil && d.Name.IsExported() {
				if of := receiverOf(d); of.IsExported() {
					add(of, false, "", d.Type)
				}
			}
		case *ast.GenDecl:
			constantOf := ""
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() {
						add(s.Name, true, "", s.Type)
					}
				case *ast.ValueSpec:
					if id, ok := s.Type.(*ast.Ident); ok {
						constantOf = id.Name
					} else if len(s.Values) > 0 {
						constantOf = ""
					}
					for _, name := range s.Names {
						if name.IsExported() {
							of := ""
							if d.Tok == token.CONST {
								of = constantOf
							}
							add(name, true, of)
							if d.Tok == token.CONST && d.Lparen.IsValid() {
								grouped := names[name.Name]
								grouped.group = d.Pos()
								names[name.Name] = grouped
							}
						}
					}
				}
			}
		}
	}
}

// mentioned finds the exported names of its own package in a declaration: types, not
// the names of fields, methods and parameters, nor what is another package's.
func mentioned(node ast.Node, found func(name string)) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			return false
		case *ast.Field:
			mentioned(n.Type, found)
			return false
		case *ast.Ident:
			if n.IsExported() {
				found(n.Name)
			}
		}
		return true
	})
}

// receiverOf names the type of a method.
func receiverOf(d *ast.FuncDecl) *ast.Ident {
	found := ast.NewIdent("_")
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && found.Name == "_" {
			found = id
		}
		return true
	})
	return found
}

// selected adds the names that a file takes from packages of this module.
func selected(file *ast.File, used map[string][]string) {
	imported := map[string]string{}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || room(path) == "" {
			continue
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imported[name] = path
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && imported[id.Name] != "" {
				used[imported[id.Name]] = append(used[imported[id.Name]], s.Sel.Name)
			}
		}
		return true
	})
}
