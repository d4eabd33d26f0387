package rules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNobodyForgetsTheCatalogue fails for a fault that no rule can name, and for one
// without a test beside it.
func TestNobodyForgetsTheCatalogue(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	catalogued := map[string]bool{}
	made := map[string]string{} // files by function
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			switch {
			case ok && f.Name.Name == "Catalogue":
				ast.Inspect(f.Body, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						if id, ok := call.Fun.(*ast.Ident); ok {
							catalogued[id.Name] = true
						}
					}
					return true
				})
			case ok && f.Recv == nil && len(f.Type.Params.List) == 0 && returnsFault(f):
				made[f.Name.Name] = name
			}
		}
	}
	if len(made) == 0 {
		t.Fatal("no function of the package makes a fault")
	}
	for function, name := range made {
		if !catalogued[function] {
			t.Errorf("no rule can name the fault of mockplatform/rules/%s: add %s() to the list of Catalogue in mockplatform/rules/catalogue.go", name, function)
		}
		if test := strings.TrimSuffix(name, ".go") + "_test.go"; !hasTest(test) {
			t.Errorf("the fault of mockplatform/rules/%s has no test: write mockplatform/rules/%s", name, test)
		}
	}
}

func returnsFault(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	id, ok := f.Type.Results.List[0].Type.(*ast.Ident)
	return ok && id.Name == "Fault"
}

// hasTest reports whether a file has a test.
func hasTest(file string) bool {
	text, err := os.ReadFile(file)
	return err == nil && strings.Contains(string(text), "\nfunc Test")
}
